import { channelsBy, type Setting, type Stage } from './stage.ts';
import type { Case } from './table.ts';

/** What every destination has to do, as far as a vendor's resulting state shows it. Throws where it is not done. */
export interface Scenario {
  readonly title: string;
  /** Played on each channel of the case, on its first alone, or once for each kind of identifier and channel. */
  readonly on: 'each channel' | 'one channel' | 'each identifier';
  /** Cases it is about; left out: all. */
  readonly about?: (row: Case) => boolean;
  /** Mapped topics; left out: newsletter and offers. */
  readonly topics?: readonly string[];
  readonly timeoutMs?: number;
  readonly run: (stage: Stage) => Promise<void>;
}

/** A scenario with what it is played with. */
export interface Play {
  readonly title: string;
  readonly scenario: Scenario;
  readonly setting: Setting;
}

/** How often, and with what, a scenario is played on a case. */
export function playsOf(scenario: Scenario, row: Case): readonly Play[] {
  const { title, on, about, topics, timeoutMs } = scenario;
  if (about && !about(row)) return [];
  const base = { ...(topics && { topics }), ...(timeoutMs !== undefined && { timeoutMs }) };
  const play = (channel: string, kind?: string): Play => ({
    title: [
      title,
      ...(row.channels.length > 1 ? [`on ${channel}`] : []),
      ...(kind ? [`by ${kind}`] : []),
    ].join(', '),
    ...{ scenario, setting: { ...base, channel, ...(kind !== undefined && { kind }) } },
  });
  if (on === 'each identifier')
    return row.destination.identifiedBy.flatMap((kind) =>
      channelsBy(row, kind).map((channel) => play(channel, kind)),
    );
  return (on === 'each channel' ? row.channels : row.channels.slice(0, 1)).map((channel) => play(channel));
}
