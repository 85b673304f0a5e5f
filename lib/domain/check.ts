import { type Catalogue, declared, expandPairs } from './catalogue.ts';
import type { ChangeBody, EvidenceBody } from './change.ts';
import { DOUBLE_OPT_IN, mustConfirm } from './double-opt-in.ts';
import { attribute, checkEvidence, completeEvidence, personalOf } from './evidence.ts';
import { normaliseIdentifier } from './identifier.ts';
import { type Fault, type Refusal, refuse } from './refusal.ts';
import { type CheckContext, checkRights } from './rights.ts';
import { covers, coversChannel, specificity } from './topic.ts';
import type { Choice, Evidence, Preference } from './vocabulary.ts';

export type { Caller, CheckContext } from './rights.ts';

/** A change that may be stored, in the caller's order, its grants by name, before its personal parts are sealed. */
export interface CheckedChange {
  readonly choices: readonly Choice[];
  readonly preferences: readonly Preference[];
  readonly identifiers: readonly { readonly kind: string; readonly value: string | null }[];
  readonly evidence: Omit<Evidence, 'personal'>;
  readonly personal: Readonly<Record<string, string>>;
  /** Processing is to be restricted, or no longer: on a request of the person's. */
  readonly restricted?: boolean;
}

export type Checked = { readonly change: CheckedChange } | { readonly refusal: Refusal };

/** Checks a change's meaning: rights first, then catalogue, evidence and clocks. A stop only has to have the right. */
export function checkChange(body: ChangeBody, context: CheckContext): Checked {
  const { catalogue } = context;
  const evidence = attribute(body, context);
  const forbidden = checkRights(body, evidence, context);
  if (forbidden.length > 0) {
    const detail = 'The caller may not say this for this source.';
    return { refusal: refuse({ type: 'forbidden-source', detail, errors: forbidden }, body) };
  }
  const identifiers = normaliseAll(body, catalogue);
  const faults = [
    ...duplicates(body),
    ...identifiers.faults,
    ...checkCatalogue(body, catalogue),
    ...checkEvidence(body, evidence, context),
  ];
  if (faults.length > 0) {
    const detail = 'The change was not stored: see errors.';
    return { refusal: refuse({ type: 'invalid-change', detail, errors: faults }, body) };
  }
  return {
    change: {
      choices: toBeConfirmed(namedGrants(body.choices ?? [], catalogue), evidence, catalogue),
      preferences: body.preferences ?? [],
      identifiers: identifiers.values,
      evidence: completeEvidence(evidence, context),
      personal: personalOf(evidence, catalogue),
    },
  };
}

/**
 * A grant is for what there was to be shown: one that names a prefix or every channel is kept as the topics and
 * channels it stands for today. What is added later is granted by nobody. (A stop keeps its words and covers that too.)
 */
function namedGrants(choices: readonly Choice[], catalogue: Catalogue): readonly Choice[] {
  return choices.flatMap((choice) => {
    const concrete = !choice.topic.endsWith('*') && choice.channel !== '*';
    if (choice.state === 'withdrawn' || concrete) return [choice];
    return expandPairs(catalogue, choice)
      .filter(({ topic }) => !catalogue.topics[topic]?.retired)
      .filter((pair) => mostSpecific(choices, pair) === choice)
      .map((pair) => ({ ...pair, state: choice.state }));
  });
}

/** What the person has to confirm first is kept as a request; a system's word, and a file's, is not hers. */
const toBeConfirmed = (
  choices: readonly Choice[],
  { actor, method }: EvidenceBody,
  catalogue: Catalogue,
): readonly Choice[] =>
  method === DOUBLE_OPT_IN || (actor?.kind !== 'subject' && actor?.kind !== 'agent')
    ? choices
    : choices.map((choice) =>
        choice.state === 'granted' && mustConfirm(catalogue, choice)
          ? { ...choice, state: 'pending' as const }
          : choice,
      );

type Pair = Pick<Choice, 'topic' | 'channel'>;

/** Of one change's choices, the one that speaks for a topic and channel. */
const mostSpecific = (choices: readonly Choice[], { topic, channel }: Pair): Choice | undefined =>
  choices
    .filter((choice) => covers(choice.topic, topic) && coversChannel(choice.channel, channel))
    .reduce<Choice | undefined>(
      (best, one) => (best && specificity(best) >= specificity(one) ? best : one),
      undefined,
    );

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
  for (const [kind, raw] of Object.entries(body.identifiers ?? {})) {
    const removal = raw === null && declared(catalogue.identifiers, kind) !== undefined;
    const normalised = removal ? { value: null } : normaliseIdentifier(catalogue, kind, raw ?? '');
    if ('invalid' in normalised) faults.push({ path: `identifiers.${kind}`, message: normalised.invalid });
    else values.push({ kind, value: normalised.value });
  }
  return { values, faults };
}

/** Only what is granted or asked for has to be declared: a withdrawal keeps its words. */
function checkCatalogue(body: ChangeBody, catalogue: Catalogue): readonly Fault[] {
  const choices = (body.choices ?? []).flatMap(({ topic, channel, state }, i): Fault[] => {
    if (state === 'withdrawn') return [];
    if (channel !== '*' && !catalogue.channels.includes(channel))
      return [{ path: `choices.${i}.channel`, message: `unknown channel ${channel}` }];
    const live = expandPairs(catalogue, { topic, channel }).some(
      (pair) => !declared(catalogue.topics, pair.topic)?.retired,
    );
    return live ? [] : [{ path: `choices.${i}.topic`, message: `unknown or retired topic ${topic}` }];
  });
  const preferences = (body.preferences ?? []).flatMap(({ key, value }, i): Fault[] => {
    const preference = declared(catalogue.preferenceKeys, key);
    if (!preference) return [{ path: `preferences.${i}.key`, message: `unknown preference ${key}` }];
    return preference.values.includes(value)
      ? []
      : [{ path: `preferences.${i}.value`, message: `one of ${preference.values.join(', ')}` }];
  });
  return [...choices, ...preferences];
}
