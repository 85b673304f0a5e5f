import { answersOf, type Because, chosenIn } from './answer.ts';
import { type Catalogue, expandPairs } from './catalogue.ts';
import { changeId } from './digest.ts';
import { awaitedIn } from './double-opt-in.ts';
import { EMPTY_RECORD, type Entries, merge } from './registers.ts';
import { toIso, toMs } from './time.ts';
import { covers, coversChannel } from './topic.ts';
import type {
  AnswerChange,
  Change,
  Choice,
  ChoiceEntry,
  ChoiceOutcome,
  Evidence,
  HeedRecord,
  Speaker,
  Standing,
  Version,
} from './vocabulary.ts';

export interface Predecessor {
  readonly version: Version;
  /** SHA-256 of its canonical document. */
  readonly digest: string;
}

export interface DecideContext {
  readonly subject: string;
  /** Time of recording, ms; later than the predecessor's whatever this clock says. */
  readonly now: number;
  readonly catalogue: Catalogue;
  /** A vendor's notice: what moves no answer makes no version. */
  readonly onlyIfAnswersMove?: boolean;
  /** What the version says of an erasure from here on; left out: what its predecessor says. */
  readonly standing?: Standing;
}

/** Either a new version, or the finding that the change is already in the record. */
export type Decision =
  | { readonly kind: 'version'; readonly version: Version }
  | { readonly kind: 'unchanged'; readonly outcomes: readonly ChoiceOutcome[] };

/** What a change makes of a record. Pure: the same inputs give the same version, byte for byte. */
export function decide(previous: Predecessor | undefined, change: Change, context: DecideContext): Decision {
  const before = previous?.version.record ?? EMPTY_RECORD;
  const id = changeId(change);
  const now = Math.max(context.now, previous ? toMs(previous.version.recordedAt) + 1 : 0);
  const record = merge(before, entriesOf(change, id));
  const known = id in before.evidence && id in record.evidence;
  const { catalogue } = context;
  const was = chosenIn(before, catalogue, now);
  const is = chosenIn(record, catalogue, now);
  const facts: Facts = { record, id, known, was, is, catalogue, now };
  const changed = answersMoved(usable(facts, before));
  const outcomes = change.choices.map((choice) => outcomeOf(choice, change.evidence, facts));
  if (known || (context.onlyIfAnswersMove && changed.length === 0)) return { kind: 'unchanged', outcomes };
  const version = (previous?.version.version ?? 0) + 1;
  const standing = context.standing ?? previous?.version.standing;
  return {
    kind: 'version',
    version: {
      subject: context.subject,
      version,
      recordedAt: toIso(now),
      change,
      outcomes,
      changed,
      record,
      origins: originsIn(record, { ...previous?.version.origins, [id]: version }),
      ...(standing && { standing }),
      previous: previous?.digest ?? null,
    },
  };
}

/** Of the changes known so far, those that the record still rests on. */
const originsIn = ({ evidence }: HeedRecord, known: Version['origins']): Version['origins'] =>
  Object.fromEntries(
    Object.keys(evidence).flatMap((id) => {
      const version = known[id];
      return version === undefined ? [] : [[id, version]];
    }),
  );

interface Facts {
  readonly record: HeedRecord;
  readonly id: string;
  /** The very same change is in the record already. */
  readonly known: boolean;
  /** The answers before the change, and with it. */
  readonly was: ReturnType<typeof answersOf>;
  readonly is: ReturnType<typeof answersOf>;
  readonly catalogue: Catalogue;
  /** Time of recording, ms. */
  readonly now: number;
}

/** What may be used of what was chosen: under a restriction nothing is granted. */
function usable(facts: Facts, before: HeedRecord): Facts {
  const { record, catalogue, now } = facts;
  if (!before.restriction && !record.restriction) return facts;
  return { ...facts, was: answersOf(before, catalogue, now), is: answersOf(record, catalogue, now) };
}

/** Whose words these are. */
export function speakerOf({ actor, source }: Pick<Evidence, 'actor' | 'source'>): Speaker {
  return actor.kind === 'subject' || actor.kind === 'agent' ? 'person' : `system:${source}`;
}

/** A record and one change more. In what order changes come makes no difference. */
export const joined = (record: HeedRecord, change: Change): HeedRecord =>
  merge(record, entriesOf(change, changeId(change)));

