import type { Archive, Signer } from '../audit-ports.ts';
import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import { toIso, toMs } from '../domain/time.ts';
import type { Bus, Stored } from '../ports.ts';
import type { AcceptPorts } from './accept.ts';
import { certify } from './certify.ts';
import { canEraseMore, erasureTold, isAwaited, untoldLogs } from './erasure-told.ts';
import { lastVersion, namesToSuppress } from './last-version.ts';
import { repair } from './repair.ts';
import {
  type Erasure,
  type ErasureTold,
  isHeld,
  isOpen,
  type RightsCase,
  type RightsCases,
} from './rights-case.ts';
import { STARTED, STOPPED, say, tells } from './say-erasure.ts';
import { erasingStrangers } from './strangers.ts';
import type { ToldPorts } from './told.ts';

export interface ErasePorts extends AcceptPorts, Omit<ToldPorts, 'marks' | 'records' | 'catalogue'> {
  readonly ledger: AcceptPorts['ledger'] & ToldPorts['ledger'];
  readonly cases: RightsCases;
  readonly signer: Pick<Signer, 'sign'>;
  readonly archive: Archive;
  readonly bus: Bus;
  /**
   * So long after everything was withdrawn something that was sent before may still arrive at a destination, ms. Until then
   * she stays addressable: whoever finds it there tells the withdrawal once more.
   */
  readonly rest: number;
  /** Removes what else this process keeps of a subject; where it keeps nothing, left out. */
  readonly purge?: ((subject: string) => Promise<void>) | undefined;
}

/** A few, and some more that others were quicker at. */
const MOST_STEPS = 20;

/** Takes an erasure as far as it goes now, from wherever it stands. Repeating it is harmless. */
export const advance =
  (ports: ErasePorts) =>
  async (subject: string): Promise<RightsCase> => {
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const rightsCase = await ports.cases.of(subject);
      const { erasure } = rightsCase;
      if (!isOpen(erasure)) return rightsCase;
      if ((await step(ports, rightsCase, erasure)) === 'wait') return rightsCase;
    }
    throw new Error('an erasure made no headway');
  };

/** One step; `wait`: nothing can be done now. Whatever it lost to, it is looked at again. */
async function step(ports: ErasePorts, rightsCase: RightsCase, erasure: Erasure): Promise<'again' | 'wait'> {
  const { subject } = rightsCase;
  const change = (next: Partial<Erasure>): Promise<boolean> =>
    writeErasure(ports, rightsCase, { ...erasure, ...next });
  if (erasure.state === 'erased') {
    await ports.purge?.(subject);
    const certificate = await certify(ports, subject, erasure);
    await change({ state: 'done', certificate });
    return 'again';
  }
  const newest = await orBroken(ports.records.newest(subject));
  if (newest instanceof BrokenVersionError) {
    await repair(ports, newest);
    return 'again';
  }
  const owner = erasure.with === undefined ? undefined : await ports.cases.of(erasure.with);
  if (isForbidden(rightsCase, owner)) {
    if (newest?.version.standing?.state === 'erasing') await say(ports, { subject, newest }, STOPPED);
    await change({ state: 'stopped' });
    return 'again';
  }
  return tellAndFinish(ports, { rightsCase, owner, erasure, newest });
}

/** Whoever has to be told is told, and waited for; then nothing of her is left. */
async function tellAndFinish(
  ports: ErasePorts,
  { rightsCase, owner, erasure, newest }: Omit<Finishing, 'newest'> & { readonly newest: Stored | undefined },
): Promise<'again' | 'wait'> {
  const { subject } = rightsCase;
  if (!newest || !tells(newest)) {
    await say(ports, { subject, newest }, STARTED);
    return 'again';
  }
  const { version, recordedAt } = newest.version;
  if (erasure.version !== version) {
    const since = toIso(Math.min(toMs(recordedAt), ports.clock.now() + ports.rest));
    await writeErasure(ports, rightsCase, { ...erasure, version, since });
    return 'again';
  }
  const told = await erasureTold(ports, subject, version);
  if (canBeRepeated(ports, erasure) && (await canEraseMore(ports, subject, told))) {
    await say(ports, { subject, newest }, STARTED);
    await writeErasure(ports, rightsCase, { ...erasure, repeated: true });
    return 'again';
  }
  if (await waits(ports, { told, erasure, newest })) return 'wait';
  const ended = { ...erasure, told: [...told, ...(await untoldLogs(ports, subject))] };
  await finish(ports, { rightsCase, owner, erasure: ended, newest });
  return 'again';
}

/** Once, and while there is time for the answers: an erasure ends with what was told then. */
const canBeRepeated = ({ clock, rest }: ErasePorts, { repeated, until }: Erasure): boolean =>
  !repeated && toIso(clock.now() + rest) < until;

/** By a hold, also of the subject with whom it is erased; and by whatever stopped hers. */
const isForbidden = (rightsCase: RightsCase, owner: RightsCase | undefined): boolean =>
  isHeld(rightsCase) || (owner !== undefined && (isHeld(owner) || owner.erasure?.state === 'stopped'));

export const writeErasure = (
  { cases }: Pick<ErasePorts, 'cases'>,
  rightsCase: RightsCase,
  erasure: Erasure,
): Promise<boolean> => cases.write({ ...rightsCase, revision: rightsCase.revision + 1, erasure });

interface Waiting {
  readonly told: readonly ErasureTold[];
  readonly erasure: Erasure;
  readonly newest: Stored;
}

/** Somebody has not answered, or something older can still arrive where anything was ever said of her. */
async function waits(ports: ErasePorts, { told, erasure, newest }: Waiting): Promise<boolean> {
  const { subject, recordedAt } = newest.version;
  const strangers = await erasingStrangers(ports, subject, erasure);
  const now = ports.clock.now();
  if (toIso(now) >= erasure.until) return false;
  if (strangers.length > 0 || told.some(isAwaited)) return true;
  const { since = recordedAt } = erasure;
  return told.some(({ outcome }) => outcome !== 'not-concerned') && toMs(since) + ports.rest > now;
}

interface Finishing {
  readonly rightsCase: RightsCase;
  readonly owner: RightsCase | undefined;
  readonly erasure: Erasure;
  readonly newest: Stored;
}

/** The one transaction after which nothing about her can be read. */
async function finish(ports: ErasePorts, { rightsCase, owner, erasure, newest }: Finishing): Promise<void> {
  const { subject, revision } = rightsCase;
  const identifiers = await ports.identifiers.of(subject);
  const { stored, findable } = lastVersion(ports, { newest, identifiers, key: await keyOf(ports, subject) });
  const suppress = await namesToSuppress(ports, subject, identifiers);
  const erased = {
    version: stored.version.version,
    at: toIso(ports.clock.now()),
    digest: stored.digest,
    suppressed: [...new Set(suppress.map(({ kind }) => kind))].sort(),
  };
  const next = {
    ...rightsCase,
    revision: revision + 1,
    erasure: { ...erasure, state: 'erased' as const, erased },
  };
  if (await ports.cases.erase({ stored, findable, identifiers, suppress, rightsCase: next, owner }))
    ports.seals.forget(subject);
}

/** The key that ends, also where nothing that it sealed stands any more: as the table has it, not as this process knew it. */
async function keyOf({ seals }: ErasePorts, subject: string): Promise<string> {
  seals.forget(subject);
  return seals.keyOf(await seals.seal(subject, ''));
}

/** So long a process may still have the key at hand, ms. */
export const KEY_LIFETIME = 5 * 60_000;

export const unreadableFrom = (erasedAt: string): string => toIso(toMs(erasedAt) + KEY_LIFETIME);
