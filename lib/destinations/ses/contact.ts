import * as z from 'zod';
import type { Delivery, DeliveryRow, Reply } from '../destination.ts';
import type { Settings } from './settings.ts';

const Preferences = z.array(
  z.object({ TopicName: z.string(), SubscriptionStatus: z.enum(['OPT_IN', 'OPT_OUT']) }),
);
const Contact = z.object({
  TopicPreferences: Preferences.nullish().transform((given) => given ?? []),
  UnsubscribeAll: z.boolean().default(false),
  AttributesData: z.string().nullish(),
  /** Seconds. */
  LastUpdatedTimestamp: z.number().optional(),
});

/** A contact as it stands; one that is not there yet has no preferences. */
export type Contact = z.output<typeof Contact>;

export const NOBODY: Contact = { TopicPreferences: [], UnsubscribeAll: false };

export const contactIn = ({ body }: Reply): Contact | undefined => Contact.safeParse(body).data;

/** Names of the list's topics; undefined where the reply does not describe a list. */
export function topicsIn({ body }: Reply): readonly string[] | undefined {
  if (!isObject(body) || !('ContactListName' in body)) return undefined;
  const topics = 'Topics' in body && Array.isArray(body.Topics) ? body.Topics : [];
  return topics.map(({ TopicName }) => String(TopicName));
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is to be said of one contact. */
export interface Words {
  readonly delivery: Delivery;
  readonly settings: Settings;
  readonly rows: readonly DeliveryRow[];
}

/** A row's topic, as the list calls it. */
export const topicOf = ({ settings }: Words, { topic }: DeliveryRow): string => settings.topics[topic] ?? '';

const stopsAll = ({ delivery }: Words): boolean => delivery.stoppedAll.includes('email');

/**
 * Subscribed anew after unsubscribing from the whole list: to a topic that Heed had told a withdrawal of before, or
 * after anything happened to the contact. An older yes does not lift a no that Heed never heard of.
 */
export function comesBack(words: Words, contact: Contact): boolean {
  if (!contact.UnsubscribeAll || !words.settings.liftGlobalStop || stopsAll(words)) return false;
  const told = toldOf(contact);
  const since = (contact.LastUpdatedTimestamp ?? Number.POSITIVE_INFINITY) * 1000;
  return words.rows.some((row) => {
    const [state, at] = told(topicOf(words, row));
    const anew = state === 'withdrawn' && at < row.occurredAt;
    return row.state === 'granted' && (anew || Date.parse(row.occurredAt) > since);
  });
}

/** Subscribes, but stays out of the whole list. */
export const staysOut = (words: Words, contact: Contact): boolean =>
  contact.UnsubscribeAll &&
  !stopsAll(words) &&
  !comesBack(words, contact) &&
  words.rows.some(({ state }) => state === 'granted');

/** Told of this very yes before, the contact says no: they left there since, and a yes has to be newer. */
export function leftSince(words: Words, contact: Contact): readonly DeliveryRow[] {
  if (!contact.TopicPreferences.some(({ SubscriptionStatus }) => SubscriptionStatus === 'OPT_OUT')) return [];
  const told = toldOf(contact);
  return words.rows.filter((row) => {
    const name = topicOf(words, row);
    const [state, at] = told(name);
    if (row.state !== 'granted' || state !== 'granted' || at !== row.occurredAt) return false;
    const now = contact.TopicPreferences.find(({ TopicName }) => TopicName === name);
    return now?.SubscriptionStatus === 'OPT_OUT';
  });
}

/**
 * The whole contact, since whatever an update leaves out is lost. Who comes back to the list is kept out of each of its
 * topics but those granted: nothing else begins again.
 */
export function contactAfter(words: Words, contact: Contact, topics: readonly string[]): Written {
  const back = comesBack(words, contact);
  const stops = words.settings.globalStop && stopsAll(words);
  const TopicPreferences = preferencesAfter(words, back ? keptOut(topics) : contact.TopicPreferences);
  const UnsubscribeAll = stops || (contact.UnsubscribeAll && !back);
  const AttributesData = attributesAfter(words, contact.AttributesData ?? undefined);
  return AttributesData === undefined
    ? { TopicPreferences, UnsubscribeAll }
    : { TopicPreferences, UnsubscribeAll, AttributesData };
}

/** A contact as it is written. */
export interface Written {
  readonly TopicPreferences: Contact['TopicPreferences'];
  readonly UnsubscribeAll: boolean;
  readonly AttributesData?: string;
}

const keptOut = (topics: readonly string[]): Contact['TopicPreferences'] =>
  topics.map((TopicName) => ({ TopicName, SubscriptionStatus: 'OPT_OUT' }));

function preferencesAfter(words: Words, before: Contact['TopicPreferences']): Contact['TopicPreferences'] {
  const told: Contact['TopicPreferences'] = words.rows.map((row) => ({
    TopicName: topicOf(words, row),
    SubscriptionStatus: row.state === 'granted' ? 'OPT_IN' : 'OPT_OUT',
  }));
  if (before.length === 0) return told;
  return [
    ...before.map((one) => told.find((row) => row.TopicName === one.TopicName) ?? one),
    ...told.filter((row) => !before.some((one) => one.TopicName === row.TopicName)),
  ];
}

/** What Heed told last of one of the list's topics, and the time of it, where the contact's attributes hold it. */
function toldOf({ AttributesData }: Contact): (topic: string) => readonly [state: string, at: string] {
  const told = new Map(Object.entries(heedIn(attributesIn(AttributesData ?? ''))));
  return (topic) => {
    const [state = '', at = ''] = String(told.get(topic) ?? '').split('; ');
    return [state, at];
  };
}

/** The contact's attributes; undefined where they are not a JSON object, and so somebody else's. */
function attributesIn(text: string): object | undefined {
  if (text === '') return {};
  try {
    const attributes: unknown = JSON.parse(text);
    return isObject(attributes) ? attributes : undefined;
  } catch {
    return undefined;
  }
}

const heedIn = (attributes: object | undefined): object =>
  attributes && 'heed' in attributes && isObject(attributes.heed) ? attributes.heed : {};

/** Attributes with the evidence among them; what Heed cannot read goes back as it came. */
function attributesAfter(words: Words, given: string | undefined): string | undefined {
  const kept = words.settings.evidence ? attributesIn(given ?? '') : undefined;
  if (!kept) return given;
  const heed: Record<string, unknown> = { ...heedIn(kept) };
  for (const row of words.rows) heed[topicOf(words, row)] = evidenceOf(words.delivery, row);
  return JSON.stringify({ ...kept, heed });
}

/** One line, which begins with the state and its time: by them Heed sees later what it told. */
function evidenceOf({ subject, version }: Delivery, row: DeliveryRow): string {
  const { state, occurredAt, source, method, legalBasis, notice } = row;
  const basis = legalBasis === undefined ? '' : `; ${legalBasis}`;
  const shown = notice ? `; notice ${notice.id} ${notice.version} ${notice.language}` : '';
  return `${state}; ${occurredAt}; ${source}; ${method}${basis}${shown}; ${subject}:${version}`;
}
