import type { Call, Reply } from '../destination.ts';
import { isSuppressed, leftOrNeverThere } from './replies.ts';
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
 * What to do about somebody who subscribes anew and may be on the global list: into every group but those granted, then
 * off it, so that everything else stays as it was for them. Mail that belongs to no group cannot be kept back then.
 */
export const lifted =
  ({ add, remove, settings }: Lists, all: ReadonlySet<number>, granted: readonly number[]) =>
  (reply: Reply): readonly Call[] => {
    if (!isSuppressed(reply)) return [];
    if (!settings.liftGlobalStop)
      return [{ outcome: { kind: 'needs-user-action', reason: 'on-global-list' } }];
    const others = [...all].filter((id) => !granted.includes(id));
    return [...others.map((id) => add(groupOf(id))), remove(GLOBAL)];
  };
