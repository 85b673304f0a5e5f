import { unsubscribe } from '../../functions/unsubscribe.ts';
import config from '../../heed.config.ts';
import type { HttpResponse } from '../../lib/http/message.ts';
import { centreOf } from '../../lib/page/centre.ts';
import texts from '../../notices/texts.json' with { type: 'json' };
import { aGrant, context, type Rig, type RigOptions, rig } from './rig.ts';
import { post } from './steps.ts';

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

/** The list that links of these tests stop. */
export const LIST = { topic: 'acme/newsletter', channel: 'email' };
export const LEAVING = { purpose: 'unsubscribe', sub: 'alice', ...LIST } as const;

export const FORM = 'application/x-www-form-urlencoded';
/** What a mail program sends, and what the page's own button does. */
export const ONE_CLICK: Sent = { type: FORM, body: 'List-Unsubscribe=One-Click' };
export const BUTTON: Sent = { type: FORM, body: 'from=page' };

/** Somebody who gets the newsletter and the offers by e-mail, and her link to leave the former. */
export async function aReader(options: RigOptions = {}) {
  const one = linkRig(options);
  const { evidence } = aGrant();
  await post(one, {
    choices: ['acme/newsletter', 'acme/offers'].map((topic) => ({
      ...{ topic, channel: 'email', state: 'granted' },
    })),
    evidence,
  });
  return { one, token: await one.mint(LEAVING) };
}

/** What her record says once it is stopped. */
export const STOPPED = ['acme/newsletter withdrawn', 'acme/offers granted'];
