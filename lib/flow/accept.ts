import { MAX_VERSION_BYTES } from '../domain/bounds.ts';
import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { type ChangeBody, onlyWithdraws } from '../domain/change.ts';
import { type Caller, type CheckedChange, checkChange } from '../domain/check.ts';
import { type DecideContext, decide } from '../domain/decide.ts';
import { canonical, sha256 } from '../domain/digest.ts';
import { type Attempt, recall, remember } from '../domain/idempotency.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { type Moment, notAfter, saidNow } from '../domain/said-now.ts';
import { toMs } from '../domain/time.ts';
import type { Change, ChoiceOutcome, Standing, Version } from '../domain/vocabulary.ts';
import type { Clock, Identifiers, Ledger, Records, Seals, Stored } from '../ports.ts';
import { type Admitted, admit, FREELY } from './admit.ts';
import { append } from './append.ts';
import { repair } from './repair.ts';
import { isSealedInVain, type Sealed, sealChange } from './seal.ts';

export interface AcceptPorts {
  readonly catalogue: Catalogue;
  readonly records: Records;
  readonly identifiers: Identifiers;
  readonly seals: Seals;
  readonly clock: Clock;
  /** Tells which retired identifiers every destination has been told of. */
  readonly ledger: Pick<Ledger, 'ofSubject'>;
}

export interface AcceptRequest {
  readonly subject: string;
  readonly body: ChangeBody;
  readonly caller: Caller;
  /** The version the caller has seen. Ignored for a change that only withdraws. */
  readonly ifMatch?: number;
  readonly attempt?: Attempt;
  /** A vendor's notice: what moves no answer makes no version. */
  readonly onlyIfAnswersMove?: boolean;
  /** The person says it to Heed itself, at this moment: later than all that she is known to have said. */
  readonly saidNow?: boolean;
  /** A stop of her own hand: it counts after what was stored while it was on its way, too. */
  readonly outlasts?: boolean;
  /** Of a rectification: the version whose words it puts right. */
  readonly corrects?: number;
  /** Heed's own change about an erasure: what its version says of it. It is let through whatever stands. */
  readonly standing?: Standing;
}

/** A request whose right to speak is settled. */
type Unsigned = Omit<AcceptRequest, 'caller'>;

