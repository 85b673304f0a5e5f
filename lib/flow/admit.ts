import { resolve } from '../domain/answer.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import type { ChangeBody } from '../domain/change.ts';
import { DOUBLE_OPT_IN } from '../domain/double-opt-in.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import type { Change, Standing, Version } from '../domain/vocabulary.ts';
import type { Clock, HashedName, Identifiers, Suppressed } from '../ports.ts';

export interface AdmitPorts {
  readonly catalogue: Catalogue;
  readonly identifiers: Pick<Identifiers, 'of' | 'suppressed'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Arriving {
  readonly subject: string;
  readonly body: ChangeBody;
  readonly change: Change;
  /** What it brings, by the hash that everybody is looked up by. */
  readonly names: readonly HashedName[];
  readonly previous: Version | undefined;
}

export interface Admitted {
  readonly standing?: Standing;
  /** Suppressed until now, and confirmed with this change. */
  readonly lifted: readonly Suppressed[];
}

/** As always: nobody erased anything. */
const FREELY: Admitted = { lifted: [] };

/**
 * What an erasure lets through: while it is under way, stops; and of an address that was erased, what its owner herself has
 * confirmed. A request of hers that permits nothing may bring such an address, so that she can be asked. Reads nothing
 * for a change that brings no identifier to a subject nobody erased.
 */
export async function admit(ports: AdmitPorts, arriving: Arriving): Promise<Admitted | Refusal> {
  const { previous, change, names, body } = arriving;
  const standing = previous?.standing;
  if (standing?.state === 'erasing' && !onlyStops(change)) return refuse(ERASING, body);
  const unconfirmed = standing?.state === 'unconfirmed';
  const brought = names.length === 0 ? [] : await ports.identifiers.suppressed(names);
  if (brought.length === 0 && !unconfirmed) return FREELY;
  if (isVerified(change)) return confirming(ports, arriving, brought);
  if (brought.length > 0) return asking(ports, arriving, brought) ?? refuse(SUPPRESSED, body);
  if (!grants(change)) return FREELY;
  const left = await suppressedOf(ports, arriving.subject);
  return left.length === 0 ? lifting(standing, []) : refuse(SUPPRESSED, body);
}

/** Lifts what it brings, and what she brought before and has been asked about. */
async function confirming(
  ports: AdmitPorts,
  { previous, subject }: Arriving,
  brought: readonly Suppressed[],
): Promise<Admitted> {
  const standing = previous?.standing;
  const hers = standing?.state === 'unconfirmed' ? await suppressedOf(ports, subject) : [];
  return lifting(standing, [...brought, ...hers.filter((one) => !brought.some(isSame(one)))]);
}

const ERASING: Refusal = {
  type: 'erasing',
  detail: 'This subject is being erased: until that is done, only withdrawals are taken.',
};

const SUPPRESSED: Refusal = {
  type: 'suppressed',
  detail:
    'An identifier of this subject was erased. It may be used again only once the person herself has confirmed it (double opt-in).',
};

const isSame =
  ({ kind, hash }: HashedName) =>
  (other: HashedName): boolean =>
    other.kind === kind && other.hash === hash;

const onlyStops = ({ choices, preferences, identifiers }: Change): boolean =>
  choices.every(({ state }) => state === 'withdrawn') && preferences.length + identifiers.length === 0;

const grants = ({ choices }: Change): boolean => choices.some(({ state }) => state === 'granted');

/** The word of whoever asked the person to confirm: who may say so was checked before. */
const isVerified = (change: Change): boolean =>
  change.evidence.method === DOUBLE_OPT_IN && change.evidence.actor.kind === 'subject' && grants(change);

const lifting = (standing: Standing | undefined, lifted: readonly Suppressed[]): Admitted => ({
  lifted,
  standing: { ...standing, state: 'open' },
});

async function suppressedOf(ports: AdmitPorts, subject: string): Promise<readonly Suppressed[]> {
  const { current } = await ports.identifiers.of(subject);
  return ports.identifiers.suppressed(current);
}

/** A request of the person's own that waits for her, of somebody who has granted nothing: it brings one address at most. */
function asking(
  { catalogue, clock }: AdmitPorts,
  { change, previous }: Arriving,
  brought: readonly Suppressed[],
): Admitted | undefined {
  const { choices, evidence } = change;
  const asks = choices.length > 0 && choices.every(({ state }) => state === 'pending');
  const addresses = brought.filter(({ kind }) => catalogue.identifiers[kind]?.type !== 'id');
  const granted =
    previous !== undefined &&
    resolve(previous.record, catalogue, clock.now()).choices.some(({ state }) => state === 'granted');
  if (!asks || evidence.actor.kind !== 'subject' || addresses.length > 1 || granted) return undefined;
  return { lifted: [], standing: { ...previous?.standing, state: 'unconfirmed' } };
}
