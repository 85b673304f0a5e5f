import * as z from 'zod';
import type { Learned, ReportedChoice } from '../destination.ts';
import type { Settings } from './settings.ts';

/** What Heed's own messages say they were made by. */
export const LIBRARY = { name: 'heed', version: '1' };

const Message = z.object({
  type: z.string(),
  userId: z.string().min(1).nullish(),
  event: z.string().nullish(),
  timestamp: z.iso.datetime({ offset: true }),
  properties: z.record(z.string(), z.unknown()).nullish(),
  traits: z.record(z.string(), z.unknown()).nullish(),
  context: z.object({ library: z.object({ name: z.string().optional() }).optional() }).nullish(),
});
type Message = z.output<typeof Message>;

/**
 * What an event that the webhook destination forwards says. Two kinds mean something: a track event of the name in the
 * settings, about one topic and channel; and traits of ours that say no, with the time of the choice beside them.
 * Traits without it are what somebody's browser remembers. Our own messages come back the same way: they are no news.
 */
export function changesIn(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const message = Message.safeParse(body).data;
  if (!message) return { invalid: 'not a Segment event' };
  const { userId, context } = message;
  if (!userId || context?.library?.name === LIBRARY.name) return { choices: [] };
  const said = message.type === 'track' ? tracked(message, settings) : noted(message, settings);
  const identifier = { kind: 'customer', value: userId };
  return { choices: said.map((choice) => ({ identifier, ...choice })) };
}

type Said = Omit<ReportedChoice, 'identifier'>;

const stateOf = (value: unknown, { states }: Settings): Said['state'] | undefined => {
  if (value === states.granted) return 'granted';
  return value === states.withdrawn ? 'withdrawn' : undefined;
};

function tracked(message: Message, settings: Settings): readonly Said[] {
  if (message.event !== settings.event) return [];
  const { topic: called, channel, status, captured_at: at } = message.properties ?? {};
  const topic = Object.keys(settings.topics).find((id) => id === called || settings.topics[id] === called);
  const state = stateOf(status, settings);
  const known = settings.channels.find((one) => one === channel);
  if (topic === undefined || known === undefined || !state) return [];
  const occurredAt = timeIn(at) ?? new Date(message.timestamp).toISOString();
  return [{ topic, channel: known, state, occurredAt, method: 'segment-event' }];
}

function noted({ type, traits }: Message, settings: Settings): readonly Said[] {
  if (type !== 'identify' || !traits) return [];
  return Object.entries(settings.names).flatMap(([channel, topics]) =>
    Object.entries(topics).flatMap(([topic, { state: name }]) => {
      const occurredAt = timeIn(traits[`${name}_at`]);
      const withdrawn = stateOf(traits[name], settings) === 'withdrawn';
      if (!withdrawn || occurredAt === undefined) return [];
      return [{ topic, channel, state: 'withdrawn' as const, occurredAt, method: 'segment-trait' }];
    }),
  );
}

const Time = z.iso.datetime({ offset: true });

const timeIn = (value: unknown): string | undefined => {
  const { data } = Time.safeParse(value);
  return data === undefined ? undefined : new Date(data).toISOString();
};
