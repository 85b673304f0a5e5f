import { type Catalogue, expandPairs, type SourceRights } from './catalogue.ts';
import { type ChangeBody, type EvidenceBody, onlyWithdraws } from './change.ts';
import { normaliseIdentifier } from './identifier.ts';
import { type Fault, type Refusal, refuse } from './refusal.ts';
import { MINUTE, toIso, toMs } from './time.ts';
import { CHANNEL_PATTERN, covers, coversChannel } from './topic.ts';
import type { Choice, Evidence, Notice, Preference } from './vocabulary.ts';

/** Who is speaking, as their token says. */
export interface Caller {
  /** Sources the caller may speak for; the first is assumed where a stop names none. `*` is every one. */
  readonly sources: readonly string[];
}

/** A change that may be stored, before its personal parts are sealed. */
export interface CheckedChange {
  readonly choices: readonly Choice[];
  readonly preferences: readonly Preference[];
  readonly identifiers: readonly { readonly kind: string; readonly value: string | null }[];
  readonly evidence: Omit<Evidence, 'personal'>;
  readonly personal: Readonly<Record<string, string>>;
}

export interface CheckContext {
  readonly catalogue: Catalogue;
  readonly caller: Caller;
  /** Time of receipt, ms. */
  readonly now: number;
}

export type Checked = { readonly change: CheckedChange } | { readonly refusal: Refusal };

const FUTURE_LIMIT = 5 * MINUTE;

/** Checks a change's meaning: rights first, then catalogue, evidence and clocks. A stop only has to have the right. */
export function checkChange(body: ChangeBody, context: CheckContext): Checked {
  const stop = onlyWithdraws(body);
  const evidence = stop ? fillEvidence(body.evidence ?? {}, context) : sourceOf(body.evidence ?? {}, context);
  const forbidden = checkRights(body, evidence, context);
  if (forbidden.length > 0) {
    const detail = 'The caller may not say this for this source.';
    return { refusal: refuse({ type: 'forbidden-source', detail, errors: forbidden }, body) };
  }
  const identifiers = normaliseAll(body, context.catalogue);
  const faults = [
    ...duplicates(body),
    ...identifiers.faults,
    ...(stop ? [] : [...checkCatalogue(body, context.catalogue), ...checkEvidence(body, evidence, context)]),
  ];
  if (faults.length > 0) {
    const detail = 'The change was not stored: see errors.';
    return { refusal: refuse({ type: 'invalid-change', detail, errors: faults }, body) };
  }
  return {
    change: {
      choices: sortedBy(body.choices ?? [], ({ topic, channel }) => `${topic} ${channel}`),
      preferences: sortedBy(body.preferences ?? [], ({ key }) => key),
      identifiers: identifiers.values,
      evidence: completeEvidence(evidence, context),
      personal: personalOf(body.evidence ?? {}, context.catalogue),
    },
  };
}

const sortedBy = <T>(items: readonly T[], name: (item: T) => string): readonly T[] =>
  [...items].sort((a, b) => Number(name(a) > name(b)) - Number(name(a) < name(b)));

/** Missing evidence of a stop is filled in rather than asked for. */
function fillEvidence(evidence: EvidenceBody, { caller, now }: CheckContext): EvidenceBody {
  const [own] = caller.sources;
  return {
    ...evidence,
    source: evidence.source ?? (own === '*' ? undefined : own) ?? 'heed',
    actor: evidence.actor ?? { kind: 'subject' },
    method: evidence.method ?? 'api',
    occurredAt: evidence.occurredAt ?? toIso(now),
  };
}

/** A caller with one source need not repeat it. */
function sourceOf(evidence: EvidenceBody, { caller }: CheckContext): EvidenceBody {
  const [own, ...others] = caller.sources;
  return own && own !== '*' && others.length === 0
    ? { ...evidence, source: evidence.source ?? own }
    : evidence;
}

