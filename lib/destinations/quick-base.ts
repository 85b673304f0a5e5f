import * as z from 'zod';
import {
  type Call,
  type Delivery,
  type DeliveryRow,
  defineDestination,
  evidenceLine,
} from './destination.ts';
import { split } from './quick-base/replies.ts';
import { Settings } from './quick-base/settings.ts';

type Cells = Record<number, { readonly value: string }>;

interface Said {
  readonly delivery: Delivery;
  readonly customer: string;
  readonly row: DeliveryRow;
}

/** The record of one choice: what a field is not named for is not written. */
function recordOf({ delivery, customer, row }: Said, { fields, topics, values }: Settings): Cells {
  const cells: Cells = {
    [fields.key]: { value: `${customer}|${row.channel}|${row.topic}` },
    [fields.customer]: { value: customer },
    [fields.channel]: { value: row.channel },
    [fields.topic]: { value: topics[row.topic] ?? '' },
    [fields.state]: { value: values[row.state] },
  };
  if (fields.time !== undefined) cells[fields.time] = { value: row.occurredAt };
  if (fields.source !== undefined) cells[fields.source] = { value: row.source };
  if (fields.notice !== undefined) cells[fields.notice] = { value: noticeOf(row) };
  if (fields.legalBasis !== undefined) cells[fields.legalBasis] = { value: row.legalBasis ?? '' };
  if (fields.evidence !== undefined) cells[fields.evidence] = { value: evidenceLine(delivery, row) };
  return cells;
}

const noticeOf = ({ notice }: DeliveryRow): string =>
  notice ? `${notice.id} ${notice.version} ${notice.language}` : '';

const STATES = ['withdrawn', 'granted'] as const;

/** Records are merged by the key field, so that a repeat writes the same one again; nothing else is touched. */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const customer = delivery.identifiers['customer'];
  if (customer === undefined) return [];
  const items: Cells[] = [];
  for (const state of STATES)
    for (const row of delivery.choices)
      if (row.state === state && settings.topics[row.topic] !== undefined)
        items.push(recordOf({ delivery, customer, row }, settings));
  if (items.length === 0) return [];
  const { table, fields, realm } = settings;
  const wrap = (data: readonly unknown[]) => ({
    to: table,
    data,
    mergeFieldId: fields.key,
    fieldsToReturn: [],
  });
  const headers = { 'qb-realm-hostname': `${realm}.quickbase.com`, 'user-agent': 'heed' };
  return [{ method: 'POST', path: '/v1/records', headers, items, wrap, split }];
}

/** A table of the company's own: a record for each customer, channel and topic that somebody has spoken of. */
export const quickBase = defineDestination({
  id: 'quick-base',
  title: 'Quick Base',
  kind: 'state',
  identifiedBy: ['customer'],
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  limits: { perSecond: 8, concurrency: 2, batch: 500, settleAfter: 0 },
  impact: 'apps built on Quick Base go on showing, and acting on, choices that people have changed since',
  settings: Settings,
  secret: z.object({
    /** A user token that is assigned to the table's app. */
    userToken: z.string().min(1),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: () => 'https://api.quickbase.com',
  auth: {
    kind: 'header',
    headers: ({ userToken }) => ({ authorization: `QB-USER-TOKEN ${userToken}` }),
  },
  translate,
});
