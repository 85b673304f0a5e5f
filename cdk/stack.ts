import { CfnOutput, Duration, NestedStack, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type FunctionSpec, servesAuditors, servesOneLane, servesPages } from '../functions/registry.ts';
import { Answers } from './answers.ts';
import { Api } from './api.ts';
import { Archive, type Proving } from './archive.ts';
import type { Grantable } from './grants.ts';
import { type CodeOf, Handler } from './handler.ts';
import { Lane, type LaneSpec } from './lane.ts';
import { type Confirmations, type Sending, sendingOf } from './mail.ts';
import {
  keywordSecretArn,
  type Names,
  namesOf,
  reachAll,
  reachAllFindings,
  tokenSecretArn,
} from './names.ts';
import { Publishing, publicBus } from './publishing.ts';
import { Storage } from './storage.ts';
import { subscribe } from './subscribers.ts';
import { Alarms, dashboard, threeTurns } from './watching.ts';

export interface HeedStackProps extends StackProps {
  /** The enabled destinations: each gets a lane. */
  readonly destinations: readonly LaneSpec[];
  readonly functions: readonly FunctionSpec[];
  /** Where people and vendors reach the API, if that is a domain of its own; the domain itself is not of this stack. */
  readonly publicUrl?: string;
  /** Origins of pages that call the API from a browser. None by default. */
  readonly allowedOrigins?: readonly string[];
  /** What the record is proved by. */
  readonly audit: Proving;
  /** How confirmations are sent, if they are. */
  readonly confirmations?: Confirmations | undefined;
  /** For trials: the tables go with the stack. */
  readonly ephemeral?: boolean;
  readonly codeOf: CodeOf;
}

/** All of Heed on AWS, derived from the functions there are and the destinations that are enabled. */
export class HeedStack extends Stack {
  private readonly names: Names;
  private readonly storage: Storage;
  readonly archive: Archive;
  private readonly bus: EventBus;
  private readonly alarms: Alarms;
  private readonly api: Api;
  private readonly publicUrl: string;
  readonly lanes: readonly Lane[];
  /** The functions behind people's pages: a stack of their own inside this one, as lanes have, for a stack has bounds. */
  readonly pages: NestedStack;
  /** The same for the auditors' part. */
  readonly auditing: NestedStack;
  readonly answers: NestedStack;
  private readonly codeOf: CodeOf;
  private readonly sending: Sending | undefined;

  constructor(scope: Construct, id: string, props: HeedStackProps) {
    super(scope, id, props);
    this.names = namesOf(this.stackName);
    this.codeOf = props.codeOf;
    this.sending = props.confirmations && sendingOf(this, props.confirmations);
    this.storage = new Storage(this, 'Storage', {
      ephemeral: props.ephemeral ?? false,
      tokenSecret: this.names.tokenSecret,
      keywordSecret: this.names.keywordSecret,
    });
    const { audit, ephemeral = false } = props;
    this.archive = new Archive(this, 'Archive', { ...audit, ephemeral, dataKey: this.storage.dataKey });
    this.bus = publicBus(this, 'Bus', this.stackName);
    this.alarms = new Alarms(this, 'Alarms', this.storage.dataKey);
    this.api = new Api(this, 'Api', props.allowedOrigins ?? []);
    this.publicUrl = props.publicUrl ?? this.api.url;
    this.pages = new NestedStack(this, 'Pages', { description: 'Heed: the pages people see' });
    this.auditing = new NestedStack(this, 'Auditing', {
      description: 'Heed: what auditors ask, and its proofs',
    });
    Validations.of(this.auditing).acknowledge(
      ...this.archive.findings.map((id) => ({
        id,
        reason: 'Files of one bucket of this stack, named as they come.',
      })),
    );
    const handlers = this.handlers(props);
    for (const handler of handlers) this.connect(handler);
    const { alarms } = this;
    this.answers = new Answers(this, 'Answers', { functions: props.functions, alarms });
    this.publishing(handlers);
    this.lanes = this.addLanes(props);
    dashboard(this, 'Dashboard', {
      handlers,
      destinations: props.destinations.map((each) => each.id),
      lanePrefix: this.names.lanePrefix,
      apiId: this.api.http.apiId,
    });
    this.outputs(handlers);
  }

  private handlers(props: HeedStackProps): readonly Handler[] {
    const scope = new Construct(this, 'Functions');
    Validations.of(scope).acknowledge(
      ...reachAllFindings(this.names).map((id) => ({
        id,
        reason:
          'These functions serve every lane of this stack, and nothing else is named under its prefixes.',
      })),
    );
    return props.functions
      .filter((spec) => !servesOneLane(spec))
      .map(
        (spec) =>
          new Handler(this.scopeOf(spec) ?? scope, spec.name, {
            spec,
            codeOf: this.codeOf,
            environment: this.variables(),
            grantable: this.grantable(),
          }),
      );
  }

  private scopeOf(spec: FunctionSpec): NestedStack | undefined {
    if (servesAuditors(spec)) return this.auditing;
    return servesPages(spec) ? this.pages : undefined;
  }

