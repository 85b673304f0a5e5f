import * as z from 'zod';
import type { Delivery, DeliveryRow, Reply } from '../destination.ts';
import type { Settings } from './settings.ts';

const Preferences = z.array(
  z.object({ TopicName: z.string(), SubscriptionStatus: z.enum(['OPT_IN', 'OPT_OUT']) }),
);
const Contact = z.object({
  TopicPreferences: Preferences.nullish().transform((given) => given ?? []),
  TopicDefaultPreferences: Preferences.nullish().transform((given) => given ?? []),
  UnsubscribeAll: z.boolean().default(false),
  AttributesData: z.string().nullish(),
  /** Seconds. */
  LastUpdatedTimestamp: z.number().optional(),
});
const List = z.object({ Topics: z.array(z.object({ TopicName: z.string() })).nullish() });
const Attributes = z.record(z.string(), z.unknown());
const Told = z.record(z.string(), z.looseObject({ state: z.string(), at: z.string() }));

/** A contact as it stands; one that is not there yet has no preferences. */
export type Contact = z.output<typeof Contact>;

export const NOBODY: Contact = { TopicPreferences: [], TopicDefaultPreferences: [], UnsubscribeAll: false };

export const contactIn = ({ body }: Reply): Contact | undefined => Contact.safeParse(body).data;

/** Names of the list's topics; undefined where the reply does not describe a list. */
export const topicsIn = ({ body }: Reply): ReadonlySet<string> | undefined => {
  const list = List.safeParse(body).data;
  return list && new Set((list.Topics ?? []).map(({ TopicName }) => TopicName));
};

/** Topics that a contact has a preference for, of its own or by default. */
export const namesIn = ({ TopicPreferences, TopicDefaultPreferences }: Contact): ReadonlySet<string> =>
  new Set([...TopicPreferences, ...TopicDefaultPreferences].map(({ TopicName }) => TopicName));

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
    const before = told[topicOf(words, row)];
    const anew = before?.state === 'withdrawn' && before.at < row.occurredAt;
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
export function leftSince(words: Words, contact: Contact): (row: DeliveryRow) => boolean {
  const told = toldOf(contact);
  const out = new Set(
    contact.TopicPreferences.flatMap((one) => (one.SubscriptionStatus === 'OPT_OUT' ? [one.TopicName] : [])),
  );
  return (row) => {
    const name = topicOf(words, row);
    const before = told[name];
    return (
      row.state === 'granted' && before?.state === 'granted' && before.at === row.occurredAt && out.has(name)
    );
  };
}

/**
 * The whole contact, since whatever an update leaves out is lost. Who comes back to the list is kept out of each of its
 * topics but those granted: nothing else begins again.
 */
export function contactAfter(words: Words, contact: Contact, topics: ReadonlySet<string>) {
  const back = comesBack(words, contact);
  const stops = words.settings.globalStop && stopsAll(words);
  const attributes = attributesAfter(words, contact.AttributesData ?? undefined);
  return {
    TopicPreferences: preferencesAfter(words, back ? keptOut(topics) : contact.TopicPreferences),
    UnsubscribeAll: stops || (contact.UnsubscribeAll && !back),
    ...(attributes !== undefined && { AttributesData: attributes }),
  };
}

const keptOut = (topics: ReadonlySet<string>): Contact['TopicPreferences'] =>
  [...topics].map((TopicName) => ({ TopicName, SubscriptionStatus: 'OPT_OUT' }));

function preferencesAfter(words: Words, before: Contact['TopicPreferences']): Contact['TopicPreferences'] {
  const statuses = new Map(before.map((one) => [one.TopicName, one]));
  for (const row of words.rows) {
    const TopicName = topicOf(words, row);
    statuses.set(TopicName, {
      TopicName,
      SubscriptionStatus: row.state === 'granted' ? 'OPT_IN' : 'OPT_OUT',
    });
  }
  return [...statuses.values()];
}

/** What Heed told last of each of the list's topics, where the contact's attributes hold it. */
const toldOf = ({ AttributesData }: Contact): Readonly<Record<string, z.output<typeof Told>[string]>> => {
  const kept = Attributes.safeParse(parsed(AttributesData ?? undefined)).data;
  return Told.safeParse(kept?.['heed']).data ?? {};
};

/** Attributes with the evidence among them. What is not a JSON object is somebody else's, and goes back as it came. */
function attributesAfter(words: Words, given: string | undefined): string | undefined {
  const { delivery, settings, rows } = words;
  const kept = settings.evidence ? Attributes.safeParse(parsed(given)).data : undefined;
  if (!kept) return given;
  const before = Attributes.safeParse(kept['heed']).data ?? {};
  const evidence = rows.map((row) => [topicOf(words, row), evidenceOf(delivery, row)] as const);
  return JSON.stringify({ ...kept, heed: { ...before, ...Object.fromEntries(evidence) } });
}

const evidenceOf = (
  { subject, version }: Delivery,
  { state, occurredAt, source, method, legalBasis, notice }: DeliveryRow,
) => ({
  ...{ state, at: occurredAt, source, method },
  ...(legalBasis !== undefined && { basis: legalBasis }),
  ...(notice && { notice: `${notice.id} ${notice.version} ${notice.language}` }),
  version: `${subject}:${version}`,
});

function parsed(text: string | undefined): unknown {
  if (text === undefined || text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
