import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CORS } from '../lib/http/cors.ts';
import { type Handler, LOG_RETENTION } from './handler.ts';

/** Requests a second over all routes, and how many may come at once. */
const THROTTLE = { rateLimit: 500, burstLimit: 1000 };

/** No path, query or address: they can hold tokens and say who somebody is. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
};

const METHODS = { GET: HttpMethod.GET, POST: HttpMethod.POST } as const;

const NO_AUTHORIZER = {
  id: 'AwsSolutions-APIG4',
  reason:
    'The functions check tokens themselves, with the same code as everywhere: a cached authorizer could carry one ' +
    "token's answer to another path.",
};

/** The HTTP API. It is made before its functions, so that they can be told where it is. */
export class Api extends Construct {
  readonly http: HttpApi;

  constructor(scope: Construct, id: string, allowedOrigins: readonly string[]) {
    super(scope, id);
    this.http = new HttpApi(this, 'Http', {
      description: 'Heed',
      createDefaultStage: false,
      ...(allowedOrigins.length === 0 ? {} : { corsPreflight: cors(allowedOrigins) }),
    });
    const logGroup = new LogGroup(this, 'AccessLog', {
      retention: LOG_RETENTION,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }

  /** Where the API is reached, without a slash at the end. */
  get url(): string {
    return this.http.apiEndpoint;
  }

  /** In the stack of its function: a stack has bounds. */
  route(handler: Handler): void {
    const { trigger } = handler.spec;
    if (trigger.kind !== 'route') return;
    const integration = new HttpLambdaIntegration(handler.spec.name, handler.fn);
    for (const { method, path } of trigger.routes) {
      const routeKey = HttpRouteKey.with(path, METHODS[method]);
      const route = new HttpRoute(handler, `${method} ${path}`, {
        httpApi: this.http,
        routeKey,
        integration,
      });
      Validations.of(route).acknowledge(NO_AUTHORIZER);
    }
  }
}

const cors = (allowedOrigins: readonly string[]) => ({
  allowOrigins: [...allowedOrigins],
  allowMethods: CORS.methods.map((method) => CorsHttpMethod[method]),
  allowHeaders: [...CORS.headers],
  exposeHeaders: [...CORS.exposed],
  maxAge: Duration.seconds(CORS.maxAge),
});
