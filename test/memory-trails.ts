import type { Concern, Trails } from '../lib/flow/trails.ts';
import type { LogEntry, TrailEntry } from '../lib/ports.ts';

export interface Kept {
  /** Oldest first. */
  readonly concerns: (subject: string) => readonly Concern[];
  /** Oldest first. */
  readonly archived: readonly { readonly destination: string; readonly trail: readonly TrailEntry[] }[];
  readonly logged: readonly LogEntry[];
}

/** What is known of deliveries, in pieces, over what a test has put into memory. */
export const trailsIn = ({ concerns, archived, logged }: Kept): Trails => ({
  abouts: async (subject, { below = Number.POSITIVE_INFINITY, limit }) =>
    concerns(subject)
      .filter(({ version }) => version < below)
      .reverse()
      .slice(0, limit),
  upFrom: async function* ({ destination }, version) {
    for (const { destination: id, trail } of archived)
      if (id === destination && lastOf(trail) >= version) yield trail;
  },
  downFrom: async function* ({ destination }, version) {
    for (const { destination: id, trail } of [...archived].reverse())
      if (id === destination && lastOf(trail) <= version) yield trail;
  },
  loggedUp: async function* ({ subject, destination }) {
    yield* logged
      .filter((entry) => entry.subject === subject && entry.destination === destination)
      .sort((a, b) => a.version - b.version);
  },
  logged: async function* ({ subject, destination }, version) {
    yield* logged
      .filter((entry) => entry.subject === subject && entry.destination === destination)
      .filter((entry) => entry.version <= version)
      .sort((a, b) => b.version - a.version);
  },
  logs: async (subject) => [
    ...new Set(logged.filter((entry) => entry.subject === subject).map(({ destination }) => destination)),
  ],
});

const lastOf = (trail: readonly TrailEntry[]): number => trail.at(-1)?.version ?? 0;
