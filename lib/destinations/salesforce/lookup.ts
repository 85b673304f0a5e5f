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

/**
 * Finds the records behind a record id or, without one, behind an e-mail address (there may be several). A value that
 * is not plainly an id or an address never reaches a query.
 */
export function findPeople(
  { salesforce: id, email }: Readonly<Record<string, string>>,
  search: Search,
): readonly Call[] {
  if (id !== undefined) {
    const object = RECORD_ID.test(id) ? OBJECTS[id.slice(0, 3)] : undefined;
    return object ? ask({ ...search, objects: [object] }, `Id = '${id}'`, []) : failed('not-a-record-id');
  }
  if (email === undefined || !EMAIL.test(email)) return failed('not-an-address');
  return ask(search, `Email = '${quoted(email)}'`, []);
}

function ask(search: Search, where: string, found: readonly Person[]): readonly Call[] {
  const [object, ...objects] = search.objects;
  if (!object) return search.tell(found);
  const query = encodeURIComponent(`SELECT Id, IndividualId FROM ${object} WHERE ${where}`);
  return [
    {
      method: 'GET',
      path: `${search.data}/query?q=${query}`,
      next: (reply) => {
        const people = peopleIn(reply, object);
        return people
          ? ask({ ...search, objects }, where, [...found, ...people])
          : failed('unreadable-reply');
      },
    },
  ];
}

const failed = (reason: string): readonly Call[] => [{ outcome: { kind: 'failed', reason } }];

/** Escapes for a SOQL string: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/ */
const quoted = (text: string): string => text.replace(/['\\]/g, '\\$&');
