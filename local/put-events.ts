import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { account, region } from './loopback.ts';

/** What every rule sees and every target gets. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 in UTC, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A request that is refused as a whole. */
export interface RefusedRequest {
  readonly type: 'ValidationException';
  readonly message: string;
}

export interface EntryResult {
  readonly EventId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

export interface PutEventsResult {
  readonly reply: { readonly FailedEntryCount: number; readonly Entries: readonly EntryResult[] };
  readonly accepted: readonly BusEvent[];
}

const Entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  Resources: z.array(z.string()).default([]),
  Time: z.number().optional(),
});
type Entry = z.infer<typeof Entry>;

const Request = z.object({ Entries: z.array(Entry) });
const Detail = z.record(z.string(), z.unknown());

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html (256 KiB until January 2026) */
const sizeLimit = 1_048_576;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-calculate-putevents-entry-size.html */
const sizeOf = ({ Source = '', DetailType = '', Detail: detail = '', Resources, Time }: Entry): number =>
  [Source, DetailType, detail, ...Resources].reduce((size, text) => size + Buffer.byteLength(text), 0) +
  (Time === undefined ? 0 : 14);

const requestProblem = (entries: readonly Entry[]): string | undefined => {
  const constraint = (what: string) =>
    `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${what}`;
  if (entries.length === 0) return constraint('greater than or equal to 1');
  if (entries.length > 10) return constraint('less than or equal to 10');
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  return size > sizeLimit ? 'Total size of the entries in the request is over the limit.' : undefined;
};

const parseDetail = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return Detail.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

const invalid = (parameter: string, reason: string): EntryResult => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${parameter} is not valid. Reason: ${reason}`,
});

const missing = (entry: Entry): EntryResult | undefined => {
  const required = (['Source', 'DetailType', 'Detail'] as const).find((name) => !entry[name]);
  return required && invalid(required, `${required} is a required argument.`);
};

const namesBus = (entry: Entry, bus: string): boolean =>
  entry.EventBusName === undefined ? bus === 'default' : entry.EventBusName.split('/').at(-1) === bus;

const entryProblem = (entry: Entry, bus: string): EntryResult | undefined => {
  const gap = missing(entry);
  if (gap !== undefined) return gap;
  if (!namesBus(entry, bus))
    return invalid('EventBusName', `This endpoint serves the event bus ${bus} only.`);
  if (entry.Source?.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  return undefined;
};

const envelope = (entry: Entry, detail: BusEvent['detail']): BusEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': entry.DetailType ?? '',
  source: entry.Source ?? '',
  account,
  time: `${new Date(entry.Time === undefined ? Date.now() : entry.Time * 1_000).toISOString().slice(0, 19)}Z`,
  region,
  resources: entry.Resources,
  detail,
});

const accept = (entry: Entry, bus: string): BusEvent | EntryResult => {
  const problem = entryProblem(entry, bus);
  if (problem !== undefined) return problem;
  const detail = parseDetail(entry.Detail ?? '');
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  return envelope(entry, detail);
};

/** Checks a `PutEvents` request as EventBridge does: some faults refuse the request, others only their entry. */
export const putEvents = (request: unknown, bus: string): PutEventsResult | RefusedRequest => {
  const parsed = Request.safeParse(request);
  if (!parsed.success) return { type: 'ValidationException', message: z.prettifyError(parsed.error) };
  const problem = requestProblem(parsed.data.Entries);
  if (problem !== undefined) return { type: 'ValidationException', message: problem };
  const outcomes = parsed.data.Entries.map((entry) => accept(entry, bus));
  const accepted = outcomes.filter((outcome) => 'detail' in outcome);
  const entries = outcomes.map((outcome) => ('detail' in outcome ? { EventId: outcome.id } : outcome));
  return { accepted, reply: { FailedEntryCount: entries.length - accepted.length, Entries: entries } };
};