function entriesOf(change: Change, id: string): Entries {
  const { evidence } = change;
  const spoken = { occurredAt: evidence.occurredAt, change: id };
  const speaker = speakerOf(evidence);
  return {
    choices: change.choices.map((choice) => ({
      ...choice,
      speaker: choice.state === 'pending' ? 'pending' : speaker,
      ...spoken,
    })),
    preferences: change.preferences.map((preference) => ({ ...preference, speaker, ...spoken })),
    identifiers: change.identifiers.map((identifier) => ({ ...identifier, ...spoken })),
    ...(change.restricted !== undefined && { restriction: { restricted: change.restricted, ...spoken } }),
    evidence: { [id]: evidence },
  };
}

function answersMoved({ was, is, catalogue }: Facts): readonly AnswerChange[] {
  return expandPairs(catalogue, { topic: '*', channel: '*' }).flatMap(({ topic, channel }) => {
    const from = was(topic, channel).state;
    const to = is(topic, channel).state;
    return from === to ? [] : [{ topic, channel, from, to }];
  });
}

/** What became of one choice: outdated, outranked, without effect, or applied. */
function outcomeOf(choice: Choice, evidence: Evidence, facts: Facts): ChoiceOutcome {
  if (facts.known) return { ...choice, outcome: 'unchanged' };
  const speaker = choice.state === 'pending' ? 'pending' : speakerOf(evidence);
  const word = { ...choice, speaker, occurredAt: evidence.occurredAt };
  const kept = facts.record.choices.some((entry) => says(entry, word));
  if (!kept || overtaken(choice, facts))
    return { ...choice, outcome: 'superseded', reason: 'a newer choice stands' };
  const reason = choice.state === 'withdrawn' ? undefined : outrankedBy(choice, facts);
  if (reason && isAwaited(choice, facts)) return { ...choice, outcome: 'unchanged', reason: WAITS };
  if (reason) return { ...choice, outcome: 'refused', reason };
  return { ...choice, outcome: moves(choice, facts) ? 'applied' : 'unchanged' };
}

/** The entry is this word, whichever change it came with. */
const says = (entry: ChoiceEntry, word: Omit<ChoiceEntry, 'change'>): boolean =>
  entry.speaker === word.speaker &&
  entry.topic === word.topic &&
  entry.channel === word.channel &&
  entry.state === word.state &&
  entry.occurredAt === word.occurredAt;

const REFUSALS: Partial<Record<Because, string>> = {
  'person-withdrew': 'the person has withdrawn',
  'source-withdrew': 'a source has withdrawn; only it or the person can grant again',
};

const WAITS = 'the withdrawal stands until the person confirms';

/** A request that the person can still confirm: that lifts her own older withdrawal, and any source's. */
const isAwaited = (choice: Choice, { record, id, catalogue, now }: Facts): boolean =>
  choice.state === 'pending' &&
  awaitedIn(record, catalogue, now).some(
    ({ change, topic, channel }) =>
      change === id && covers(choice.topic, topic) && coversChannel(choice.channel, channel),
  );

/** A late withdrawal that stops nothing: wherever it applies, somebody who may lift it granted later. */
function overtaken(choice: Choice, { is, id, catalogue }: Facts): boolean {
  const answers =
    choice.state === 'withdrawn'
      ? expandPairs(catalogue, choice).map(({ topic, channel }) => is(topic, channel))
      : [];
  return (
    answers.length > 0 && answers.every(({ state, entry }) => state !== 'withdrawn' && entry?.change !== id)
  );
}

/** The reason why a grant (or a request to confirm one) permits nothing anywhere it applies. */
function outrankedBy(choice: Choice, { is, catalogue }: Facts): string | undefined {
  const reasons = expandPairs(catalogue, choice).map(
    ({ topic, channel }) => REFUSALS[is(topic, channel).because],
  );
  return reasons.length > 0 && reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
}

/** Does any answer under this choice's key differ from before? A stop of a topic nobody knows counts as applied. */
function moves(choice: Choice, { was, is, catalogue }: Facts): boolean {
  const pairs = expandPairs(catalogue, choice);
  return (
    pairs.length === 0 ||
    pairs.some(({ topic, channel }) => was(topic, channel).state !== is(topic, channel).state)
  );
}
