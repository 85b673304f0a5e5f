import type { Call, Reply } from '../destination.ts';
import { groupsLeft, isSuppressed, leftOrNeverThere } from './replies.ts';
import type { Settings } from './settings.ts';

/** Who is on it gets no mail at all, of whatever group or of none. */
export const GLOBAL = '/v3/asm/suppressions/global';

export const groupOf = (id: number): string => `/v3/asm/groups/${id}/suppressions`;

/** Requests that put one address on a list of those who get no mail, take it off, or look for it there. */
export interface Lists {
  readonly add: (list: string) => Call;
  readonly remove: (list: string) => Call;
  readonly ask: (list: string, next: (reply: Reply) => readonly Call[]) => Call;
  readonly groups: (next: (reply: Reply) => readonly Call[]) => Call;
  readonly settings: Settings;
}

export function listsOf(email: string, settings: Settings): Lists {
  const { subuser } = settings;
  const headers = subuser === undefined ? {} : { headers: { 'on-behalf-of': subuser } };
  const address = encodeURIComponent(email);
  const items = [email];
  return {
    add: (path) => ({ method: 'POST', path, items, wrap: listed, split: () => undefined, ...headers }),
    remove: (list) => ({
      ...{ method: 'DELETE', path: `${list}/${address}`, items, wrap: () => undefined, ...headers },
      split: leftOrNeverThere,
    }),
    ask: (list, next) => ({ method: 'GET', path: `${list}/${address}`, next, ...headers }),
    groups: (next) => ({ method: 'GET', path: '/v3/asm/groups', next, ...headers }),
    settings,
  };
}

const listed = (emails: readonly unknown[]) => ({ recipient_emails: emails });

/**
 * What to do about somebody who subscribes anew and may be on the global list. Heed never puts anybody there without
 * putting them into their groups too: who is in none of those that are granted got there by themselves, and an old yes
 * does not lift that. Everybody else gets into every other group first, so that all else stays as it was for them.
 */
export function subscribed(
  lists: Lists,
  all: ReadonlySet<number>,
  granted: readonly number[],
): readonly Call[] {
  const { add, remove, ask, settings } = lists;
  const freed = granted.map((id) => remove(groupOf(id)));
  const lifted = (groups: Reply): readonly Call[] => {
    const left = groupsLeft(groups);
    if (!granted.some((id) => left.has(id))) return [ON_GLOBAL_LIST];
    const others = [...all].filter((id) => !granted.includes(id));
    return [...others.map((id) => add(groupOf(id))), remove(GLOBAL), ...freed];
  };
  const found = (reply: Reply): readonly Call[] => {
    if (!isSuppressed(reply)) return freed;
    return settings.liftGlobalStop ? [ask('/v3/asm/suppressions', lifted)] : [ON_GLOBAL_LIST];
  };
  return granted.length > 0 ? [ask(GLOBAL, found)] : [];
}

const ON_GLOBAL_LIST: Call = { outcome: { kind: 'needs-user-action', reason: 'on-global-list' } };
