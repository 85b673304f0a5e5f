import { randomUUID } from 'node:crypto';
import type { PutEventsResponse, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { aReceiver, CloudEvent, type Receiver } from './receiver.ts';
import { awsProblem, signatureFault } from './sigv4.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';

/*
 * `PutEvents` to one bus, and a rule there whose target keeps preferences. Replies have the types of AWS's own SDK.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */

export interface BusOptions {
  /** Left out, any bus. */
  readonly arn?: string;
  /** What the rule goes by. */
  readonly source?: string;
  readonly mostBytes?: number;
}

export interface EventBus extends Simulator, Pick<Receiver, 'had' | 'rowOf' | 'received' | 'repeats'> {
  readonly secret: () => {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly endpoint: string;
  };
  /** The next `times` entries are not taken, with this code. */
  readonly refuse: (code: string, times: number) => void;
}

const Entry = z.strictObject({
  EventBusName: z.string().optional(),
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  Time: z.number().optional(),
  Resources: z.array(z.string()).optional(),
  TraceHeader: z.string().optional(),
});
type Entry = z.output<typeof Entry>;
const Put = z.strictObject({ Entries: z.array(Entry).min(1), EndpointId: z.string().optional() });

const invalid = (message: string): Answer => awsProblem(400, 'ValidationException', message);

export function simulateEventBus(options: BusOptions = {}): EventBus {
  const { arn, source = 'heed', mostBytes = 256 * 1024 } = options;
  const keys = { accessKeyId: `AKIA${randomUUID().slice(0, 16)}`, secretAccessKey: randomUUID() };
  const region = arn?.split(':')[3];
  const receiver = aReceiver();
  const refusals: string[] = [];
  const put = (entry: Entry): PutEventsResultEntry => {
    const code = refusals.shift() ?? faultIn(entry);
    if (code !== undefined) return { ErrorCode: code, ErrorMessage: `Refused: ${entry.Detail}` };
    const event = CloudEvent.safeParse(parsed(entry.Detail)).data;
    const matches = entry.Source === source && entry.DetailType === 'preferences.changed.v1';
    if (event && matches) receiver.keep(event.id, event);
    return { EventId: randomUUID() };
  };
  const answer = (asked: Asked): Answer => {
    const fault = signatureFault(asked, keys, { service: 'events', region }) ?? protocolFault(asked);
    if (fault) return fault;
    const entries = Put.safeParse(jsonOf(asked)).data?.Entries;
    if (!entries || entries.length > 10) return invalid('1 to 10 entries are expected.');
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) >= mostBytes)
      return invalid('Total size of the entries in the request is over the limit.');
    if (entries.some(({ EventBusName }) => arn !== undefined && EventBusName !== arn))
      return awsProblem(400, 'ResourceNotFoundException', 'Event bus does not exist.');
    const results = entries.map(put);
    const FailedEntryCount = results.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
    return { status: 200, body: { FailedEntryCount, Entries: results } satisfies PutEventsResponse };
  };
  const { permitted, facts, had, rowOf, received, repeats } = receiver;
  const simulator = simulate({
    ...{ answer, permitted, facts },
    unauthorized: awsProblem(400, 'UnrecognizedClientException', 'The security token is invalid.'),
  });
  return Object.assign(simulator, {
    secret: () => ({ ...keys, endpoint: simulator.url }),
    refuse: (code: string, times: number) => void refusals.push(...Array<string>(times).fill(code)),
    ...{ had, rowOf, received, repeats },
  });
}

function protocolFault({ method, path, headers }: Asked): Answer | undefined {
  const right =
    method === 'POST' &&
    path === '/' &&
    headers['x-amz-target'] === 'AWSEvents.PutEvents' &&
    headers['content-type'] === 'application/x-amz-json-1.1';
  return right ? undefined : awsProblem(400, 'UnknownOperationException', '');
}

/** How AWS measures an entry: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const sizeOf = ({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number =>
  (Time === undefined ? 0 : 14) + Buffer.byteLength([Source, DetailType, Detail, ...Resources].join(''));

function faultIn({ Source, DetailType, Detail }: Entry): string | undefined {
  if (!Source || !DetailType || Detail === undefined) return 'InvalidArgument';
  if (Source.startsWith('aws.')) return 'NotAuthorizedForSourceException';
  const detail = parsed(Detail);
  return typeof detail === 'object' && detail !== null ? undefined : 'MalformedDetail';
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
