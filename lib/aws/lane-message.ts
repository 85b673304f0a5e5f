import type { SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { LaneReported, PreferencesChanged } from '../domain/event-schema.ts';
import type { LaneMessage } from '../flow/lane.ts';

/** What a lane's queue may hold: an event the bus put there, or a forced message of Heed's own. */
const Body = z.union([
  z.object({
    force: z.literal(true),
    subject: z.string(),
    version: z.number(),
    confirming: z.boolean().optional(),
  }),
  z.object({ 'detail-type': z.literal('preferences.changed.v1'), detail: PreferencesChanged }),
  z.object({ 'detail-type': z.literal('lane.reported.v1'), detail: LaneReported }),
]);

/** A batch as `deliver` takes it, and the ids of messages that nobody can read. */
export interface LaneBatch {
  readonly messages: readonly LaneMessage[];
  readonly unreadable: readonly string[];
}

export function laneBatch(event: SQSEvent): LaneBatch {
  const read = event.Records.map((record) => laneMessage(record));
  return {
    messages: read.filter((message) => typeof message !== 'string'),
    unreadable: read.filter((message) => typeof message === 'string'),
  };
}

function laneMessage(record: SQSRecord): LaneMessage | string {
  const body = Body.safeParse(parse(record.body));
  if (!body.success) return record.messageId;
  const { ApproximateReceiveCount, SentTimestamp } = record.attributes;
  const common = {
    id: record.messageId,
    receiveCount: Number(ApproximateReceiveCount),
    sentAt: Number(SentTimestamp),
  };
  if ('force' in body.data) {
    const { subject, version, confirming = false } = body.data;
    return { ...common, subject, version, force: true, confirming };
  }
  const { detail } = body.data;
  const own = { ...common, subject: detail.subject, force: false, confirming: false };
  return detail.type === 'lane.reported.v1'
    ? { ...own, version: Number(detail.sequence) }
    : { ...own, version: detail.data.version, event: detail };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
