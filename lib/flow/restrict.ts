import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import { dueAfter } from '../domain/due.ts';
import { toIso } from '../domain/time.ts';
import type { Stored } from '../ports.ts';
import { type Accepted, type AcceptPorts, recordChange } from './accept.ts';

export interface Restricting {
  readonly subject: string;
  readonly restricted: boolean;
}

export type RestrictionView = {
  readonly subject: string;
  readonly restricted: boolean;
  readonly version: number;
  /** When it was asked for: it is done, and the person has to have heard of it by `due`. */
  readonly requestedAt: string;
  readonly due: string;
};

/**
 * Restricts the use of what is known of a person (GDPR 18), or lifts that: her choices stay as they are, nothing is permitted
 * meanwhile, and every destination that was told a grant is told. What stands already makes no version.
 */
export const restrict =
  (ports: AcceptPorts) =>
  async ({
    subject,
    restricted,
  }: Restricting): Promise<RestrictionView | Extract<Accepted, { kind: 'refused' }>> => {
    const now = ports.clock.now();
    const newest = await orBroken(ports.records.newest(subject));
    const asked = { subject, restricted, requestedAt: toIso(now), due: dueAfter(now) };
    if (!(newest instanceof BrokenVersionError) && isRestricted(newest) === restricted)
      return { ...asked, version: newest?.version.version ?? 0 };
    const accepted = await recordChange(ports)(
      { subject, body: { choices: [] }, saidNow: true },
      {
        ...{ choices: [], preferences: [], identifiers: [], personal: {}, restricted },
        evidence: {
          ...{ source: 'heed', actor: { kind: 'agent' } },
          method: restricted ? 'restriction' : 'restriction-lifted',
          occurredAt: toIso(now),
        },
      },
    );
    if (accepted.kind === 'refused') return accepted;
    return { ...asked, version: accepted.stored?.version.version ?? 0 };
  };

const isRestricted = (newest: Stored | undefined): boolean =>
  newest?.version.record.restriction?.restricted ?? false;
