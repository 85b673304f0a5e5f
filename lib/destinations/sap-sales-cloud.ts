import * as z from 'zod';
import { csrfHeaders, FETCH_CSRF } from './csrf.ts';
import {
  type Call,
  type Delivery,
  type DeliveryRow,
  defineDestination,
  type Reply,
  type SingleCall,
} from './destination.ts';
import { fieldsOf, fieldValues } from './fields.ts';
import { type Person, peopleIn, queryOf } from './sap-sales-cloud/people.ts';
import { isHeldBack, isStopped, isWanted, lifted, stopped } from './sap-sales-cloud/permission.ts';
import {
  ALL_THE_SAME,
  interpret,
  MUST_ACT,
  NOBODY,
  unlessGone,
  unlessResult,
} from './sap-sales-cloud/replies.ts';
import { Settings } from './sap-sales-cloud/settings.ts';

function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const email = delivery.identifiers['email'];
  const rows = delivery.choices.filter((row) => fieldsOf(row, settings.topics) !== undefined);
  const stops = settings.permission !== undefined && isStopped(delivery, settings.permission);
  if (email === undefined || (rows.length === 0 && !stops)) return [];
  return look({ delivery, settings, email, rows }, settings.collections, []);
}

interface Telling {
  readonly delivery: Delivery;
  readonly settings: Settings;
  readonly email: string;
  readonly rows: readonly DeliveryRow[];
}

/** Looks for everybody who has the address; the last reply also brings the token that writes have to carry. */
function look(
  telling: Telling,
  [collection, ...others]: Settings['collections'],
  known: readonly Person[],
  last?: Reply,
): readonly Call[] {
  const { email, settings } = telling;
  if (collection === undefined)
    return last && known.length > 0 ? told(telling, known, csrfHeaders(last)) : [NOBODY];
  return [
    {
      method: 'GET',
      path: queryOf(email, collection, settings),
      headers: FETCH_CSRF,
      interpret: unlessResult,
      next: (reply) =>
        look(telling, others, [...known, ...peopleIn(reply, email, collection, settings)], reply),
    },
  ];
}

type Reading = Pick<SingleCall, 'interpret' | 'next'>;
const ONE: Reading = { interpret: unlessGone };

/** Everybody's withdrawals, then the grants. */
function told(
  { delivery, settings, rows }: Telling,
  people: readonly Person[],
  headers: Readonly<Record<string, string>>,
): readonly Call[] {
  const { topics, values, permission } = settings;
  const said = (state: DeliveryRow['state']) => fieldValues(rows, topics, { state, value: values[state] });
  const write = ({ path }: Person, body: object, reading: Reading): readonly Call[] =>
    Object.keys(body).length > 0 ? [{ method: 'PATCH', path, headers, body, ...reading }] : [];
  const [noes, yeses] = [said('withdrawn'), said('granted')];
  const mustAct =
    permission && isWanted(delivery, permission) && people.some((one) => isHeldBack(one, permission));
  return [
    ...people.flatMap((one) =>
      write(
        one,
        { ...noes, ...(permission && stopped(delivery, one, permission)) },
        people.length > 1 ? ALL_THE_SAME : ONE,
      ),
    ),
    ...people.flatMap((one) =>
      write(one, { ...yeses, ...(permission && lifted(delivery, one, permission)) }, ONE),
    ),
    ...(mustAct ? [MUST_ACT] : []),
  ];
}

/** Contacts and individual customers of SAP Sales Cloud and Service Cloud (C4C), found by address and never made. */
export const sapSalesCloud = defineDestination({
  id: 'sap-sales-cloud',
  title: 'SAP Sales Cloud and Service Cloud',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  limits: { perSecond: 5, concurrency: 2, batch: 1, settleAfter: 120 },
  impact: 'sales and service staff keep contacting people who withdrew',
  settings: Settings,
  secret: z.object({
    /** An integration user with rights to read and change these people. */
    user: z.string().min(1),
    password: z.string().min(1),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ host }) => `https://${host}`,
  auth: { kind: 'basic', credentials: ({ user, password }) => ({ user, password }) },
  translate,
  interpret,
});
