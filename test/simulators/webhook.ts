import { Webhook } from 'standardwebhooks';
import { aReceiver, CloudEvent, type Receiver } from './receiver.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';

/** The most a receiver need accept: CloudEvents section 5, size limits. */
const MOST_BYTES = 65_536;

const refuse = (status: number, error: string): Answer => ({ status, body: { error } });

/** What a receiver turns away before it reads the event. */
function refusalOf({ method, headers, body }: Asked): Answer | undefined {
  if (method !== 'POST') return refuse(405, 'post only');
  const structured = headers['content-type']?.startsWith('application/cloudevents+json');
  if (!structured) return refuse(415, 'content type');
  return Buffer.byteLength(body) > MOST_BYTES ? refuse(413, 'size') : undefined;
}

export interface WebhookSimulator
  extends Simulator,
    Pick<Receiver, 'had' | 'rowOf' | 'received' | 'repeats'> {
  /** What a sender must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => { readonly keys: readonly string[]; readonly endpoint: string };
}

/** A receiver of Standard Webhooks: checks the signature, drops repeats, keeps every event and the newest of a subject. */
export function simulateWebhook(key: string = newSigningKey()): WebhookSimulator {
  const receiver = aReceiver();
  const answer = (asked: Asked): Answer => {
    const refused = isSigned(asked, key) ? refusalOf(asked) : refuse(401, 'signature');
    if (refused) return refused;
    const event = CloudEvent.safeParse(jsonOf(asked)).data;
    if (!event) return refuse(400, 'not a CloudEvent');
    receiver.keep(asked.headers['webhook-id'] ?? '', event);
    return { status: 204 };
  };
  const { permitted, facts, had, rowOf, received, repeats } = receiver;
  const simulator = simulate({ answer, unauthorized: refuse(401, 'signature'), permitted, facts });
  return Object.assign(simulator, {
    secret: () => ({ keys: [key], endpoint: simulator.url }),
    ...{ had, rowOf, received, repeats },
  });
}

/** Is this signed by the key, as Standard Webhooks says? */
export function isSigned({ body, headers }: Asked, key: string): boolean {
  try {
    new Webhook(key).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

/** A new secret in the form Standard Webhooks gives it. */
export const newSigningKey = (): string =>
  `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`;
