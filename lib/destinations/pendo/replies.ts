import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';

/** Counts of what became of the visitors; some accounts list those that were missing. Unconfirmed. */
const Counts = z.object({
  failed: z.number().default(0),
  missing: z.union([z.number(), z.array(z.unknown())]).default(0),
});

const Visitor = z.object({ visitorId: z.string() });

const DELIVERED: Outcome = { kind: 'delivered' };
const MISSING: Outcome = { kind: 'skipped', reason: 'no-such-visitor' };
const REFUSED: Outcome = { kind: 'failed', reason: 'visitor-refused' };

interface Said {
  readonly failed: number;
  readonly missing: number;
  /** Who was missing, where the reply says so. */
  readonly names: ReadonlySet<unknown>;
}

function saidIn({ status, body }: Reply): Said | undefined {
  const counts = status < 300 ? Counts.safeParse(body).data : undefined;
  if (!counts) return undefined;
  const { failed, missing } = counts;
  const names = new Set(Array.isArray(missing) ? missing : []);
  return { failed, missing: Array.isArray(missing) ? missing.length : missing, names };
}

/** One outcome per visitor; undefined where the counts do not tell who it was: then each is sent alone. */
export function split(reply: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  const said = saidIn(reply);
  if (!said) return undefined;
  const { failed, missing, names } = said;
  if (failed === 0 && missing === 0) return items.map(() => DELIVERED);
  if (items.length === 1) return [missing > 0 ? MISSING : REFUSED];
  /** Those that are missing may be counted among the failed too. */
  if (names.size < missing || failed > names.size) return undefined;
  return items.map((item) => (names.has(Visitor.safeParse(item).data?.visitorId) ? MISSING : DELIVERED));
}

/** Refusals inside 200. */
export function interpret(reply: Reply): Outcome | undefined {
  const said = saidIn(reply);
  if (!said || (said.failed === 0 && said.missing === 0)) return undefined;
  return REFUSED;
}
