import { chosenIn, resolvedBy } from '../domain/answer.ts';
import { type Catalogue, declared } from '../domain/catalogue.ts';
import type { ChangeBody } from '../domain/change.ts';
import { DOUBLE_OPT_IN } from '../domain/double-opt-in.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import type { Change, HeedRecord, Standing, Version } from '../domain/vocabulary.ts';
import type { Clock, HashedName, Identifiers, Records, Suppressed } from '../ports.ts';
import { isBeingErased } from './being-erased.ts';
import type { Alias } from './seal.ts';

export interface AdmitPorts {
  readonly catalogue: Catalogue;
  readonly identifiers: Pick<Identifiers, 'of' | 'suppressed' | 'holders'>;
  readonly records: Pick<Records, 'newest'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Arriving {
  readonly subject: string;
  readonly body: ChangeBody;
  readonly change: Change;
  /** What it brings, by the hash that everybody is looked up by. */
  readonly names: readonly HashedName[];
  /** The same as other kinds would name it. */
  readonly aliases: readonly Alias[];
  readonly previous: Version | undefined;
}

export interface Admitted {
  readonly standing?: Standing;
  /** Suppressed until now, and confirmed with this change. */
  readonly lifted: readonly HashedName[];
  /** Suppressed ones that it may bring all the same, so that she can be asked. */
  readonly asked?: readonly HashedName[];
}

/** As always: nobody erased anything. */
export const FREELY: Admitted = { lifted: [] };

/**
 * What an erasure lets through: while it is under way, stops; and of an address that was erased, what its owner herself has
 * confirmed. A request of hers that permits nothing may bring such an address, so that she can be asked. Reads nothing
 * for a change that brings no identifier to a subject nobody erased, unless she confirms with it: she may share an address.
 */
export async function admit(ports: AdmitPorts, arriving: Arriving): Promise<Admitted | Refusal> {
  const { previous, change, body } = arriving;
  const standing = previous?.standing;
  if (standing?.state === 'erasing' && !onlyStops(change)) return refuse(ERASING, body);
  const [brought, beingErased] = await lookedUp(ports, arriving);
  if (beingErased) return refuse(BEING_ERASED, body);
  if (isVerified(change)) return confirming(ports, arriving, brought);
  if (await isNew(ports, arriving.subject, brought))
    return (await asking(ports, arriving, brought)) ?? refuse(SUPPRESSED, body);
  if (standing?.state !== 'unconfirmed' || !grants(change)) return FREELY;
  const left = await suppressedOf(ports, arriving.subject);
  return left.length === 0 ? lifting(standing, []) : refuse(SUPPRESSED, body);
}

/** Whether one of them is none that she goes by already, and only names again. */
async function isNew(
  { identifiers }: AdmitPorts,
  subject: string,
  brought: readonly Suppressed[],
): Promise<boolean> {
  if (brought.length === 0) return false;
  const { current } = await identifiers.of(subject);
  return brought.some((one) => !current.some(isSame(one)));
}

/**
 * Lifts what it brings, and what she goes by already, because she was to be asked about it or shares it with somebody who was
 * erased: if it is an address on whose channel she confirmed. Who reads an e-mail has said nothing of a phone number: that one
 * stays as it is, if a stop is kept there; what she was to be asked about she confirms first.
 */
async function confirming(
  ports: AdmitPorts,
  arriving: Arriving,
  brought: readonly Suppressed[],
): Promise<Admitted | Refusal> {
  const { previous, change, body, subject } = arriving;
  const channels = change.choices.flatMap(({ state, channel }) => (state === 'granted' ? [channel] : []));
  const isReached = ({ kind }: HashedName): boolean => isReachedBy(ports.catalogue, kind, channels);
  const isNamed = ({ kind }: HashedName): boolean => change.identifiers.some((one) => one.kind === kind);
  const hers = (await suppressedOf(ports, subject)).filter((one) => !brought.some(isSame(one)));
  const reached = hers.filter(
    (one) => !isNamed(one) && isReached(one) && isOnlyOne(ports, one.kind, arriving),
  );
  const left = hers.filter((one) => !reached.includes(one));
  const isAwaited = previous?.standing?.state === 'unconfirmed';
  const isHeld = isAwaited && left.some((one) => !isNamed(one) && one.kept.length === 0);
  if (isHeld || !brought.every(isReached)) return refuse(SUPPRESSED, body);
  const lifted = [...brought, ...reached];
  if (isAwaited && left.length > 0) return { lifted };
  return isAwaited || lifted.length > 0 ? lifting(previous?.standing, lifted) : FREELY;
}

/** Where a confirmation can be asked for at an address of this type. */
const CHANNELS = { email: ['email'], phone: ['sms', 'phone'] } as const;

/** An id of the company's own is nowhere to be reached, and comes and goes with whom it names. */
function isReachedBy(catalogue: Catalogue, kind: string, channels: readonly string[]): boolean {
  const type = declared(catalogue.identifiers, kind)?.type ?? 'id';
  return type === 'id' || channels.some((channel) => CHANNELS[type].some((one) => one === channel));
}

/** Suppressed identifiers that she goes by already, and that this change leaves her. */
async function stillHers(ports: AdmitPorts, { subject, change }: Arriving): Promise<readonly Suppressed[]> {
  const hers = await suppressedOf(ports, subject);
  return hers.filter(({ kind }) => !change.identifiers.some((one) => one.kind === kind));
}

const ERASING: Refusal = {
  type: 'erasing',
  detail: 'This subject is being erased: until that is done, only withdrawals are taken.',
};

const BEING_ERASED: Refusal = {
  type: 'erasing',
  detail:
    'Somebody who goes by an identifier of this change is being erased: until that is done, nobody else takes it up.',
};

const NOTHING = [[], false] as const;

const lookedUp = async (
  ports: AdmitPorts,
  arriving: Arriving,
): Promise<readonly [readonly Suppressed[], boolean]> =>
  arriving.names.length === 0
    ? NOTHING
    : Promise.all([ports.identifiers.suppressed(arriving.names), isBeingErased(ports, arriving)]);

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

const lifting = (standing: Standing | undefined, lifted: readonly HashedName[]): Admitted => ({
  lifted,
  standing: { ...standing, state: 'open' },
});

async function suppressedOf(ports: AdmitPorts, subject: string): Promise<readonly Suppressed[]> {
  const { current } = await ports.identifiers.of(subject);
  return ports.identifiers.suppressed(current);
}

/**
 * A request of the person's own that waits for her, of somebody who has granted nothing: it brings one address at most, to
 * which the message that asks her will go.
 */
async function asking(
  ports: AdmitPorts,
  arriving: Arriving,
  brought: readonly Suppressed[],
): Promise<Admitted | undefined> {
  const { change, previous } = arriving;
  const { choices, evidence } = change;
  const asks = choices.length > 0 && choices.every(({ state }) => state === 'pending');
  if (!asks || evidence.actor.kind !== 'subject' || hasGranted(ports, previous?.record)) return undefined;
  const before = previous?.standing?.state === 'unconfirmed' ? await stillHers(ports, arriving) : [];
  const addresses = [...before, ...brought].filter(({ kind }) => typeOf(ports, kind) !== 'id');
  const channels = choices.map(({ channel }) => channel);
  const isAsked = addresses.every(
    ({ kind }) => isReachedBy(ports.catalogue, kind, channels) && isOnlyOne(ports, kind, arriving),
  );
  if (addresses.length > 1 || !isAsked) return undefined;
  return { lifted: [], asked: brought, standing: { ...previous?.standing, state: 'unconfirmed' } };
}

const typeOf = ({ catalogue }: AdmitPorts, kind: string) =>
  declared(catalogue.identifiers, kind)?.type ?? 'id';

/** With a second address of its type the message might go to that one. None goes to an id. */
function isOnlyOne(ports: AdmitPorts, kind: string, { change, previous }: Arriving): boolean {
  if (typeOf(ports, kind) === 'id') return true;
  const entries = [...(previous?.record.identifiers ?? []), ...change.identifiers];
  return !entries.some(
    (one) => one.sealed !== null && one.kind !== kind && typeOf(ports, one.kind) === typeOf(ports, kind),
  );
}

/** Also what may not be used just now: the end of a restriction would bring it back without her. */
const hasGranted = ({ catalogue, clock }: AdmitPorts, record: HeedRecord | undefined): boolean =>
  record !== undefined &&
  resolvedBy(chosenIn(record, catalogue, clock.now()), record, catalogue).choices.some(
    ({ state }) => state === 'granted',
  );
