import { MAX_CHOICES } from '../domain/bounds.ts';
import { BrokenVersionError, orBroken, reliable } from '../domain/broken-version.ts';
import type { ChangeBody } from '../domain/change.ts';
import { type Differences, type Drawn, differences } from '../domain/differences.ts';
import { OWN_SOURCE } from '../domain/own-source.ts';
import type { ControlKey, PageChange, PageFault } from '../domain/page-change.ts';
import type { Refusal } from '../domain/refusal.ts';
import { EMPTY_RECORD } from '../domain/registers.ts';
import { toMs } from '../domain/time.ts';
import type { Choice, HeedRecord } from '../domain/vocabulary.ts';
import type { Records, Stored } from '../ports.ts';
import { type Accepted, type AcceptPorts, accept } from './accept.ts';
import { expireSubject } from './expire.ts';
import { isRepairOf, repair } from './repair.ts';
import { grantEvidence, noticeFaults, type SaveSettings, stopEvidence } from './shown-evidence.ts';
import { undoOf } from './undo.ts';

export interface SaveRequest {
  readonly subject: string;
  readonly change: PageChange;
  readonly settings: SaveSettings;
  /** Only what she touched is named, not all that was shown. */
  readonly touched?: boolean;
  /** What was wrong with the page's fields already: then nothing but withdrawals is stored. */
  readonly faults?: readonly PageFault[];
}

/** What became of a page that was sent. */
export interface Saved {
  readonly kind: 'saved';
  /** The versions it made, in order: withdrawals first. */
  readonly versions: readonly Stored[];
  /** Controls that stay off, since somebody stopped them after the page was drawn. */
  readonly asked: readonly ControlKey[];
  readonly faults: readonly PageFault[];
  /** What else differed on the page, its withdrawals apart, was left: a stop was pressed, or an erasure forbids it. */
  readonly left: boolean;
  readonly undo?: PageChange;
}

export type Saving = Saved | { readonly kind: 'refused'; readonly refusal: Refusal };

/** So often is it looked at again when somebody else writes at the same time. */
const ATTEMPTS = 12;

/**
 * Records what a page says that it did not show. Its withdrawals go first, in a change of their own, whatever is wrong
 * with the rest. A grant is stored against the newest version that was looked at: one that meets a withdrawal the page
 * knew nothing of is given back, to be asked again.
 */
export const save =
  (ports: AcceptPorts) =>
  async (request: SaveRequest): Promise<Saving> => {
    const { subject, change } = request;
    const before = await newestOf(ports, subject);
    const now = ports.clock.now();
    const drawn = await drawnFrom(ports.records, subject, change.version);
    const saving = { ports, request, drawn, now };
    const found = compare(saving, before);
    const stopped = await withdraw(saving, found.withdrawals);
    if ('refusal' in stopped) return stopped;
    const known = stopped.versions.length === 0 ? before : undefined;
    const granted = await grant(saving, { wanted: change.stop === undefined, known });
    if ('refusal' in granted) return granted;
    const versions = [...stopped.versions, ...granted.versions];
    const undo = undoOf(versions, { change, before, catalogue: ports.catalogue, settings: request.settings });
    const { asked, faults, left } = granted;
    return { kind: 'saved', versions, asked, faults, left, ...(undo && { undo }) };
  };

interface SavingNow {
  readonly ports: AcceptPorts;
  readonly request: SaveRequest;
  readonly drawn: Drawn | undefined;
  /** When she chose, ms. */
  readonly now: number;
}

interface Newest {
  readonly record: HeedRecord;
  readonly version: number;
}

const NOTHING: Newest = { record: EMPTY_RECORD, version: 0 };

/** One that cannot be relied on is repaired first: the page was drawn from what the repair leaves. */
async function newestOf(ports: AcceptPorts, subject: string): Promise<Newest> {
  const newest = await orBroken(ports.records.newest(subject));
  if (!(newest instanceof BrokenVersionError)) return newest?.version ?? NOTHING;
  await repair(ports, newest);
  return newestOf(ports, subject);
}

async function drawnFrom(records: Records, subject: string, version: number): Promise<Drawn | undefined> {
  if (version === 0) return { record: EMPTY_RECORD, at: 0 };
  const found = await orBroken(records.version(subject, version));
  const stored = found instanceof BrokenVersionError ? await repairOf(records, found) : found;
  if (!stored) return undefined;
  return { record: stored.version.record, at: toMs(stored.version.recordedAt) };
}

/** What stands on top of a broken version. */
async function repairOf(records: Records, { subject, version }: BrokenVersionError) {
  const next = await reliable(records.version(subject, version + 1));
  return next && isRepairOf(next.version, version) ? next : undefined;
}

const compare = ({ ports, request, drawn, now }: SavingNow, { record }: Newest): Differences =>
  differences(request.change, {
    catalogue: ports.catalogue,
    drawn,
    newest: record,
    now,
    touched: request.touched ?? false,
  });

type Written = { readonly versions: readonly Stored[] } | Extract<Saving, { kind: 'refused' }>;