function checkRights(
  body: ChangeBody,
  evidence: EvidenceBody,
  { catalogue, caller }: CheckContext,
): readonly Fault[] {
  const { source } = evidence;
  if (source === undefined) return [];
  if (!caller.sources.includes(source) && !caller.sources.includes('*')) {
    return [{ path: 'evidence.source', message: `the token does not speak for ${source}` }];
  }
  const rights = source === 'heed' ? ANY_STOP : catalogue.sources[source];
  if (!rights) return [{ path: 'evidence.source', message: `unknown source ${source}` }];
  const kind = evidence.actor?.kind;
  const actor =
    kind && !rights.actors.includes(kind)
      ? [{ path: 'evidence.actor.kind', message: `${source} may not speak as ${kind}` }]
      : [];
  return [...actor, ...checkChoiceRights(body, source, rights), ...checkOtherRights(body, source, rights)];
}

/** Heed itself may stop anything, on the person's word, and nothing else. */
const ANY_STOP: SourceRights = {
  title: 'Heed',
  actors: ['subject', 'system'],
  topics: ['*'],
  channels: ['*'],
  states: ['withdrawn'],
  preferences: [],
  identifiers: [],
};

function checkChoiceRights(body: ChangeBody, source: string, rights: SourceRights): readonly Fault[] {
  return (body.choices ?? []).flatMap((choice, i) => [
    ...(rights.topics.some((pattern) => covers(pattern, choice.topic))
      ? []
      : [{ path: `choices.${i}.topic`, message: `${source} has no right to ${choice.topic}` }]),
    ...(rights.channels.some((pattern) => coversChannel(pattern, choice.channel))
      ? []
      : [
          {
            path: `choices.${i}.channel`,
            message: `${source} has no right to the channel ${choice.channel}`,
          },
        ]),
    ...(rights.states.includes(choice.state)
      ? []
      : [{ path: `choices.${i}.state`, message: `${source} may not say ${choice.state}` }]),
  ]);
}

function checkOtherRights(body: ChangeBody, source: string, rights: SourceRights): readonly Fault[] {
  const preferences = (body.preferences ?? []).flatMap(({ key }, i) =>
    rights.preferences.some((pattern) => pattern === '*' || pattern === key)
      ? []
      : [{ path: `preferences.${i}.key`, message: `${source} has no right to ${key}` }],
  );
  const identifiers = Object.keys(body.identifiers ?? {}).flatMap((kind) =>
    rights.identifiers.some((pattern) => pattern === '*' || pattern === kind)
      ? []
      : [{ path: `identifiers.${kind}`, message: `${source} has no right to identifiers of this kind` }],
  );
  return [...preferences, ...identifiers];
}

function duplicates(body: ChangeBody): readonly Fault[] {
  const twice = (names: readonly string[], path: string, message: string): readonly Fault[] =>
    names.flatMap((name, i) => (names.indexOf(name) < i ? [{ path: `${path}.${i}`, message }] : []));
  return [
    ...twice(
      (body.choices ?? []).map(({ topic, channel }) => `${topic} ${channel}`),
      'choices',
      'the same topic and channel stand twice in this change',
    ),
    ...twice(
      (body.preferences ?? []).map(({ key }) => key),
      'preferences',
      'the same key stands twice in this change',
    ),
  ];
}

function normaliseAll(body: ChangeBody, catalogue: Catalogue) {
  const values: { kind: string; value: string | null }[] = [];
  const faults: Fault[] = [];
  for (const [kind, raw] of Object.entries(body.identifiers ?? {}).sort(
    ([a], [b]) => Number(a > b) - Number(a < b),
  )) {
    const known = kind in catalogue.identifiers;
    const normalised =
      raw === null && known ? { value: null } : normaliseIdentifier(catalogue, kind, raw ?? '');
    if ('invalid' in normalised) faults.push({ path: `identifiers.${kind}`, message: normalised.invalid });
    else values.push({ kind, value: normalised.value });
  }
  return { values, faults };
}

