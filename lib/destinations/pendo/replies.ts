import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';
import { isJson } from '../json.ts';

const DELIVERED: Outcome = { kind: 'delivered' };
const MISSING: Outcome = { kind: 'skipped', reason: 'no-such-visitor' };
const REFUSED: Outcome = { kind: 'failed', reason: 'visitor-refused' };

/** Counts of what became of the visitors; some accounts list those that were missing. Unconfirmed. */
interface Said {
  readonly failed: number;
  readonly missing: number;
  /** Who was missing, where the reply says so. */
  readonly names: readonly unknown[];
}

function saidIn({ status, body }: Reply): Said | undefined {
  if (status >= 300 || !isJson(body)) return undefined;
  const { failed = 0, missing = 0 } = body;
  if (typeof failed !== 'number') return undefined;
  if (Array.isArray(missing)) return { failed, missing: missing.length, names: missing };
  return typeof missing === 'number' ? { failed, missing, names: [] } : undefined;
}

/** One outcome per visitor; undefined where the counts do not tell who it was: then each is sent alone. */
export function split(reply: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  const said = saidIn(reply);
  if (!said) return undefined;
  const { failed, missing, names } = said;
  if (failed === 0 && missing === 0) return items.map(() => DELIVERED);
  if (items.length === 1) return [missing > 0 ? MISSING : REFUSED];
  /** Those that are missing may be counted among the failed too. */
  if (names.length < missing || failed > names.length) return undefined;
  return items.map((item) => (names.includes(idOf(item)) ? MISSING : DELIVERED));
}

const idOf = (item: unknown): unknown => (isJson(item) ? item['visitorId'] : undefined);

/** Refusals inside 200. Of writes to segments 409 passes by itself; the same is taken to hold here. */
export function interpret(reply: Reply): Outcome | undefined {
  if (reply.status === 409) return { kind: 'retry', reason: 'http-409' };
  if (reply.status >= 300) return undefined;
  const said = saidIn(reply);
  if (!said) return { kind: 'retry', reason: 'unreadable-reply' };
  return said.failed === 0 && said.missing === 0 ? undefined : REFUSED;
}

/** A key that is not known (any longer), which is said by 403. */
export const expired = ({ status }: Reply): boolean => status === 403;
