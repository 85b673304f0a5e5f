import * as z from 'zod';
import { type Call, type Delivery, defineDestination } from './destination.ts';
import { fieldsOf, fieldValues } from './fields.ts';
import { expired, interpret, split } from './pendo/replies.ts';
import { Settings } from './pendo/settings.ts';

/** Withdrawals go alone and first: a field that is refused for a grant keeps none of them waiting. */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const visitorId = delivery.identifiers['customer'];
  if (visitorId === undefined) return [];
  const rows = delivery.choices.filter((row) => fieldsOf(row, settings.topics) !== undefined);
  const grants = rows.some(({ state }) => state === 'granted');
  const path = `${PATH}${settings.create && grants && !delivery.retired ? '?create=true' : ''}`;
  const calls: Call[] = [];
  for (const state of STATES) {
    if (!rows.some((row) => row.state === state)) continue;
    const values = fieldValues(rows, settings.topics, { state, value: settings.values[state] });
    calls.push({ method: 'POST', path, items: [{ visitorId, values }], wrap, split });
  }
  return calls;
}

const STATES = ['withdrawn', 'granted'] as const;
const PATH = '/api/v1/metadata/visitor/custom/value';
const wrap = (visitors: readonly unknown[]) => visitors;

const HOSTS = { us: 'app', us1: 'us1.app', eu: 'app.eu', jpn: 'app.jpn', au: 'app.au' } as const;

/** Visitors are known by the company's own customer number; choices are custom fields that segments filter by. */
export const pendo = defineDestination({
  id: 'pendo',
  title: 'Pendo',
  kind: 'state',
  identifiedBy: ['customer'],
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  limits: { perSecond: 5, concurrency: 2, batch: 100, settleAfter: 0 },
  impact: 'in-app guides and segments built on preferences keep including people who withdrew',
  settings: Settings,
  secret: z.object({
    /** An integration key with write access. */
    integrationKey: z.string().min(1),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ region }) => `https://${HOSTS[region]}.pendo.io`,
  auth: {
    kind: 'header',
    headers: ({ integrationKey }) => ({ 'x-pendo-integration-key': integrationKey }),
  },
  translate,
  interpret,
  expired,
});
