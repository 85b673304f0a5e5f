import type { EventType } from '../../lib/domain/event.ts';

/** One path of the HTTP API. `operation`: what its description calls it; left out, what the function is called. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly operation?: string;
}

/**
 * What starts a function. `route`: HTTP API; `pages`: for people, and no part of its description. `lane` and `dead-letters`
 * exist once per enabled destination, `poller` once per enabled destination that is asked for its unsubscribes.
 * `subscriber`: each event of a type on the bus. `schedule`: every so many minutes; on a laptop nobody waits for them, and
 * `locallySeconds` may say how often it runs there.
 */
export type Trigger =
  | { readonly kind: 'route'; readonly routes: readonly Route[]; readonly pages?: true }
  | { readonly kind: 'stream' }
  | { readonly kind: 'stream-failures' }
  | { readonly kind: 'lane' }
  | { readonly kind: 'dead-letters' }
  | { readonly kind: 'poller' }
  | { readonly kind: 'schedule'; readonly minutes: number; readonly locallySeconds?: number }
  | { readonly kind: 'subscriber'; readonly event: EventType }
  | { readonly kind: 'operator' };

/** What a function may touch; the stack turns each into the narrowest grant, the local engine into nothing. */
export type Need =
  | 'records:read'
  /** When its table was made. */
  | 'records:age'
  | 'records:write'
  | 'deliveries:read'
  | 'deliveries:write'
  | 'keys:read'
  | 'keys:write'
  | 'keys:destroy'
  | 'audit:read'
  /** To put on record who has looked. */
  | 'audit:note'
  | 'search:write'
  | 'checkpoints:write'
  | 'pack-jobs:write'
  | 'cases:write'
  | 'audit-grants:write'
  | 'archive:read'
  | 'checkpoints:archive'
  | 'certificates:archive'
  | 'packs:read'
  | 'packs:write'
  | 'sign'
  | 'signing-key:read'
  | 'bus:publish'
  | 'lanes:send'
  | 'tokens:read'
  | 'mail:send'
  | 'destination-secrets:read'
  | 'keyword-secret:read';

/** What a configuration may leave out, and some functions with it. */
export type Part = 'preferenceCentre' | 'confirmations';

/** A metric of a function's own lines, and when it sounds. */
export interface Watched {
  /** The last part of the alarm's name. */
  readonly alarm: 'behind' | 'missed' | 'uncounted';
  readonly metric: 'MinutesBehind' | 'BehindSeconds' | 'Missed' | 'Uncounted';
  readonly above: number;
  /** Five-minute periods in a row. */
  readonly periods: number;
  /** What breaks for people, where it is not what breaks with the function. */
  readonly impact?: string;
}

export interface FunctionSpec {
  /** File in `functions/`, without its ending; also the construct id. */
  readonly name: string;
  readonly trigger: Trigger;
  readonly needs: readonly Need[];
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /** What breaks for people while it fails; the alarm's text. */
  readonly impact: string;
  /** What it tells of itself in metrics that must not rise, beyond its errors. */
  readonly watched?: readonly Watched[];
  /**
   * What it is given of what only the deployment knows: of the enabled lanes all that is data, and for `receivers` also the
   * code of those that send notices; the files that browsers load (`assets`), or only where pages find theirs
   * (`asset-names`) and the console its own (`console-names`). It exports `handlerWith`. The others export `handler`, or serve one lane.
   */
  readonly given?: 'lanes' | 'receivers' | 'assets' | 'asset-names' | 'console-names';
  /** Part of `heed.config.ts` without which it is neither deployed nor started. */
  readonly requires?: Part;
}

/** A function that only reads. */
export const read = (name: string, path: string, needs: readonly Need[], impact: string): FunctionSpec => ({
  name,
  trigger: { kind: 'route', routes: [{ method: 'GET', path }] },
  needs,
  memoryMiB: 512,
  timeoutSeconds: 10,
  impact,
});

export const get = (path: string): Route => ({ method: 'GET', path });

export const post = (path: string): Route => ({ method: 'POST', path });
