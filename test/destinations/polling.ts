import type { ReportedChoice } from '../../lib/destinations/destination.ts';
import { askAll } from '../../lib/flow/ask.ts';
import { vendorOf } from '../../lib/http/client.ts';
import type { Case } from './table.ts';

/** A choice as a poll reports it: `kind value topic channel state time`. */
export const inWords = ({
  identifier: { kind, value },
  topic,
  channel,
  state,
  occurredAt,
}: ReportedChoice): string => [kind, value, topic, channel, state, occurredAt].join(' ');

/** What one poll brought. */
export interface Round {
  readonly choices: readonly string[];
  readonly trouble: string | undefined;
  /** Requests that it took, those for tokens included. */
  readonly requests: number;
}

/** Asks a simulated vendor for what was unsubscribed there, again and again, each time from where it left off. */
export function aPoller(row: Case, topics: readonly string[]) {
  const { destination, simulator } = row;
  const settings = destination.settings.parse(row.settings(topics));
  const clock = { now: Date.now, sleep: async () => undefined, chance: () => 0 };
  const vendor = vendorOf({
    ...{ destination, settings, secret: async () => row.secret(), perSecond: 1000, clock },
  });
  let cursor: string | undefined;
  const poll = async (now: number): Promise<Round> => {
    const choices: string[] = [];
    const before = simulator.requests().total;
    for (let more = true; more; ) {
      more = false;
      let next = cursor;
      const asking = {
        ...{ vendor, clock, destination, deadline: Date.now() + 60_000, most: 100, atOnce: 2 },
        take: async ({ learned }: Parameters<Parameters<typeof askAll>[0]['take']>[0]) => {
          choices.push(...learned.choices.map(inWords));
          next = learned.cursor ?? next;
          more ||= learned.more === true;
        },
      };
      const trouble = await askAll(asking, destination.poll?.ask(cursor, settings, now) ?? []);
      if (trouble) return { choices, trouble, requests: simulator.requests().total - before };
      cursor = next;
    }
    return { choices, trouble: undefined, requests: simulator.requests().total - before };
  };
  return { poll, cursor: () => cursor, close: vendor.close };
}
