import * as z from 'zod';
import { csrfHeaders, FETCH_CSRF } from './csrf.ts';
import { type Call, type Delivery, type DeliveryRow, defineDestination, reasonOf } from './destination.ts';
import { fieldsOf, fieldValues } from './fields.ts';
import { MUST_ACT, NOBODY, type Person, peopleIn, queryOf, UNREADABLE } from './sap-sales-cloud/people.ts';
import { Settings } from './sap-sales-cloud/settings.ts';

/** Looks for everybody who has the address; the same reply brings the token that a write has to carry. */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const rows = delivery.choices.filter((row) => fieldsOf(row, settings.topics) !== undefined);
  if (delivery.identifiers['email'] === undefined || rows.length === 0) return [];
  const look: Call = {
    method: 'GET',
    path: `${settings.service}/${settings.collection}?${queryOf(delivery, settings)}`,
    headers: FETCH_CSRF,
    next: (reply) => {
      const people = peopleIn(reply, settings);
      const headers = csrfHeaders(reply);
      if (!people || !headers) return [UNREADABLE];
      return people.length > 0 ? told(delivery, rows, { people, headers, settings }) : [NOBODY];
    },
  };
  return [look];
}

interface Found {
  readonly people: readonly Person[];
  readonly headers: Readonly<Record<string, string>>;
  readonly settings: Settings;
}

/** Withdrawals first. The permission for everything is only ever given back where it was Heed who took it. */
function told(delivery: Delivery, rows: readonly DeliveryRow[], { people, headers, settings }: Found) {
  const { topics, values, permission, service, collection } = settings;
  const stops = permission?.channels.every((channel) => delivery.stoppedAll.includes(channel)) ?? false;
  const grants = !stops && rows.some(({ state }) => state === 'granted');
  const write = (of: (person: Person) => Readonly<Record<string, string>>): readonly Call[] =>
    people.flatMap((person) => {
      const body = of(person);
      const path = `${service}/${collection}('${encodeURIComponent(person.id)}')`;
      return Object.keys(body).length > 0 ? [{ method: 'PATCH' as const, path, headers, body }] : [];
    });
  const said = (state: string) =>
    fieldValues(
      rows.filter((row) => row.state === state),
      topics,
      (row) => values[row.state],
    );
  const refused = (person: Person): boolean =>
    permission !== undefined && person.permission === permission.codes.withdrawn && !person.stoppedByHeed;
  return [
    ...write((person) => ({
      ...said('withdrawn'),
      ...(stops && !refused(person) && stop(delivery, settings)),
    })),
    ...write((person) => ({ ...said('granted'), ...(grants && person.stoppedByHeed && lift(settings)) })),
    ...(grants && people.some(refused) ? [MUST_ACT] : []),
  ];
}

const stop = ({ recordedAt }: Delivery, { permission }: Settings) =>
  permission && { [permission.property]: permission.codes.withdrawn, [permission.stopField]: recordedAt };

const lift = ({ permission }: Settings) =>
  permission && { [permission.property]: permission.codes.granted, [permission.stopField]: '' };

const Fault = z.object({ error: z.object({ code: z.string() }) });

/** Contacts or individual customers of SAP Sales Cloud and Service Cloud (C4C), found by address and never made. */
export const sapSalesCloud = defineDestination({
  id: 'sap-sales-cloud',
  title: 'SAP Sales Cloud and Service Cloud',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  limits: { perSecond: 5, concurrency: 2, batch: 1, settleAfter: 30 },
  impact: 'sales and service staff keep contacting people who withdrew',
  settings: Settings,
  secret: z.object({
    /** A user with rights to read and change these people. */
    user: z.string().min(1),
    password: z.string().min(1),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ host }) => `https://${host}`,
  auth: { kind: 'basic', credentials: ({ user, password }) => ({ user, password }) },
  translate,
  interpret: ({ status, headers, body }) => {
    if (status === 403 && headers['x-csrf-token']?.toLowerCase() === 'required')
      return { kind: 'retry', reason: 'csrf-token-required' };
    if (status < 400 || status === 401 || status === 429 || status >= 500) return undefined;
    return { kind: 'failed', reason: reasonOf(Fault.safeParse(body).data?.error.code, `http-${status}`) };
  },
});
