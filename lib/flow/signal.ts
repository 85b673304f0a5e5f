import { answersOf } from '../domain/answer.ts';
import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import { expandTopics } from '../domain/catalogue.ts';
import type { ChangeBody, EvidenceBody } from '../domain/change.ts';
import type { Caller } from '../domain/check.ts';
import type { Refusal } from '../domain/refusal.ts';
import { EMPTY_RECORD } from '../domain/registers.ts';
import { toIso } from '../domain/time.ts';
import { covers } from '../domain/topic.ts';
import type { ChoiceEntry, HeedRecord } from '../domain/vocabulary.ts';
import type { Records, Stored } from '../ports.ts';
import { type AcceptPorts, accept } from './accept.ts';

/** `method` of a withdrawal that a browser's opt-out signal made. */
export const SIGNAL = 'signal';

/**
 * Whether a request carries the signal: the field's value is exactly `1`, or of several that came as one, one is
 * (https://w3c.github.io/gpc/#the-sec-gpc-header-field-for-http-requests).
 */
export const carriesSignal = (header: string | undefined): boolean =>
  (header ?? '').split(',').some((value) => value.trim() === '1');

export interface SignalRequest {
  readonly subject: string;
  /** What the signal withdraws, as the configuration says: topics or prefixes. */
  readonly topics: readonly string[];
  readonly caller: Caller;
  /** For which source it is said, where the caller has several. */
  readonly source?: string;
}

export type Honoured =
  | {
      readonly kind: 'honoured';
      /** Topics that it withdrew just now. */
      readonly withdrawn: readonly string[];
      /** The version that says so, or the newest there is. */
      readonly version: number;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Withdraws, on every channel, the topics that the signal stands for, and nothing else. Each once: of one for which the
 * signal was honoured before she may have decided otherwise since. Also what she had withdrawn herself: what she decides
 * after it, on a page that says the signal was read, must not meet it as news.
 */
export const honourSignal =
  (ports: AcceptPorts) =>
  async (request: SignalRequest): Promise<Honoured> => {
    const { subject, topics } = request;
    /** Before anything is read: what she decides in the meantime is newer. */
    const now = ports.clock.now();
    const newest = await newestOf(ports.records, subject);
    const open = openTopics(topics, newest.record, { ...ports, now });
    const done = await honouredBefore(ports.records, subject, open);
    const withdrawn = open.filter((topic) => !done.has(topic));
    if (withdrawn.length === 0) return { kind: 'honoured', withdrawn, version: newest.version };
    const body = bodyOf(withdrawn, now, request.source);
    const accepted = await accept(ports)({ subject, body, caller: request.caller, saidNow: true });
    if (accepted.kind === 'refused') return accepted;
    return { kind: 'honoured', withdrawn, version: accepted.stored?.version.version ?? 0 };
  };

/** A version that cannot be relied on says nothing; it is repaired by whoever writes next. */
async function newestOf(records: Pick<Records, 'newest'>, subject: string) {
  const newest = await orBroken(records.newest(subject));
  const known = newest instanceof BrokenVersionError ? undefined : newest?.version;
  return known ?? { record: EMPTY_RECORD, version: 0 };
}

function bodyOf(topics: readonly string[], now: number, source: string | undefined): ChangeBody {
  const evidence: EvidenceBody = {
    actor: { kind: 'subject' },
    method: SIGNAL,
    occurredAt: toIso(now),
    ...(source !== undefined && { source }),
  };
  return { choices: topics.map((topic) => ({ topic, channel: '*', state: 'withdrawn' })), evidence };
}

/** Topics of which, on some channel, the word that decides is another than the signal's. */
function openTopics(
  patterns: readonly string[],
  record: HeedRecord,
  { catalogue, now }: Pick<AcceptPorts, 'catalogue'> & { readonly now: number },
): readonly string[] {
  const answer = answersOf(record, catalogue, now);
  const isSignals = (entry?: ChoiceEntry): boolean =>
    entry?.speaker === 'person' && record.evidence[entry.change]?.method === SIGNAL;
  const topics = new Set(patterns.flatMap((pattern) => expandTopics(catalogue, pattern)));
  return [...topics].filter((topic) =>
    catalogue.channels.some((channel) => !isSignals(answer(topic, channel).entry)),
  );
}

const PAGE = 100;

/**
 * Topics of these that a signal has withdrawn at some time. Newest versions first, and no further than needed; below one
 * that cannot be read nothing is known, and the signal counts.
 */
async function honouredBefore(
  records: Pick<Records, 'history'>,
  subject: string,
  topics: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let below: number | undefined;
  while (found.size < topics.length) {
    const page = await orBroken(
      records.history(subject, { limit: PAGE, ...(below !== undefined && { below }) }),
    );
    if (page instanceof BrokenVersionError) return found;
    for (const topic of page.flatMap((stored) => signalled(stored, topics))) found.add(topic);
    below = page.at(-1)?.version.version;
    if (below === undefined || page.length < PAGE) break;
  }
  return found;
}

const signalled = ({ version }: Stored, topics: readonly string[]): readonly string[] => {
  const { choices, evidence } = version.change;
  return evidence.method === SIGNAL
    ? topics.filter((topic) => choices.some((choice) => covers(choice.topic, topic)))
    : [];
};
