import {
  EventBridgeClient,
  type EventBridgeClientConfig,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../domain/event.ts';
import type { Bus, BusEntry } from '../ports.ts';
import { tuning } from './tuning.ts';

export const eventsClient = (overrides: EventBridgeClientConfig = {}): EventBridgeClient =>
  new EventBridgeClient({ ...tuning(), ...overrides });

/** Bytes of one request that EventBridge has always taken; a single larger event goes alone. */
const MOST_BYTES = 240_000;

/** The bus that every internal system can subscribe to. */
export const busOn = (client: EventBridgeClient, busName: string): Bus => ({
  put: async (entries) => {
    const requests = requestsOf(entries.map((entry) => requestEntry(entry, busName)));
    return (await Promise.all(requests.map((request) => put(client, request)))).flat();
  },
});

async function put(
  client: EventBridgeClient,
  request: readonly PutEventsRequestEntry[],
): Promise<readonly boolean[]> {
  try {
    const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...request] }));
    return request.map((_, i) => Entries[i]?.EventId !== undefined);
  } catch (error) {
    if (request.length === 1 && isRefusal(error)) return [false];
    throw error;
  }
}

/** The request itself was refused: with one entry in it (too large, say), that entry is what was not taken. */
const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'ValidationException';

/** In order, as few requests as their size allows. */
function requestsOf(
  entries: readonly PutEventsRequestEntry[],
): readonly (readonly PutEventsRequestEntry[])[] {
  const requests: PutEventsRequestEntry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.Detail ?? '');
    if (size > room || requests.length === 0) {
      requests.push([]);
      room = MOST_BYTES;
    }
    requests.at(-1)?.push(entry);
    room -= size;
  }
  return requests;
}

const requestEntry = ({ type, time, detail }: BusEntry, busName: string): PutEventsRequestEntry => ({
  EventBusName: busName,
  Source: EVENT_SOURCE,
  DetailType: type,
  Time: new Date(time),
  Detail: JSON.stringify(detail),
});
