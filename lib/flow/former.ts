import type { Interest } from '../domain/interest.ts';
import type { LaneMark, Ledger, Marks } from '../ports.ts';
import { BUS } from './publish.ts';
import type { Told } from './read-deliveries.ts';
import type { Trails } from './trails.ts';

export interface FormerPorts {
  readonly ledger: Pick<Ledger, 'ofSubject'>;
  readonly trails: Pick<Trails, 'logs'>;
  /** Of the lanes. */
  readonly marks: Pick<Marks, 'read'>;
  /** The enabled ones. */
  readonly destinations: readonly Told[];
}

/** The enabled destinations, and those that are not enabled any more, or not even declared, and were told of her. */
export async function allTold(ports: FormerPorts, subject: string): Promise<readonly Told[]> {
  const [{ items }, logs] = await Promise.all([
    ports.ledger.ofSubject(subject, 'items'),
    loggedNames(ports.trails, subject),
  ]);
  const had = items.filter(({ trail, answered, retrying }) => trail.length > 0 || answered || retrying);
  const kinds = new Map([
    ...logs.map((id) => [id, 'log'] as const),
    ...had.map(({ destination }) => [destination, 'state'] as const),
  ]);
  for (const { id } of ports.destinations) kinds.delete(id);
  const former = [...kinds].sort().map(async ([id, kind]) => formerOf(id, kind, await ports.marks.read(id)));
  return [...ports.destinations, ...(await Promise.all(former))];
}

/** Destinations that are told every version, and were told one of her. */
export async function loggedNames(trails: Pick<Trails, 'logs'>, subject: string): Promise<readonly string[]> {
  return (await trails.logs(subject)).filter((name) => name !== BUS && !name.includes(':'));
}

const EVERYTHING: Interest = { topics: 'all', channels: 'all' };

/** What it cared about is known where its mark remembers it; else it may have been anything. */
export const formerOf = (id: string, kind: Told['kind'], mark: LaneMark | undefined): Told => ({
  ...{ id, kind, former: true },
  title: mark?.told?.title ?? id,
  interest: mark?.told?.interest ?? EVERYTHING,
});
