import { unsubscribe } from '../../functions/unsubscribe.ts';
import config from '../../heed.config.ts';
import type { HttpResponse } from '../../lib/http/message.ts';
import { centreOf } from '../../lib/page/centre.ts';
import texts from '../../notices/texts.json' with { type: 'json' };
import { context, type Rig, type RigOptions, rig } from './rig.ts';

/** What is sent to a link. */
export interface Sent {
  readonly type?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

/** The page behind unsubscribe links, beside the API. */
export interface LinkRig extends Rig {
  readonly get: (token: string, sent?: Sent) => Promise<HttpResponse>;
  readonly post: (token: string, sent?: Sent) => Promise<HttpResponse>;
  /** What the page logged. */
  readonly logged: Readonly<Record<string, unknown>>[];
}

/** As API Gateway hands them over: forms, and whatever has no type, are base64. */
export function linkRig(options: RigOptions = {}): LinkRig {
  const one = rig(options);
  const logged: Readonly<Record<string, unknown>>[] = [];
  const handler = unsubscribe({
    ...{ ...one.store, ...options.real },
    ...{ catalogue: one.catalogue, clock: one.clock, tokens: one.tokens },
    centre: { ...centreOf(config, texts), catalogue: one.catalogue },
    assets: { script: '/assets/page.js', style: '/assets/page.css' },
    line: (line) => void logged.push(line),
  });
  const send =
    (method: string) =>
    async (token: string, sent: Sent = {}) => {
      const { type, body, headers, query } = sent;
      const event = {
        ...{ routeKey: `${method} /u/{token}`, rawPath: `/u/${token}`, rawQueryString: '' },
        headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
        ...(query && { queryStringParameters: query }),
        pathParameters: { token },
        ...(body !== undefined && { body: Buffer.from(body).toString('base64') }),
        isBase64Encoded: body !== undefined,
      };
      return handler(event, context);
    };
  return { ...one, logged, get: send('GET'), post: send('POST') };
}
