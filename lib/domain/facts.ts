import * as z from 'zod';
import type { Version } from './vocabulary.ts';

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
  states: z.array(z.enum(['granted', 'withdrawn', 'pending'])).readonly(),
});
export type Facts = Readonly<z.infer<typeof Facts>>;

/** The facts of a version: pure, and of nothing that a configuration could change. */
export function factsOf({ change }: Pick<Version, 'change'>): Facts {
  const { source, actor, notice, occurredAt } = change.evidence;
  return {
    occurredAt,
    source,
    actor: actor.kind,
    ...(actor.kind === 'import' && actor.id !== undefined && { import: actor.id }),
    ...(notice && { notice: `${notice.id}/${notice.version}` }),
    states: [...new Set(change.choices.map(({ state }) => state))].sort(),
  };
}
