import * as z from 'zod';
import type { Question } from './simulator.ts';

/** Context attributes and their rules: CloudEvents 1.0.2 (https://github.com/cloudevents/spec), section 3. */
export const CloudEvent = z
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
export type CloudEvent = z.output<typeof CloudEvent>;

/** Somebody who takes every event, drops repeats and goes by the newest of each subject. */
export interface Receiver {
  /** Keeps an event under its id, unless it has come before. */
  readonly keep: (id: string, event: CloudEvent) => void;
  /** Enters a subscription that was there before the first event. */
  readonly had: (question: Question) => void;
  readonly permitted: (question: Question) => boolean | undefined;
  /** The newest of what was sent of a choice. */
  readonly rowOf: (question: Question) => object | undefined;
  readonly facts: () => readonly (Question & { readonly permitted: boolean })[];
  /** Ids of the events that had effect, in order. */
  readonly received: () => readonly string[];
  /** How many events came again and were dropped. */
  readonly repeats: () => number;
}

export function aReceiver(): Receiver {
  const events = new Map<string, CloudEvent>();
  const newest = new Map<string, CloudEvent>();
  const before = new Set<string>();
  let repeats = 0;
  const rowsOf = (event: CloudEvent | undefined) => event?.data.state.choices ?? [];
  const rowOf = ({ identifier, topic, channel }: Question) =>
    rowsOf(newest.get(identifier)).find((one) => one.topic === topic && one.channel === channel);
  return {
    keep: (id, event) => {
      if (events.has(id)) repeats += 1;
      else events.set(id, event);
      const known = newest.get(event.subject);
      if (!known || Number(event.sequence) > Number(known.sequence)) newest.set(event.subject, event);
    },
    had: (question) => void before.add(nameOf(question)),
    permitted: (question) => {
      const row = rowOf(question);
      if (row) return row.state === 'granted';
      return before.has(nameOf(question)) ? true : undefined;
    },
    rowOf,
    facts: () =>
      [...newest].flatMap(([identifier, event]) =>
        rowsOf(event).map(({ topic, channel, state }) => ({
          ...{ identifier, topic, channel },
          permitted: state === 'granted',
        })),
      ),
    received: () => [...events.keys()],
    repeats: () => repeats,
  };
}

const nameOf = ({ identifier, topic, channel }: Question): string => `${identifier} ${topic} ${channel}`;