/** As many changes as it takes; one unless the page is very long. Where the page's source may not stop it, Heed does. */
async function withdraw(
  { ports, request, now }: SavingNow,
  withdrawals: readonly Choice[],
): Promise<Written> {
  const versions: Stored[] = [];
  const evidence = stopEvidence(request.change, { ...request.settings, now });
  for (let next = 0; next < withdrawals.length; next += MAX_CHOICES) {
    const choices = withdrawals.slice(next, next + MAX_CHOICES);
    const body = { choices: [...choices], evidence };
    const caller = { sources: [OWN_SOURCE, 'heed'] };
    const accepted = await accept(ports)({
      subject: request.subject,
      body,
      caller,
      saidNow: true,
      outlasts: true,
    });
    if (accepted.kind === 'refused') return accepted;
    versions.push(...storedIn(accepted));
  }
  return { versions };
}

const storedIn = (accepted: Accepted): readonly Stored[] =>
  accepted.kind === 'recorded' ? [accepted.stored] : [];

interface Granted extends Pick<Saved, 'versions' | 'asked' | 'faults' | 'left'> {}

type Granting = Granted | Extract<Saving, { kind: 'refused' }>;

const BUSY: Refusal = { type: 'busy', detail: 'Too many changes of this subject at once; try again.' };

interface Wanted {
  /** No stop was pressed. */
  readonly wanted: boolean;
  /** The newest version, where it was read just now. */
  readonly known: Newest | undefined;
}

/** Looks and stores, until nobody wrote in between. */
async function grant(saving: SavingNow, { wanted, known }: Wanted): Promise<Granting> {
  const { ports, request } = saving;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const fresh = attempt === 0 ? known : undefined;
    const newest = fresh ?? (await newestOf(ports, request.subject));
    const found = compare(saving, newest);
    const settled = await grantOnce(saving, { newest, found, wanted });
    if (settled) return settled;
    await ports.clock.sleep(ports.clock.chance() * Math.min(200, 4 * 2 ** attempt));
  }
  return { kind: 'refused', refusal: BUSY };
}

interface Look {
  readonly newest: Newest;
  readonly found: Differences;
  readonly wanted: boolean;
  /** Some of what she sent was left already. */
  readonly left?: boolean;
}

/** Undefined: look again. */
async function grantOnce(saving: SavingNow, look: Look): Promise<Granting | undefined> {
  const { ports, request } = saving;
  const { grants, preferences, asked, ranOut } = look.found;
  const nothing = { versions: [], asked: [], faults: [], left: look.left ?? false };
  const differs = grants.length + preferences.length + asked.length > 0;
  if (!look.wanted) return { ...nothing, left: differs };
  const faults = faultsOf(saving, look.found);
  if (faults.length > 0) return { ...nothing, faults };
  /** It is written down that it ran out, so that the page that asks again is drawn from a version that says so. */
  if (ranOut && (await expireSubject(ports, request.subject, saving.now))) return undefined;
  if (grants.length + preferences.length === 0) return { ...nothing, asked };
  const accepted = await accept(ports)({
    subject: request.subject,
    body: bodyOf(saving, look.found),
    caller: { sources: [OWN_SOURCE] },
    ifMatch: look.newest.version,
    saidNow: true,
  });
  if (accepted.kind !== 'refused')
    return { ...nothing, versions: storedIn(accepted), asked: [...asked, ...outranked(accepted, grants)] };
  const { type } = accepted.refusal;
  if (type === 'version-conflict') return undefined;
  return type === 'suppressed' || type === 'erasing' ? withoutGrants(saving, look) : accepted;
}

/** What an erasure forbids to grant is left, and stays so however often it is tried; her preferences are stored if they can be. */
async function withoutGrants(saving: SavingNow, look: Look): Promise<Granting | undefined> {
  const { found } = look;
  if (found.grants.length === 0) return { versions: [], asked: found.asked, faults: [], left: true };
  return grantOnce(saving, { ...look, found: { ...found, grants: [] }, left: true });
}

function faultsOf({ ports, request }: SavingNow, found: Differences): readonly PageFault[] {
  const needed = found.grants.length + found.asked.length > 0;
  const notice = needed ? noticeFaults(request.change.notice, ports.catalogue, request.settings) : [];
  const many: readonly PageFault[] =
    found.grants.length > MAX_CHOICES ? [{ field: 'controls', code: 'field' }] : [];
  return [...(request.faults ?? []), ...found.faults, ...notice, ...many];
}

function bodyOf({ request, now }: SavingNow, { grants, preferences }: Differences): ChangeBody {
  const evidence = grantEvidence(request.change, { ...request.settings, now });
  return { choices: [...grants], preferences: [...preferences], evidence };
}

/** Stored, and yet a withdrawal stands above it: its time is later than ours. */
function outranked(accepted: Accepted, grants: readonly ControlKey[]): readonly ControlKey[] {
  const outcomes = accepted.kind === 'recorded' ? accepted.stored.version.outcomes : [];
  const lost = outcomes.filter(({ outcome }) => outcome === 'refused' || outcome === 'superseded');
  return grants
    .filter(({ topic, channel }) =>
      lost.some((one) => one.topic === topic && (channel === '*' || one.channel === channel)),
    )
    .map(({ topic, channel }) => ({ topic, channel }));
}
