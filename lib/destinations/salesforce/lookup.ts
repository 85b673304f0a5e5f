import type { Call } from '../destination.ts';
import { answered, type Person, peopleIn, UNREADABLE } from './replies.ts';
import type { Settings } from './settings.ts';

/** Key prefixes of record ids: https://help.salesforce.com/s/articleView?id=000385203 */
const OBJECTS: Readonly<Record<string, Person['object']>> = { '003': 'Contact', '00Q': 'Lead' };
const RECORD_ID = /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/;
const EMAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$/;

interface Question {
  readonly object: Person['object'];
  readonly where: string;
}

/** What becomes of the people that were found. */
type Tell = (people: readonly Person[]) => readonly Call[];

/**
 * Finds the record a person is known by and all others that carry the same e-mail address (there may be several, and
 * each is mailed). A value that is not plainly an id or an address never reaches a query.
 */
export function findPeople(
  { salesforce: id, email }: Readonly<Record<string, string>>,
  settings: Settings,
  tell: Tell,
): readonly Call[] {
  const { people: objects } = settings;
  const own = id === undefined ? undefined : ownOf(id);
  const address = email !== undefined && EMAIL.test(email) ? `Email = '${quoted(email)}'` : undefined;
  const everywhere = own ? [own.object, ...objects.filter((object) => object !== own.object)] : objects;
  const questions = questionsOf(everywhere, (object) =>
    object === own?.object ? either(own.where, address) : address,
  );
  if (questions.length === 0) return failed(email === undefined ? 'not-a-record-id' : 'not-an-address');
  if (!own) return ask(questions, settings, tell);
  return ask(questions, settings, (found) =>
    tell(found.map((person) => ({ ...person, known: sameId(person.id, own.id) }))),
  );
}

/** Where a record id is looked for. */
function ownOf(id: string) {
  const object = RECORD_ID.test(id) ? OBJECTS[id.slice(0, 3)] : undefined;
  return object && { object, where: `Id = '${id}'`, id };
}

/** Ids come in 15 or 18 characters; the last three repeat what the first say. */
export const sameId = (a: string | null | undefined, b: string | undefined): boolean =>
  a?.slice(0, 15) === b?.slice(0, 15);

const either = (one: string, other: string | undefined): string =>
  other === undefined ? one : `${one} OR ${other}`;

function questionsOf(
  objects: Settings['people'],
  whereIn: (object: Person['object']) => string | undefined,
): readonly Question[] {
  const questions: Question[] = [];
  for (const object of objects) {
    const where = whereIn(object);
    if (where !== undefined) questions.push({ object, where });
  }
  return questions;
}

/** Asks all at once, in a body: the address of a query would hold the person's. */
function ask(questions: readonly Question[], settings: Settings, tell: Tell): readonly Call[] {
  const compositeRequest = questions.map(({ object, where }) => {
    const soql = `SELECT ${fieldsOf(object, settings)} FROM ${object} WHERE ${where}`;
    return { method: 'GET', url: queryPath(dataOf(settings), soql), referenceId: object };
  });
  return [
    {
      ...{ method: 'POST', path: `${dataOf(settings)}/composite`, lookup: true },
      body: { allOrNone: false, compositeRequest },
      interpret: answered,
      next: (reply) => {
        const people = peopleIn(reply, questions.length);
        return people ? tell(people) : [UNREADABLE];
      },
    },
  ];
}

/** Individuals are there only where consent rows are; flags and who changed them last, where they are kept. */
function fieldsOf(object: Person['object'], { consents, flags, flagFields }: Settings): string {
  const isFlagged = flags === 'both' || flags === object.toLowerCase();
  return [
    'Id',
    ...(consents ? ['IndividualId'] : []),
    ...(isFlagged ? ['LastModifiedById', 'LastModifiedDate', ...Object.values(flagFields)] : []),
    ...(isFlagged && object === 'Lead' ? ['IsConverted'] : []),
  ].join(', ');
}

/**
 * Mail goes to the address, so it concerns every record that carries it. Of other channels only the person's own record
 * is known to be theirs; where none is, they all are.
 */
export const concerns = (channel: string, person: Person, people: readonly Person[]): boolean =>
  channel === 'email' || person.known || !people.some(({ known }) => known);

/** Whether all whom a channel concerns are one person: who shares an address may have refused calls. */
export function isOne(channel: string, people: readonly Person[]): boolean {
  const concerned = people.filter((person) => concerns(channel, person, people));
  return channel === 'email' || new Set(concerned.map(({ party, id }) => party ?? id)).size <= 1;
}

/** Where the REST API of the version in the settings begins. */
export const dataOf = ({ apiVersion }: Pick<Settings, 'apiVersion'>): string =>
  `/services/data/v${apiVersion}`;

export const queryPath = (data: string, soql: string): string =>
  `${data}/query?q=${encodeURIComponent(soql)}`;

/** Consent rows that say no. */
export const optedOut = ({ status }: Pick<Settings, 'status'>): string =>
  `PrivacyConsentStatus = '${quoted(status.withdrawn)}'`;

/** Milliseconds of a time, in whole seconds: Salesforce keeps no parts of one. */
export const inSeconds = (time: string): number => Math.floor(Date.parse(time) / 1000) * 1000;

const failed = (reason: string): readonly Call[] => [{ outcome: { kind: 'failed', reason } }];

/** Escapes for a SOQL string: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/ */
const quoted = (text: string): string => text.replace(/['\\]/g, '\\$&');
