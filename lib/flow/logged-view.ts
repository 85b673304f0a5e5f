import type { LogEntry, Retrying, TrailEntry } from '../ports.ts';
import { caresAbout } from './concerns.ts';
import { isPassed, silence } from './passed.ts';
import type { DeliveriesPorts, DeliveryView, Looked, Viewing } from './read-deliveries.ts';
import { FAR_ENOUGH, SHOWN, type Trails } from './trails.ts';

/** What a destination that is told every version has of one subject. */
export async function loggedView(
  { trails, marks }: DeliveriesPorts,
  { subject, told, looked }: Viewing,
): Promise<DeliveryView> {
  const { id, title, kind } = told;
  const { counted, version } = looked;
  const entries = await newestLogged(trails, { subject, destination: id }, looked);
  const answered = entries.flatMap(answeredEntry);
  const known = new Set(answered.map((entry) => entry.version));
  const tried = new Set(entries.map((entry) => entry.version));
  const concerning = counted.filter((concern) => caresAbout(told, concern));
  const without = concerning.filter((concern) => !known.has(concern.version));
  const passed = without.length > 0 ? await isPassed(marks, id) : () => false;
  const missing = without.filter((concern) => tried.has(concern.version) || !passed(concern)).length;
  const [newest] = answered;
  const retrying = entries.find(({ outcome }) => outcome === 'retry');
  return {
    destination: id,
    ...{ title, kind },
    outcome:
      missing > 0
        ? 'pending'
        : (newest?.outcome ??
          silence(
            concerning.length > 0,
            counted.some(({ about }) => !about),
          )),
    version: answered.find(({ outcome }) => outcome === 'delivered')?.version ?? 0,
    behind: missing > 0,
    ...{ missing, counted: Math.min(counted.length, version) },
    ...(newest && { at: newest.at }),
    ...(newest?.reason !== undefined && { reason: newest.reason }),
    ...(missing > 0 && retrying && { retrying: retryingOf(retrying) }),
    trail: answered.slice(0, SHOWN),
  };
}

/** Newest version first: all of the versions that are counted, and on to the newest that was delivered. */
async function newestLogged(
  trails: Trails,
  of: Parameters<Trails['logged']>[0],
  { version, counted }: Looked,
): Promise<readonly LogEntry[]> {
  const lowest = counted.at(-1)?.version ?? 1;
  const entries: LogEntry[] = [];
  let delivered = false;
  for await (const entry of trails.logged(of, version)) {
    if (entries.length >= FAR_ENOUGH || (delivered && entry.version < lowest)) break;
    entries.push(entry);
    delivered ||= entry.outcome === 'delivered';
  }
  return entries;
}

/** A log entry that says `retry` is no answer yet. */
const answeredEntry = ({
  subject: _,
  destination: __,
  sent: ___,
  until: ____,
  outcome,
  ...entry
}: LogEntry): readonly TrailEntry[] => (outcome === 'retry' ? [] : [{ ...entry, outcome }]);

const retryingOf = ({ version, attempts, reason = 'retry', at }: LogEntry): Omit<Retrying, 'at'> => ({
  version,
  attempts,
  reason,
  until: at,
});