function checkCatalogue(body: ChangeBody, catalogue: Catalogue): readonly Fault[] {
  const choices = (body.choices ?? []).flatMap((choice, i): Fault[] => {
    if (choice.state === 'withdrawn') return [];
    const live = expandPairs(catalogue, choice).some(({ topic }) => !catalogue.topics[topic]?.retired);
    const channel =
      CHANNEL_PATTERN.test(choice.channel) &&
      (choice.channel === '*' || catalogue.channels.includes(choice.channel));
    if (!channel) return [{ path: `choices.${i}.channel`, message: `unknown channel ${choice.channel}` }];
    return live ? [] : [{ path: `choices.${i}.topic`, message: `unknown or retired topic ${choice.topic}` }];
  });
  const preferences = (body.preferences ?? []).flatMap(({ key, value }, i): Fault[] => {
    const declared = catalogue.preferenceKeys[key];
    if (!declared) return [{ path: `preferences.${i}.key`, message: `unknown preference ${key}` }];
    return declared.values.includes(value)
      ? []
      : [{ path: `preferences.${i}.value`, message: `one of ${declared.values.join(', ')}` }];
  });
  return [...choices, ...preferences];
}

const GRANT_FIELDS = ['source', 'actor', 'method', 'occurredAt', 'legalBasis', 'notice'] as const;

function checkEvidence(
  body: ChangeBody,
  evidence: EvidenceBody,
  { catalogue, now }: CheckContext,
): readonly Fault[] {
  const grants = (body.choices ?? []).some(({ state }) => state !== 'withdrawn');
  const required = grants ? GRANT_FIELDS : (['source'] as const);
  const missing = required
    .filter((field) => evidence[field] === undefined)
    .map((field) => ({
      path: `evidence.${field}`,
      message: grants ? 'a grant needs this as evidence' : 'say for which source this is',
    }));
  const future =
    grants && evidence.occurredAt !== undefined && toMs(evidence.occurredAt) > now + FUTURE_LIMIT;
  return [
    ...missing,
    ...(future
      ? [{ path: 'evidence.occurredAt', message: 'lies more than five minutes in the future' }]
      : []),
    ...(grants && evidence.notice ? checkNotice(evidence.notice, catalogue) : []),
  ];
}

type NoticeBody = NonNullable<EvidenceBody['notice']>;

const kept = (notice: NoticeBody, catalogue: Catalogue): string | undefined =>
  catalogue.notices[`${notice.id}/${notice.version}/${notice.language}`];

function checkNotice(notice: NoticeBody, catalogue: Catalogue): readonly Fault[] {
  const digest = kept(notice, catalogue);
  if (!digest && !notice.sha256)
    return [
      {
        path: 'evidence.notice.sha256',
        message: 'Heed does not keep this notice: give the SHA-256 of the text shown',
      },
    ];
  if (digest && notice.sha256 && notice.sha256 !== digest)
    return [
      { path: 'evidence.notice.sha256', message: 'differs from the digest of the text that Heed keeps' },
    ];
  return [];
}

function noticeOf(notice: NoticeBody | undefined, catalogue: Catalogue): Notice | undefined {
  if (!notice) return undefined;
  const digest = kept(notice, catalogue);
  const sha256 = digest ?? notice.sha256;
  if (!sha256 || (notice.sha256 && notice.sha256 !== sha256)) return undefined;
  const { id, version, language } = notice;
  return { id, version, language, sha256 };
}

/** Evidence as it is kept: times in one form, a future time clamped to the time of receipt with the claim beside it. */
function completeEvidence(
  evidence: EvidenceBody,
  { catalogue, now }: CheckContext,
): Omit<Evidence, 'personal'> {
  const { source = 'heed', actor = { kind: 'system' }, method = 'api', legalBasis, jurisdiction } = evidence;
  const claimed = evidence.occurredAt === undefined ? now : toMs(evidence.occurredAt);
  const notice = noticeOf(evidence.notice, catalogue);
  return {
    source,
    actor: actor.id === undefined ? { kind: actor.kind } : { kind: actor.kind, id: actor.id },
    method,
    occurredAt: toIso(Math.min(claimed, now)),
    ...(claimed > now && { claimedAt: toIso(claimed) }),
    ...(legalBasis && { legalBasis }),
    ...(jurisdiction && { jurisdiction }),
    ...(notice && { notice }),
  };
}

const personalOf = (evidence: EvidenceBody, catalogue: Catalogue): Readonly<Record<string, string>> =>
  Object.fromEntries(
    catalogue.personalEvidence.flatMap((field) => {
      const value = evidence[field];
      return value === undefined ? [] : [[field, value]];
    }),
  );
