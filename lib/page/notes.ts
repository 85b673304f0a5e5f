import { declared, expandPairs } from '../domain/catalogue.ts';
import { OWN_SOURCE } from '../domain/own-source.ts';
import type { ControlKey } from '../domain/page-change.ts';
import type { Shown } from '../domain/shown.ts';
import { DAY, toIso, toMs } from '../domain/time.ts';
import type { ChoiceEntry, Evidence, HeedRecord } from '../domain/vocabulary.ts';
import { isReached } from './reach.ts';
import { sourceWords, type Telling } from './wording.ts';

/** A record as a page looks at it. */
export interface Looking extends Telling {
  readonly record: HeedRecord;
  readonly shown: Shown;
  /** Controls that were stopped after she had opened the page she sent. */
  readonly asked: readonly ControlKey[];
}

/** One line below a control, where what it shows needs a word more. */
export const noteOf = (looking: Looking, key: ControlKey): string | undefined =>
  looking.shown.isOn(key) ? noteOfOn(looking, key) : noteOfOff(looking, key);

/** Waits for her, or runs out. */
function noteOfOn(looking: Looking, key: ControlKey): string | undefined {
  const { shown, centre, voice } = looking;
  const { say, messages, date } = voice;
  const pairs = expandPairs(centre.catalogue, key);
  const granted = pairs
    .map(({ topic, channel }) => shown.answer(topic, channel))
    .filter(({ state }) => state === 'granted');
  const [ends] = granted.flatMap(({ expiresAt }) => expiresAt ?? []).sort();
  if (ends !== undefined) return say(messages.page.runsOut, { date: date(ends) });
  if (granted.length > 0) return undefined;
  const known = { catalogue: centre.catalogue, identifiers: looking.record.identifiers };
  if (!pairs.some(({ channel }) => isReached(channel, known))) return say(messages.page.awaitingNowhere);
  const [until] = pairs.flatMap((pair) => shown.awaited(pair)?.expiresAt ?? []).sort();
  if (until === undefined) return say(messages.page.awaitingOpen);
  return say(messages.page.awaiting, { date: date(until) });
}

/** Ran out, or was stopped by somebody else or somewhere else than on these pages. */
function noteOfOff(looking: Looking, key: ControlKey): string | undefined {
  const { voice, asked } = looking;
  const { say, messages, date } = voice;
  const ended = endOf(looking, key);
  if (!ended) return undefined;
  if (ended.ranOut !== undefined) return say(messages.page.ranOut, { date: date(ended.ranOut) });
  const { entry, evidence } = ended;
  const values = { date: date(entry.occurredAt), source: sourceWords(looking, evidence) };
  if (asked.some(({ topic, channel }) => topic === key.topic && channel === key.channel))
    return say(messages.page.stoppedSince, values);
  return isElsewhere(evidence) ? say(messages.page.stoppedBy, values) : undefined;
}

interface Ended {
  readonly entry: ChoiceEntry;
  readonly evidence: Evidence;
  /** When its time ran out, where that is what ended it. */
  readonly ranOut?: string;
}

/** The newest word that keeps it off. */
function endOf({ shown, record, centre }: Looking, key: ControlKey): Ended | undefined {
  const answers = expandPairs(centre.catalogue, key)
    .map(({ topic, channel }) => shown.answer(topic, channel))
    .filter(({ state }) => state === 'withdrawn');
  const [newest] = answers.sort((a, b) => (occurred(a.entry) < occurred(b.entry) ? 1 : -1));
  const entry = newest?.entry;
  const evidence = entry && record.evidence[entry.change];
  if (!entry || !evidence) return undefined;
  const end = newest.expiresAt ?? writtenEnd(evidence, entry, centre.topics[key.topic]?.expiresAfterDays);
  return { entry, evidence, ...(end !== undefined && { ranOut: end }) };
}

const occurred = (entry: ChoiceEntry | undefined): string => entry?.occurredAt ?? '';

/** Once it is written down that a grant ran out, that word carries the time of the grant. */
const writtenEnd = (
  { method }: Evidence,
  { occurredAt }: ChoiceEntry,
  days: number | undefined,
): string | undefined => (method === 'expiry' ? toIso(toMs(occurredAt) + (days ?? 0) * DAY) : undefined);

/** What is said with a tap on these pages she need not be told. */
const HERE: Readonly<Record<string, true>> = { form: true, component: true };

const isElsewhere = ({ source, method }: Evidence): boolean =>
  source !== OWN_SOURCE || declared(HERE, method) === undefined;
