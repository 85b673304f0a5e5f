import { type Catalogue, declared, type SourceRights } from './catalogue.ts';
import type { ChangeBody, EvidenceBody } from './change.ts';
import { DOUBLE_OPT_IN } from './double-opt-in.ts';
import type { Fault } from './refusal.ts';
import { covers, coversChannel } from './topic.ts';

/** Who is speaking, as their token says. */
export interface Caller {
  /** Sources the caller may speak for; one of them is assumed where a stop names none. `*` is every one. */
  readonly sources: readonly string[];
}

export interface CheckContext {
  readonly catalogue: Catalogue;
  readonly caller: Caller;
  /** Time of receipt, ms. */
  readonly now: number;
}

/** Heed itself may stop anything, on anybody's word, and nothing else. */
const ANY_STOP: SourceRights = {
  title: 'Heed',
  actors: ['subject', 'agent', 'system', 'import'],
  topics: ['*'],
  channels: ['*'],
  states: ['withdrawn'],
  preferences: [],
  identifiers: [],
};

/** What the caller may not say for the source that the evidence names. */
export function checkRights(
  body: ChangeBody,
  { source, actor, method }: EvidenceBody,
  { catalogue, caller }: CheckContext,
): readonly Fault[] {
  if (source === undefined) return [];
  if (!caller.sources.includes(source) && !caller.sources.includes('*')) {
    return [{ path: 'evidence.source', message: `the token does not speak for ${source}` }];
  }
  const rights = source === 'heed' ? ANY_STOP : declared(catalogue.sources, source);
  if (!rights) return [{ path: 'evidence.source', message: `unknown source ${source}` }];
  const foreign =
    actor && !rights.actors.includes(actor.kind)
      ? [{ path: 'evidence.actor.kind', message: `${source} may not speak as ${actor.kind}` }]
      : [];
  return [
    ...foreign,
    ...(method === DOUBLE_OPT_IN && !rights.confirmed ? unconfirmed(body, source, actor) : []),
    ...checkChoiceRights(body, source, rights),
    ...checkOtherRights(body, source, rights),
  ];
}

/** That a person has confirmed is the word of whoever asked her to: Heed itself, or a source that is trusted with it. */
const unconfirmed = (body: ChangeBody, source: string, actor: EvidenceBody['actor']): readonly Fault[] =>
  (actor?.kind === 'subject' || actor?.kind === 'agent') &&
  (body.choices ?? []).some(({ state }) => state === 'granted')
    ? [{ path: 'evidence.method', message: `${source} may not say that a grant was confirmed` }]
    : [];

function checkChoiceRights(body: ChangeBody, source: string, rights: SourceRights): readonly Fault[] {
  return (body.choices ?? []).flatMap(({ topic, channel, state }, i) => [
    ...(rights.topics.some((pattern) => covers(pattern, topic))
      ? []
      : [{ path: `choices.${i}.topic`, message: `${source} has no right to ${topic}` }]),
    ...(rights.channels.some((pattern) => coversChannel(pattern, channel))
      ? []
      : [{ path: `choices.${i}.channel`, message: `${source} has no right to the channel ${channel}` }]),
    ...(rights.states.includes(state)
      ? []
      : [{ path: `choices.${i}.state`, message: `${source} may not say ${state}` }]),
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