  private connect(handler: Handler): void {
    const { trigger } = handler.spec;
    this.alarms.addErrors(handler);
    this.alarms.addWatched(handler);
    this.api.route(handler);
    subscribe(handler, { bus: this.bus, alarms: this.alarms });
    if (trigger.kind === 'schedule') this.schedule(handler, trigger.minutes);
  }

  private schedule(handler: Handler, minutes: number): void {
    const missed = threeTurns(minutes);
    new Rule(handler, 'Schedule', {
      schedule: Schedule.rate(Duration.minutes(minutes)),
      targets: [new LambdaFunction(handler.fn)],
    });
    this.alarms.add(handler, 'Silent', {
      about: handler.spec.name,
      metric: handler.fn.metricInvocations({ period: Duration.minutes(5) }),
      silence: true,
      periods: missed.periods,
      impact: handler.spec.impact,
      because: `function ${handler.spec.name} has not run for ${missed.minutes} minutes`,
    });
  }

  private publishing(handlers: readonly Handler[]): void {
    new Publishing(this, 'Publishing', {
      records: this.storage.tables.records,
      publish: one(handlers, (each) => each.spec.trigger.kind === 'stream'),
      republish: one(handlers, (each) => each.spec.trigger.kind === 'stream-failures'),
      alarms: this.alarms,
    });
  }

  private addLanes(props: HeedStackProps): readonly Lane[] {
    const scope = new Construct(this, 'Lanes');
    return props.destinations.map(
      (destination) =>
        new Lane(scope, destination.id, {
          destination,
          names: this.names,
          storage: this.storage,
          bus: this.bus,
          alarms: this.alarms,
          grantable: this.grantable(),
          deliver: one(props.functions, (each) => each.trigger.kind === 'lane'),
          deadLetters: one(props.functions, (each) => each.trigger.kind === 'dead-letters'),
          poll: one(props.functions, (each) => each.trigger.kind === 'poller'),
          codeOf: this.codeOf,
          environment: this.variables(),
        }),
    );
  }

  private grantable(): Grantable {
    const { tables, dataKey, wrappingKey } = this.storage;
    const { archive, packs, signingKey } = this.archive;
    return {
      ...{ archive, packs, signingKey },
      tables,
      dataKey,
      wrappingKey,
      bus: this.bus,
      tokenSecret: tokenSecretArn(this.names),
      keywordSecret: keywordSecretArn(this.names),
      ...(this.sending && { sending: this.sending }),
      ...reachAll(this.names),
    };
  }

  /** Names, not privileges: every function is told the same, and may use what its role allows. */
  private variables(): Readonly<Record<string, string>> {
    const { tables, wrappingKey } = this.storage;
    return {
      HEED_RECORDS_TABLE: tables.records.tableName,
      HEED_DELIVERIES_TABLE: tables.deliveries.tableName,
      HEED_KEYS_TABLE: tables.keys.tableName,
      HEED_AUDIT_TABLE: tables.audit.tableName,
      HEED_ARCHIVE_BUCKET: this.archive.archive.bucketName,
      HEED_PACKS_BUCKET: this.archive.packs.bucketName,
      HEED_SIGNING_KEY: this.archive.signingKey.keyId,
      HEED_BUS: this.bus.eventBusName,
      HEED_KMS_KEY: wrappingKey.keyId,
      HEED_TOKEN_SECRET: this.names.tokenSecret,
      HEED_KEYWORDS_SECRET: this.names.keywordSecret,
      HEED_LANE_PREFIX: this.names.lanePrefix,
      HEED_SECRET_PREFIX: this.names.secretPrefix,
      HEED_PUBLIC_URL: this.publicUrl,
    };
  }

  private outputs(handlers: readonly Handler[]): void {
    const values: Readonly<Record<string, string>> = {
      ApiUrl: this.api.url,
      PublicUrl: this.publicUrl,
      BusName: this.bus.eventBusName,
      AlarmTopic: this.alarms.topic.topicArn,
      TokenSecret: this.names.tokenSecret,
      KeywordSecret: this.names.keywordSecret,
      SecretPrefix: this.names.secretPrefix,
      LanePrefix: this.names.lanePrefix,
      RecordsTable: this.storage.tables.records.tableName,
      ArchiveBucket: this.archive.archive.bucketName,
      SigningKey: this.archive.signingKey.keyArn,
      DeliveriesTable: this.storage.tables.deliveries.tableName,
      AuditTable: this.storage.tables.audit.tableName,
    };
    for (const [key, value] of Object.entries(values)) new CfnOutput(this, key, { value });
    const byHand = handlers.filter(({ spec }) => ['operator', 'schedule'].includes(spec.trigger.kind));
    for (const { spec, fn } of byHand) {
      new CfnOutput(this, `Function-${spec.name}`, { value: fn.functionName });
    }
  }
}

const one = <T>(all: readonly T[], matches: (each: T) => boolean): T => {
  const [found, ...others] = all.filter(matches);
  if (found === undefined || others.length > 0)
    throw new Error('The registry must have exactly one such function.');
  return found;
};