export type Accepted =
  | { readonly kind: 'recorded'; readonly stored: Stored; readonly replayed: boolean }
  | {
      readonly kind: 'unchanged';
      readonly outcomes: readonly ChoiceOutcome[];
      readonly stored: Stored | undefined;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** A stop, and Heed's own word about an erasure, is let through until the table itself would refuse the item (400 KB). */
const MAX_STOP_BYTES = 360 * 1024;

/** How long losers of a race try again before the caller is told to. */
const PATIENCE = 8_000;

/** Takes a change: checks it, decides what it makes of the record, and stores that as one new version. */
export const accept =
  (ports: AcceptPorts) =>
  async (request: AcceptRequest): Promise<Accepted> => {
    const { body, caller } = request;
    const now = ports.clock.now();
    const checked = checkChange(body, { catalogue: ports.catalogue, caller, now });
    if ('refusal' in checked)
      return (await replayOf(ports, request)) ?? { kind: 'refused', refusal: checked.refusal };
    return recordChange(ports)(request, correcting(checked.change, request.corrects));
  };

/** So much of a keyed hash tells one body from another. */
const ATTEMPT = 22;

/**
 * What is remembered of a body outlives an erasure: whoever can guess the rest of it must not find an address, an IP or a name by
 * trying. Those who store choices alone reach no key, and need none.
 */
async function withKeyedAttempt<R extends Unsigned>({ seals }: AcceptPorts, request: R): Promise<R> {
  const { attempt } = request;
  if (!attempt || attempt.plain) return request;
  const body = (await seals.hash('attempt', attempt.body)).slice(0, ATTEMPT);
  return { ...request, attempt: { ...attempt, body, bare: attempt.body } };
}

const correcting = (change: CheckedChange, corrects: number | undefined): CheckedChange =>
  corrects === undefined ? change : { ...change, evidence: { ...change.evidence, corrects } };

/** Stores a change that was checked elsewhere (a receiver's, or Heed's own), against everybody else who is writing. */
export const recordChange =
  (ports: AcceptPorts) =>
  async (asked: Unsigned, checked: CheckedChange): Promise<Accepted> => {
    const end = ports.clock.now() + PATIENCE;
    const request = await withKeyedAttempt(ports, asked);
    let arriving = await sealChange(ports, request.subject, checked);
    for (let attempt = 0; ports.clock.now() < end; attempt++) {
      const accepted = await tryOnce(ports, request, arriving);
      if (accepted === 'sealed-in-vain') {
        ports.seals.forget(request.subject);
        arriving = await sealChange(ports, request.subject, checked);
      } else if (accepted) return accepted;
      await ports.clock.sleep(ports.clock.chance() * Math.min(200, 4 * 2 ** attempt));
    }
    const detail = 'Too many changes of this subject at once; try again.';
    return { kind: 'refused', refusal: refuse({ type: 'busy', detail }, request.body) };
  };

/** A repeated request gets its first answer even if it would be refused today (its time has passed, say). */
async function replayOf(ports: AcceptPorts, asked: AcceptRequest): Promise<Accepted | undefined> {
  if (!asked.attempt) return undefined;
  const { records } = ports;
  const newest = await orBroken(records.newest(asked.subject));
  const request = await withKeyedAttempt(ports, asked);
  return newest && 'document' in newest ? recalled(records, request, newest) : undefined;
}

/** One read, one decision, one conditional write. Undefined: another writer, or a broken version, was in the way. */
async function tryOnce(
  ports: AcceptPorts,
  request: Unsigned,
  { change, names, aliases }: Sealed,
): Promise<Accepted | 'sealed-in-vain' | undefined> {
  const { records, clock } = ports;
  const previous = await orBroken(records.newest(request.subject));
  if (previous instanceof BrokenVersionError) return void (await repair(ports, previous));
  const repeated = previous && (await recalled(records, request, previous));
  if (repeated) return repeated;
  const conflict = versionConflict(request, previous?.version.version ?? 0);
  if (conflict) return { kind: 'refused', refusal: conflict };
  if (isSealedInVain(ports.seals, previous?.version.standing, change)) return 'sealed-in-vain';
  const { subject, body, standing } = request;
  const admitted = standing
    ? { ...FREELY, standing }
    : await admit(ports, { subject, body, change, names, aliases, previous: previous?.version });
  if ('type' in admitted) return { kind: 'refused', refusal: admitted };
  const now = clock.now();
  const said = sayingNow(request, change, { last: previous?.version, now });
  const decision = decide(previous, said, deciding(ports, request, { ...admitted, now }));
  if (decision.kind === 'unchanged') return { ...decision, stored: previous };
  return store(ports, request, { previous, version: decision.version, admitted });
}

const deciding = (
  { catalogue }: AcceptPorts,
  { subject, onlyIfAnswersMove }: Unsigned,
  { standing, now }: { readonly standing?: Standing; readonly now: number },
): DecideContext => ({
  ...{ subject, catalogue, now },
  ...(onlyIfAnswersMove && { onlyIfAnswersMove }),
  ...(standing && { standing }),
});

/** Measured from the clock as it is now, or from when it was said: what came in between is then before it. */
function sayingNow({ saidNow: isNow, outlasts }: Unsigned, change: Change, moment: Moment): Change {
  if (!isNow) return notAfter(change, moment);
  const measured = outlasts ? { ...moment, now: toMs(change.evidence.occurredAt) } : moment;
  return notAfter(saidNow(change, measured), moment);
}

interface Storing {
  readonly previous: Stored | undefined;
  readonly version: Version;
  readonly admitted: Admitted;
}

async function store(
  ports: AcceptPorts,
  request: Unsigned,
  { previous, version, admitted }: Storing,
): Promise<Accepted | undefined> {
  const text = canonical(version);
  const most = request.standing || onlyWithdraws(request.body) ? MAX_STOP_BYTES : MAX_VERSION_BYTES;
  if (Buffer.byteLength(text) > most) {
    const detail = `The record would exceed ${MAX_VERSION_BYTES} bytes.`;
    return { kind: 'refused', refusal: refuse({ type: 'too-large', detail }, request.body) };
  }
  const stored: Stored = {
    version,
    document: text,
    digest: sha256(text),
    remembered: remembered(request, previous, version),
  };
  return (await append(ports, stored, admitted)) ? { kind: 'recorded', stored, replayed: false } : undefined;
}

function remembered(
  { attempt }: Unsigned,
  previous: Stored | undefined,
  version: Version,
): readonly string[] {
  const before = previous?.remembered ?? [];
  return attempt ? remember(before, attempt, version.version) : before;
}

async function recalled(records: Records, request: Unsigned, newest: Stored): Promise<Accepted | undefined> {
  const earlier = request.attempt && recall(newest.remembered, request.attempt);
  if (earlier === undefined) return undefined;
  if (earlier === 'other-body') {
    if (onlyWithdraws(request.body)) return undefined;
    const detail = 'This Idempotency-Key was used with another body.';
    return { kind: 'refused', refusal: refuse({ type: 'idempotency-mismatch', detail }, request.body) };
  }
  const stored =
    earlier.version === newest.version.version
      ? newest
      : await orBroken(records.version(request.subject, earlier.version));
  return stored && 'document' in stored ? { kind: 'recorded', stored, replayed: true } : undefined;
}

function versionConflict({ ifMatch, body }: Unsigned, version: number): Refusal | undefined {
  if (ifMatch === undefined || ifMatch === version || onlyWithdraws(body)) return undefined;
  return refuse({ type: 'version-conflict', detail: `The record is at version ${version}.`, version }, body);
}
