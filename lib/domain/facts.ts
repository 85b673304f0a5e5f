import * as z from 'zod';
import type { Version } from './vocabulary.ts';

const State = z.enum(['granted', 'withdrawn', 'pending']);

/** What a version is searched by, beside what it is about. */
export const Facts = z.object({
  occurredAt: z.string(),
  source: z.string(),
  actor: z.enum(['subject', 'agent', 'system', 'import']),
  /** Name of the file of old consents it came with: the id that an `import` gave as its actor. */
  import: z.string().exactOptional(),
  /** `id/version` of what was shown. */
  notice: z.string().exactOptional(),
  /** States its choices ask for, each once. */
  states: z.array(State).readonly(),
  /** Its choices as they were said: topic, channel, state. Missing where an older Heed wrote it. */
  said: z
    .array(z.tuple([z.string(), z.string(), State]).readonly())
    .readonly()
    .exactOptional(),
  /** It is about more than its choices: about identifiers, preferences or a restriction. */
  further: z.literal(true).exactOptional(),
});
export type Facts = Readonly<z.infer<typeof Facts>>;

/** The facts of a version: pure, and of nothing that a configuration could change. */
export function factsOf({ change }: Pick<Version, 'change'>): Facts {
  const { source, actor, notice, occurredAt } = change.evidence;
  const { choices, preferences, identifiers, restricted } = change;
  const further = preferences.length > 0 || identifiers.length > 0 || restricted !== undefined;
  return {
    occurredAt,
    source,
    actor: actor.kind,
    ...(actor.kind === 'import' && actor.id !== undefined && { import: actor.id }),
    ...(notice && { notice: `${notice.id}/${notice.version}` }),
    states: [...new Set(choices.map(({ state }) => state))].sort(),
    said: choices.map(({ topic, channel, state }) => [topic, channel, state] as const),
    ...(further && { further: true as const }),
  };
}
