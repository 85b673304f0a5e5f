import type { Call, Delivery } from './destination.ts';
import { defineDestination } from './destination.ts';
import { auth, Secret } from './salesforce/auth.ts';
import { type Flag, flagsOf } from './salesforce/flags.ts';
import { dataOf, findPeople } from './salesforce/lookup.ts';
import { poll } from './salesforce/poll.ts';
import { interpret, type Person } from './salesforce/replies.ts';
import { consentOf, upsert } from './salesforce/rows.ts';
import { Settings } from './salesforce/settings.ts';

function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const rows = delivery.choices.filter(
    ({ topic, channel }) => settings.consents && topic in settings.topics && channel in settings.channels,
  );
  const flags = flagsOf(delivery, settings);
  if (rows.length + flags.length === 0) return [answer('skipped', 'nothing-mapped')];
  const data = dataOf(settings);
  const tell = (people: readonly Person[]): readonly Call[] => {
    if (people.length === 0) return [answer('skipped', 'no-such-record')];
    const calls = flags.length > 0 ? people.flatMap((person) => flag(person, people)) : [];
    return [...calls, ...consent(people)];
  };
  const flag = (person: Person, people: readonly Person[]): readonly Call[] => {
    const own = flags.filter(({ channel }) => concerns(channel, person, people));
    const body = flagged(person, own, settings);
    return body ? [{ method: 'PATCH', path: `${data}/sobjects/${person.object}/${person.id}`, body }] : [];
  };
  const consent = (people: readonly Person[]): readonly Call[] => {
    const items: object[] = [];
    let orphaned = false;
    for (const row of rows) {
      const parties = partiesFor(row.channel, people);
      for (const party of parties) items.push(consentOf(delivery, row, settings, party));
      orphaned ||= parties.length === 0;
    }
    const calls: Call[] = items.length > 0 ? [upsert(items, settings)] : [];
    return orphaned ? [...calls, answer('failed', 'no-individual')] : calls;
  };
  return findPeople(delivery.identifiers, { data, objects: settings.people, tell });
}

/**
 * Mail goes to the address, so it concerns every record that carries it. Of other channels only the person's own record
 * is known to be theirs; where none is, they all are.
 */
const concerns = (channel: string, person: Person, people: readonly Person[]): boolean =>
  channel === 'email' || person.known || !people.some(({ known }) => known);

/** Individuals whose consent on this channel it is. */
function partiesFor(channel: string, people: readonly Person[]): readonly string[] {
  const parties: string[] = [];
  for (const person of people) {
    const { party } = person;
    if (party !== undefined && !parties.includes(party) && concerns(channel, person, people))
      parties.push(party);
  }
  return parties;
}

function flagged({ object }: Person, flags: readonly Flag[], settings: Settings): object | undefined {
  const kept = settings.flags === 'both' || settings.flags === object.toLowerCase();
  if (!kept || flags.length === 0) return undefined;
  return Object.fromEntries(flags.map(({ field, out }) => [field, out]));
}

const answer = (kind: 'skipped' | 'failed', reason: string): Call => ({ outcome: { kind, reason } });

/** Tells the records that exist; nobody is created, because a consent row needs an Individual, and a person a name. */
export const salesforce = defineDestination({
  id: 'salesforce',
  title: 'Salesforce',
  kind: 'state',
  identifiedBy: ['salesforce', 'email'],
  channels: ['email', 'sms', 'phone', 'post'],
  limits: { perSecond: 10, concurrency: 4, batch: 200, settleAfter: 120 },
  impact: 'sales and service staff see, and act on, permissions that people have withdrawn',
  settings: Settings,
  secret: Secret,
  topics: ({ topics, flagTopics = [] }) => [...new Set([...Object.keys(topics), ...flagTopics])],
  endpoint: ({ instanceUrl }) => instanceUrl,
  auth,
  translate,
  interpret,
  poll,
});
