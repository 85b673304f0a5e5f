import type { Catalogue } from '../../domain/catalogue.ts';
import { covers, coversChannel, specificity } from '../../domain/topic.ts';
import type { ChoiceOutcome, Evidence, Notice } from '../../domain/vocabulary.ts';
import type { Stored } from '../../ports.ts';
import { STATUS, type Status, TYPE } from './dpv.ts';

/** One event of a consent record: the standard's fields, then what Heed adds so that it can be checked. */
export interface ConsentEvent {
  readonly event_time: string;
  /** ISO 8601 duration, none (`P0D`) where there is no consent any more, or `until withdrawn`. */
  readonly validity_duration: string;
  readonly entity_id: string;
  readonly event_type: string;
  readonly event_state: string;
  readonly expression_method: string;
  readonly recorded_at: string;
  readonly channels: readonly string[];
  readonly version: number;
  readonly version_digest: string;
  readonly notice?: Notice;
}

/** What was said about one topic, oldest first. Words that were superseded or refused are no event: the history has them. */
export function consentEvents(
  topic: string,
  versions: readonly Stored[],
  catalogue: Catalogue,
): readonly ConsentEvent[] {
  const given = new Set<string>();
  const lasting = catalogue.topics[topic]?.expiresAfterDays;
  return [...versions].sort(byTime).flatMap((stored) => {
    const said = catalogue.channels.flatMap((channel) => {
      const state = saidOf(stored.version.outcomes, topic, channel);
      return state ? [{ channel, state }] : [];
    });
    const statuses = statusesOf(said, given, stored.version.change.evidence);
    return [...statuses].map(([status, channels]) => eventOf(stored, { status, channels, lasting }));
  });
}

interface Said {
  readonly channel: string;
  readonly state: ChoiceOutcome['state'];
}

/** Channels by what became of the consent on them; `given`, on which there is one, moves along. */
function statusesOf(
  said: readonly Said[],
  given: Set<string>,
  evidence: Evidence,
): ReadonlyMap<Status, readonly string[]> {
  const statuses = new Map<Status, readonly string[]>();
  for (const { channel, state } of said) {
    const status = statusOf(state, { given: given.has(channel), evidence });
    if (status === undefined) continue;
    statuses.set(status, [...(statuses.get(status) ?? []), channel]);
    if (state === 'granted') given.add(channel);
    if (state === 'withdrawn') given.delete(channel);
  }
  return statuses;
}

const byTime = (a: Stored, b: Stored): number => {
  const [one, other] = [a.version.change.evidence.occurredAt, b.version.change.evidence.occurredAt];
  return Number(one > other) - Number(one < other) || a.version.version - b.version.version;
};

/** The state that a change asked for here and that came to something: its most specific word. */
function saidOf(
  outcomes: readonly ChoiceOutcome[],
  topic: string,
  channel: string,
): ChoiceOutcome['state'] | undefined {
  const [word] = outcomes
    .filter(({ outcome }) => outcome === 'applied' || outcome === 'unchanged')
    .filter((one) => covers(one.topic, topic) && coversChannel(one.channel, channel))
    .sort((a, b) => specificity(b) - specificity(a));
  return word?.state;
}

/** Expiry and erasure are written by Heed, each under a method of its own. */
const WRITTEN: Readonly<Record<string, Status>> = {
  expiry: 'expired',
  erasure: 'withdrawn',
  erased: 'withdrawn',
};

interface Before {
  readonly given: boolean;
  readonly evidence: Evidence;
}

/** Undefined where no consent was given, asked for or refused: on another ground than consent, or by nobody. */
function statusOf(state: ChoiceOutcome['state'], { given, evidence }: Before): Status | undefined {
  if (state === 'withdrawn') return endingOf({ given, evidence });
  if ((evidence.legalBasis ?? 'consent') !== 'consent') return undefined;
  if (state === 'pending') return 'requested';
  return given ? 'renewed' : 'given';
}

function endingOf({ given, evidence }: Before): Status | undefined {
  if (isByPerson(evidence)) return given ? 'withdrawn' : 'refused';
  if (!given) return undefined;
  return (evidence.source === 'heed' ? WRITTEN[evidence.method] : undefined) ?? 'revoked';
}

/** She said so herself, or somebody for her: not a system. */
export const isByPerson = ({ actor }: Evidence): boolean =>
  actor.kind === 'subject' || actor.kind === 'agent';

/** Others end a consent, or say that there is none. */
const LASTS: readonly Status[] = ['given', 'renewed', 'requested'];

const validity = ({ status, lasting }: Happened): string => {
  if (!LASTS.includes(status)) return 'P0D';
  return lasting === undefined ? 'until withdrawn' : `P${lasting}D`;
};

interface Happened {
  readonly status: Status;
  readonly channels: readonly string[];
  readonly lasting: number | undefined;
}

function eventOf({ version, digest }: Stored, happened: Happened): ConsentEvent {
  const { status, channels } = happened;
  const { evidence } = version.change;
  const person = isByPerson(evidence);
  return {
    event_time: evidence.occurredAt,
    validity_duration: validity(happened),
    entity_id: person ? version.subject : `source:${evidence.source}`,
    event_type: person ? TYPE.expressed : TYPE.other,
    event_state: STATUS[status],
    expression_method: evidence.method,
    recorded_at: version.recordedAt,
    channels,
    version: version.version,
    version_digest: digest,
    ...(evidence.notice && { notice: evidence.notice }),
  };
}
