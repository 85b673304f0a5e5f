import type { ChangeBody } from '../domain/change.ts';
import type { Caller } from '../domain/check.ts';
import { OWN_SOURCE } from '../domain/own-source.ts';
import { toIso } from '../domain/time.ts';
import type { Bearer } from './tokens.ts';

export const callerOf = (bearer: Bearer): Caller =>
  bearer.kind === 'client' ? { sources: bearer.sources } : { sources: [OWN_SOURCE] };

/** A name for the client that no other kind of client can have: what an Idempotency-Key is unique within. */
export const clientOf = (bearer: Bearer): string =>
  bearer.kind === 'client' ? `client ${bearer.client}` : `subject ${bearer.subject}`;

/** How Heed itself learned of a choice. That is not for a caller with a person's token to claim: a page she visits has it. */
const SEEN_BY_HEED: ReadonlySet<string> = new Set(['signal', 'one-click', 'link', 'keyword', 'expiry']);

const methodOf = (claimed = 'form'): string => (SEEN_BY_HEED.has(claimed) ? 'form' : claimed);

/** A person's own call says neither who they are nor when it was: Heed does. */
export function spokenBy(bearer: Bearer, body: ChangeBody, now: number): ChangeBody {
  if (bearer.kind === 'client') return body;
  const evidence = {
    ...body.evidence,
    source: OWN_SOURCE,
    actor: { kind: 'subject' as const },
    method: methodOf(body.evidence?.method),
    occurredAt: toIso(now),
  };
  return { ...body, evidence };
}
