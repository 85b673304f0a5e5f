import type { Call, Reply } from '../destination.ts';
import { type Json, textIn } from '../json.ts';
import { isOurWithdrawal } from '../mark.ts';
import { doneIn } from './replies.ts';
import type { Settings } from './settings.ts';

/** What somebody unsubscribed from at HubSpot itself, and when (ms). */
export interface Left {
  /** By subscription id. */
  readonly types: ReadonlyMap<unknown, number>;
  /** From all mail. */
  readonly all: number;
  /** While an unsubscribe from all mail holds, whoever made it: the types there are. */
  readonly held: readonly unknown[];
}

/** Heed says of every type what it is once it has unsubscribed from all: within that time, ms. */
const AT_ONCE = 120_000;

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Asks what an address is unsubscribed from, by type and from all mail, and who did it: a subscribe would lift either, also
 * what the person did at HubSpot after Heed was told of the grant.
 */
export function askWhatWasLeft(
  path: string,
  settings: Settings,
  tell: (left: Left) => readonly Call[],
): readonly Call[] {
  const ask = (of: string, then: (results: readonly Json[]) => readonly Call[]): Call => ({
    method: 'GET',
    path: `${path}${of}?channel=EMAIL`,
    interpret: ({ status }) => (status === 404 ? { kind: 'delivered' } : undefined),
    next: (reply) => then(resultsIn(reply)),
  });
  return [ask('', (types) => [ask('/unsubscribe-all', (all) => tell(leftIn(types, all, settings)))])];
}

/** An address that HubSpot does not know is unsubscribed from nothing. */
const resultsIn = ({ status, body }: Reply): readonly Json[] =>
  status === 404 ? [] : (doneIn(body)?.results ?? []);

const isOut = (result: Json): boolean => result['status'] === 'UNSUBSCRIBED';

function leftIn(types: readonly Json[], wide: readonly Json[], { globalStop }: Settings): Left {
  const isOwn = (result: Json): boolean => isOurWithdrawal(textIn(result, 'legalBasisExplanation') ?? '');
  const out = types.filter(isOut);
  const own = out.filter(isOwn).map(timeOf);
  const isOwnStop = (at: number): boolean => globalStop && own.some((said) => Math.abs(said - at) <= AT_ONCE);
  const all = wide.filter(isOut).map(timeOf);
  return {
    types: new Map(
      out.filter((result) => !isOwn(result)).map((result) => [result['subscriptionId'], timeOf(result)]),
    ),
    all: all.filter((at) => !isOwnStop(at)).reduce((a, b) => Math.max(a, b), NEVER),
    held: all.length > 0 ? types.map((result) => result['subscriptionId']) : [],
  };
}

/** Without a time it may have been just now. */
function timeOf(result: Json): number {
  const at = Date.parse(textIn(result, 'timestamp') ?? '');
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at;
}

/** Whether a grant of this time (ms) has been overruled at HubSpot since. */
export const isOverruled = ({ types, all }: Left, subscriptionId: unknown, grantedAt: number): boolean =>
  Math.max(types.get(subscriptionId) ?? NEVER, all) >= grantedAt;
