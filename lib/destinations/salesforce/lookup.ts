import type { Call } from '../destination.ts';
import { type Person, peopleIn } from './replies.ts';

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

/** What of a person's identifiers may go into a query: the id with the object it belongs to, and the address. */
interface Known {
  readonly id?: { readonly value: string; readonly object: Person['object'] };
  readonly email?: string;
}

/** A value that is not plainly an id or an address never reaches a query. */
function knownOf({ salesforce: value, email }: Readonly<Record<string, string>>): Known {
  const object = value !== undefined && RECORD_ID.test(value) ? OBJECTS[value.slice(0, 3)] : undefined;
  return {
    ...(value !== undefined && object && { id: { value, object } }),
    ...(email !== undefined && EMAIL.test(email) && { email }),
  };
}

/**
 * Finds the record a person is known by and all others that carry the same e-mail address (there may be several, and
 * each is mailed).
 */
export function findPeople(
  identifiers: Readonly<Record<string, string>>,
  { data, objects, tell }: Search,
): readonly Call[] {
  const { id, email } = knownOf(identifiers);
  const own = id ? [{ object: id.object, where: `Id = '${id.value}'` }] : [];
  const address = email === undefined ? [] : [`Email = '${quoted(email)}'`];
  const everywhere = new Set([...own.map(({ object }) => object), ...objects]);
  const questions = [...everywhere].flatMap((object): readonly Question[] => {
    const ways = [...own.flatMap((one) => (one.object === object ? one.where : [])), ...address];
    return ways.length > 0 ? [{ object, where: ways.join(' OR ') }] : [];
  });
  if (questions.length === 0) return failed('email' in identifiers ? 'not-an-address' : 'not-a-record-id');
  const isOwn = (person: Person): boolean => person.id.slice(0, 15) === id?.value.slice(0, 15);
  return ask(data, questions, (found) => tell(found.map((person) => ({ ...person, known: isOwn(person) }))));
}

function ask(
  data: string,
  [question, ...others]: readonly Question[],
  tell: Search['tell'],
  found: readonly Person[] = [],
): readonly Call[] {
  if (!question) return tell(found);
  const { object, where } = question;
  return [
    {
      method: 'GET',
      path: queryPath(data, `SELECT Id, IndividualId FROM ${object} WHERE ${where}`),
      next: (reply) => {
        const people = peopleIn(reply, object);
        return people ? ask(data, others, tell, [...found, ...people]) : failed('unreadable-reply');
      },
    },
  ];
}

export const queryPath = (data: string, soql: string): string =>
  `${data}/query?q=${encodeURIComponent(soql)}`;

const failed = (reason: string): readonly Call[] => [{ outcome: { kind: 'failed', reason } }];

/** Escapes for a SOQL string: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/ */
const quoted = (text: string): string => text.replace(/['\\]/g, '\\$&');
