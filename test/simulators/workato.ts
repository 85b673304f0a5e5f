import { randomUUID } from 'node:crypto';
import { aReceiver, CloudEvent, type Receiver } from './receiver.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';
import { isSigned, newSigningKey } from './webhook.ts';

/*
 * A recipe of Workato that keeps preferences, behind an endpoint of the API platform or a webhook trigger:
 * https://docs.workato.com/api-mgmt.html and https://docs.workato.com/connectors/workato-webhooks/config.html
 */

export interface WorkatoOptions {
  readonly way?: 'api' | 'webhook';
  readonly event?: string;
  /** The trigger knows an event again by this header. */
  readonly deduplicationHeader?: string;
}

export interface Workato extends Simulator, Pick<Receiver, 'had' | 'rowOf' | 'received' | 'repeats'> {
  readonly secret: () => {
    readonly apiToken?: string;
    readonly webhookId?: string;
    readonly keys: readonly string[];
    readonly endpoint: string;
  };
}

const problem = (status: number, message: string): Answer => ({ status, body: { error: message } });
const UNAUTHORIZED = problem(401, 'Unauthorized. No valid token was given.');

/** More than this the gateway does not take. */
const MOST_BYTES = 10 * 1024 * 1024;

export function simulateWorkato(options: WorkatoOptions = {}): Workato {
  const { way = 'api', event = 'preferences', deduplicationHeader = 'webhook-id' } = options;
  const ids = { apiToken: randomUUID(), webhookId: randomUUID() };
  const key = newSigningKey();
  const receiver = aReceiver();
  const gateway = ({ method, path, headers }: Asked): Answer | undefined => {
    if (way === 'api') return headers['api-token'] === ids.apiToken ? undefined : UNAUTHORIZED;
    const known = method === 'POST' && path === `/webhooks/rest/${ids.webhookId}/${event}`;
    return known ? undefined : problem(404, 'Webhook not found');
  };
  const recipe = (asked: Asked): Answer => {
    const given = isSigned(asked, key) ? CloudEvent.safeParse(jsonOf(asked)).data : undefined;
    if (!given) return problem(422, 'The recipe does not take this');
    receiver.keep(asked.headers[deduplicationHeader] ?? '', given);
    return { status: 200, body: way === 'api' ? { job_id: `j-${randomUUID()}` } : { status: 'ok' } };
  };
  const answer = (asked: Asked): Answer => gateway(asked) ?? refusalOf(asked) ?? recipe(asked);
  const { permitted, facts, had, rowOf, received, repeats } = receiver;
  const simulator = simulate({ answer, unauthorized: UNAUTHORIZED, permitted, facts });
  return Object.assign(simulator, {
    secret: () => ({
      ...(way === 'api' ? { apiToken: ids.apiToken } : { webhookId: ids.webhookId }),
      ...{ keys: [key], endpoint: simulator.url },
    }),
    ...{ had, rowOf, received, repeats },
  });
}

function refusalOf({ headers, body }: Asked): Answer | undefined {
  if (headers['content-type'] !== 'application/json') return problem(400, 'JSON is expected');
  return Buffer.byteLength(body) > MOST_BYTES ? problem(413, 'Payload too large') : undefined;
}
