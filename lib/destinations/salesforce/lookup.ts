import type { Call } from '../destination.ts';
import { type Person, peopleIn } from './replies.ts';
import type { Settings } from './settings.ts';

/** Key prefixes of record ids: https://help.salesforce.com/s/articleView?id=000385203 */
const OBJECTS: Readonly<Record<string, Person['object']>> = { '003': 'Contact', '00Q': 'Lead' };
const RECORD_ID = /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/;
const EMAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$/;

/** Asks each object in turn, then tells all that they found. */
export interface Search {
  /** `/services/data/vNN.0` */
  readonly data: string;
  readonly objects: readonly Person['object'][];
  readonly tell: (people: readonly Person[]) => readonly Call[];
}

interface Question {
  readonly object: Person['object'];
  readonly where: string;
}

/**
 * Finds the record a person is known by and all others that carry the same e-mail address (there may be several, and
 * each is mailed). A value that is not plainly an id or an address never reaches a query.
 */
export function findPeople(
  { salesforce: id, email }: Readonly<Record<string, string>>,
  { data, objects, tell }: Search,
): readonly Call[] {
  const own = id === undefined ? undefined : ownOf(id);
  const address = email !== undefined && EMAIL.test(email) ? `Email = '${quoted(email)}'` : undefined;
  const everywhere = own ? [own.object, ...objects.filter((object) => object !== own.object)] : objects;
  const questions = questionsOf(everywhere, (object) =>
    object === own?.object ? either(own.where, address) : address,
  );
  if (questions.length === 0) return failed(email === undefined ? 'not-a-record-id' : 'not-an-address');
  if (!own) return ask(data, questions, tell);
  const isOwn = (person: Person): boolean => person.id.slice(0, 15) === own.key;
  return ask(data, questions, (found) => tell(found.map((person) => ({ ...person, known: isOwn(person) }))));
}

/** Where a record id is looked for. Its last three characters, if it has eighteen, repeat what the others say. */
function ownOf(id: string) {
  const object = RECORD_ID.test(id) ? OBJECTS[id.slice(0, 3)] : undefined;
  return object && { object, where: `Id = '${id}'`, key: id.slice(0, 15) };
}

const either = (one: string, other: string | undefined): string =>
  other === undefined ? one : `${one} OR ${other}`;

function questionsOf(
  objects: Search['objects'],
  whereIn: (object: Person['object']) => string | undefined,
): readonly Question[] {
  const questions: Question[] = [];
  for (const object of objects) {
    const where = whereIn(object);
    if (where !== undefined) questions.push({ object, where });
  }
  return questions;
}

function ask(
  data: string,
  questions: readonly Question[],
  tell: Search['tell'],
  found: readonly Person[] = [],
  at = 0,
): readonly Call[] {
  const question = questions[at];
  if (!question) return tell(found);
  const { object, where } = question;
  return [
    {
      method: 'GET',
      path: queryPath(data, `SELECT Id, IndividualId FROM ${object} WHERE ${where}`),
      next: (reply) => {
        const people = peopleIn(reply, object);
        return people
          ? ask(data, questions, tell, [...found, ...people], at + 1)
          : failed('unreadable-reply');
      },
    },
  ];
}

/** Where the REST API of the version in the settings begins. */
export const dataOf = ({ apiVersion }: Pick<Settings, 'apiVersion'>): string =>
  `/services/data/v${apiVersion}`;

export const queryPath = (data: string, soql: string): string =>
  `${data}/query?q=${encodeURIComponent(soql)}`;

const failed = (reason: string): readonly Call[] => [{ outcome: { kind: 'failed', reason } }];

/** Escapes for a SOQL string: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/ */
const quoted = (text: string): string => text.replace(/['\\]/g, '\\$&');
