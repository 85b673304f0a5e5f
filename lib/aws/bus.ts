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

/** The bus that every internal system can subscribe to. */
export const busOn = (client: EventBridgeClient, busName: string): Bus => ({
  put: async (entries) => {
    if (entries.length === 0) return [];
    const { Entries = [] } = await client.send(
      new PutEventsCommand({ Entries: entries.map((entry) => requestOf(entry, busName)) }),
    );
    return entries.map((_, i) => Entries[i]?.EventId !== undefined);
  },
});

const requestOf = ({ type, time, detail }: BusEntry, busName: string): PutEventsRequestEntry => ({
  EventBusName: busName,
  Source: EVENT_SOURCE,
  DetailType: type,
  Time: new Date(time),
  Detail: JSON.stringify(detail),
});
