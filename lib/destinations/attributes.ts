import * as z from 'zod';
import type { Delivery, DeliveryRow } from './destination.ts';

/** Letters, digits and underscores: what every product of this sort takes as the name of an attribute. */
const Name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must be letters, digits and underscores, and begin with a letter');

export const CHANNELS = ['email', 'sms', 'phone', 'push', 'post'] as const;

/** What is kept beside a choice: when, by what, under which notice, on what legal basis. */
export const PARTS = ['at', 'source', 'policy', 'basis'] as const;

/** What comes after such a product, a warehouse at the latest, does not tell two names apart by their capitals. */
const areDistinct = (names: readonly string[]): boolean =>
  new Set(names.map((name) => name.toLowerCase())).size === names.length;

/** `news_at` would be the time of `news`. */
function areApart(given: readonly string[]): boolean {
  const names = given.map((name) => name.toLowerCase());
  return !names.some((name) => PARTS.some((part) => names.includes(`${name}_${part}`)));
}

/** Settings of destinations that keep choices as attributes of a person: one for each topic and channel. */
export const attributeSettings = {
  /** Topic → its name in attributes, each its own. */
  topics: z
    .record(z.string(), Name)
    .refine((topics) => areDistinct(Object.values(topics)), 'two topics share a name')
    .refine(
      (topics) => areApart(Object.values(topics)),
      'a name is that of another topic with _at or the like',
    )
    .describe('The name each topic has in the attributes of a person.'),
  channels: z
    .array(z.enum(CHANNELS))
    .min(1)
    .default([...CHANNELS])
    .describe('The channels that have attributes.'),
  /** `comm_pref_email_news`. */
  prefix: Name.default('comm_pref').describe('What the names of all these attributes begin with.'),
  states: z
    .strictObject({ granted: z.string().min(1), withdrawn: z.string().min(1) })
    .refine(({ granted, withdrawn }) => granted !== withdrawn, 'a yes and a no must not be the same')
    .default({ granted: 'opted_in', withdrawn: 'opted_out' })
    .describe('The words for a yes and for a no.'),
  /** Each is an attribute of its own, named after the choice. */
  evidence: z
    .array(z.enum(PARTS))
    .default([...PARTS])
    .describe('What is kept beside a choice: its time, its source, the notice shown, the legal basis.'),
  /** Preference key → attribute. */
  preferences: z
    .record(z.string(), Name)
    .refine((names) => areDistinct(Object.values(names)), 'two preferences share an attribute')
    .default({})
    .describe('The attribute for each preference that is more than a yes or a no, such as how often.'),
};

/** To refine the settings as a whole with: an attribute stands for one thing. */
export const apart = [
  ({ prefix, preferences }: Pick<Shape, 'prefix' | 'preferences'>): boolean =>
    !Object.values(preferences).some((name) => name.toLowerCase().startsWith(`${prefix.toLowerCase()}_`)),
  'the attribute of a preference must not begin like those of choices',
] as const;

const Shape = z.object(attributeSettings);
type Shape = z.output<typeof Shape>;

/** Names of a choice's attributes: of the choice itself, and of each part of the evidence that is kept. */
export interface Names {
  readonly state: string;
  readonly evidence: readonly (readonly [part: (typeof PARTS)[number], name: string])[];
}

export interface Attributes extends Shape {
  /** By channel, then topic. */
  readonly names: Readonly<Record<string, Readonly<Record<string, Names>>>>;
}

/** Settings with every name made beforehand. */
export function withNames<T extends Shape>(settings: T): T & Attributes {
  const { topics, channels, prefix, evidence } = settings;
  const namesOf = (channel: string, topic: string): Names => {
    const state = `${prefix}_${channel}_${topic}`;
    return { state, evidence: evidence.map((part) => [part, `${state}_${part}`] as const) };
  };
  const names = Object.fromEntries(
    channels.map((channel) => [
      channel,
      Object.fromEntries(Object.entries(topics).map(([topic, name]) => [topic, namesOf(channel, name)])),
    ]),
  );
  return { ...settings, names };
}

/**
 * A row's part of the evidence. What is not known says so: attributes are merged, and what was known of the choice
 * before would stay beside the new one.
 */
const KEPT: Readonly<Record<(typeof PARTS)[number], (row: DeliveryRow) => string>> = {
  at: ({ occurredAt }) => occurredAt,
  source: ({ source }) => source,
  policy: ({ notice }) => (notice ? `${notice.id} ${notice.version} ${notice.language}` : 'none'),
  basis: ({ legalBasis }) => legalBasis ?? 'none',
};

/** Attributes of all that is mapped; empty where nothing is. */
export function attributesOf(delivery: Delivery, settings: Attributes): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const row of delivery.choices) {
    const names = settings.names[row.channel]?.[row.topic];
    if (!names) continue;
    attributes[names.state] = settings.states[row.state];
    for (const [part, name] of names.evidence) attributes[name] = KEPT[part](row);
  }
  for (const { key, value } of delivery.preferences) {
    const name = settings.preferences[key];
    if (name !== undefined) attributes[name] = value;
  }
  return attributes;
}

/** Attributes in parts of at most so many; one part where there are none. */
export function partsOf(
  attributes: Readonly<Record<string, string>>,
  most: number,
): readonly Readonly<Record<string, string>>[] {
  const entries = Object.entries(attributes);
  if (entries.length <= most) return [attributes];
  const parts = Array.from({ length: Math.ceil(entries.length / most) });
  return parts.map((_, n) => Object.fromEntries(entries.slice(n * most, (n + 1) * most)));
}

/** What moved of what is mapped: the rest is none of the destination's business. */
export const movedIn = ({ event }: Delivery, { names }: Attributes): Delivery['event']['data']['changed'] =>
  event.data.changed.filter(({ topic, channel }) => names[channel]?.[topic] !== undefined);

export const saysAnything = (attributes: Readonly<Record<string, unknown>>): boolean => {
  for (const _ in attributes) return true;
  return false;
};
