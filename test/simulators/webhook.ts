import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/** Context attributes and their rules: CloudEvents 1.0.2 (https://github.com/cloudevents/spec), section 3. */
const CloudEvent = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().min(1),
    subject: z.string().min(1),
    time: z.iso.datetime({ offset: true }).optional(),
    datacontenttype: z.string().optional(),
    dataschema: z.url().optional(),
    sequence: z.string().regex(/^\d+$/),
    data: z.object({
      state: z.object({
        choices: z.array(z.looseObject({ topic: z.string(), channel: z.string(), state: z.string() })),
      }),
    }),
  })
  .refine((event) => Object.keys(event).every((name) => /^[a-z0-9]+$/.test(name)), 'attribute names');
type CloudEvent = z.output<typeof CloudEvent>;

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

export interface WebhookSimulator extends Simulator {
  /** What a sender must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => { readonly keys: readonly string[]; readonly endpoint: string };
  /** Ids of the messages that had effect, in order. */
  readonly received: () => readonly string[];
  /** Enters a subscription that the receiver had before the first message. */
  readonly had: (question: Question) => void;
  /** The newest of what was sent of a choice. */
  readonly rowOf: (question: Question) => object | undefined;
  /** How many messages came again and were dropped. */
  readonly repeats: () => number;
}

/** A receiver of Standard Webhooks: checks the signature, drops repeats, keeps every event and the newest of a subject. */
export function simulateWebhook(key: string = newSigningKey()): WebhookSimulator {
  const verifier = new Webhook(key);
  const events = new Map<string, CloudEvent>();
  const newest = new Map<string, CloudEvent>();
  const before = new Set<string>();
  let repeats = 0;

  const verified = ({ body, headers }: Asked): boolean => {
    try {
      verifier.verify(body, headers);
      return true;
    } catch {
      return false;
    }
  };
  const keep = (id: string, event: CloudEvent): void => {
    events.set(id, event);
    const known = newest.get(event.subject);
    if (!known || Number(event.sequence) > Number(known.sequence)) newest.set(event.subject, event);
  };
  const answer = (asked: Asked): Answer => {
    const refused = verified(asked) ? refusalOf(asked) : refuse(401, 'signature');
    if (refused) return refused;
    const event = CloudEvent.safeParse(jsonOf(asked)).data;
    if (!event) return refuse(400, 'not a CloudEvent');
    const id = asked.headers['webhook-id'] ?? '';
    if (events.has(id)) repeats += 1;
    else keep(id, event);
    return { status: 204 };
  };
  const rowsOf = (event: CloudEvent | undefined) => event?.data.state.choices ?? [];
  const rowOf = ({ identifier, topic, channel }: Question) =>
    rowsOf(newest.get(identifier)).find((one) => one.topic === topic && one.channel === channel);
  const permitted = (question: Question) => {
    const row = rowOf(question);
    if (row) return row.state === 'granted';
    return before.has(nameOf(question)) ? true : undefined;
  };
  const facts = () =>
    [...newest].flatMap(([identifier, event]) =>
      rowsOf(event).map(({ topic, channel, state }) => ({
        ...{ identifier, topic, channel },
        permitted: state === 'granted',
      })),
    );
  const simulator = simulate({ answer, unauthorized: refuse(401, 'signature'), permitted, facts });
  return Object.assign(simulator, {
    secret: () => ({ keys: [key], endpoint: simulator.url }),
    had: (question: Question) => void before.add(nameOf(question)),
    rowOf,
    received: () => [...events.keys()],
    repeats: () => repeats,
  });
}

const nameOf = ({ identifier, topic, channel }: Question): string => `${identifier} ${topic} ${channel}`;

/** A new secret in the form Standard Webhooks gives it. */
export const newSigningKey = (): string =>
  `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`;
