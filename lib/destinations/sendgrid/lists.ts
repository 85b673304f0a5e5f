import type { Call, Reply } from '../destination.ts';
import { groupsLeft, isSuppressed, leftOrNeverThere } from './replies.ts';
import type { Settings } from './settings.ts';

/** Who is on it gets no mail at all, of whatever group or of none. */
export const GLOBAL = '/v3/asm/suppressions/global';

export const groupOf = (id: number): string => `/v3/asm/groups/${id}/suppressions`;

/** One address, which requests put on a list of those who get no mail, take off it, or look for there. */
export interface Address {
  readonly items: readonly [string];
  readonly encoded: string;
  readonly speaking: { readonly headers?: Readonly<Record<string, string>> };
  readonly settings: Settings;
}

export const addressOf = (email: string, settings: Settings): Address => ({
  items: [email],
  encoded: encodeURIComponent(email),
  settings,
  speaking: settings.subuser === undefined ? {} : { headers: { 'on-behalf-of': settings.subuser } },
});

type Next = (reply: Reply) => readonly Call[];

export const askForGroups = ({ speaking }: Address, next: Next): Call => ({
  method: 'GET',
  path: '/v3/asm/groups',
  next,
  ...speaking,
});

const ask = ({ encoded, speaking }: Address, list: string, next: Next): Call => ({
  method: 'GET',
  path: `${list}/${encoded}`,
  next,
  ...speaking,
});

export const add = ({ items, speaking }: Address, path: string): Call => ({
  method: 'POST',
  path,
  items,
  wrap: listed,
  split: byStatus,
  ...speaking,
});

const remove = ({ items, encoded, speaking }: Address, list: string): Call => ({
  method: 'DELETE',
  path: `${list}/${encoded}`,
  items,
  wrap: byStatus,
  split: leftOrNeverThere,
  ...speaking,
});

const listed = (emails: readonly unknown[]) => ({ recipient_emails: emails });
const byStatus = (): undefined => undefined;

/** Those who subscribe to these groups, of all there are. */
export function subscribe(
  address: Address,
  granted: readonly number[],
  all: readonly number[],
): readonly Call[] {
  if (granted.length === 0) return [];
  return [ask(address, GLOBAL, (reply) => freed(address, granted, isSuppressed(reply) ? all : undefined))];
}

/** `all` the groups there are, of somebody on the global list. */
function freed(
  address: Address,
  granted: readonly number[],
  all: readonly number[] | undefined,
): readonly Call[] {
  if (!all) return granted.map((id) => remove(address, groupOf(id)));
  if (!address.settings.liftGlobalStop) return [ON_GLOBAL_LIST];
  return [ask(address, '/v3/asm/suppressions', (reply) => lifted(address, granted, { all, reply }))];
}

/**
 * What to do about somebody on the global list who subscribes anew. Heed never puts anybody there without putting them
 * into their groups too: who is in none of those that are granted got there by themselves, and an old yes does not lift
 * that. Everybody else gets into every other group first, so that all else stays as it was for them.
 */
function lifted(
  address: Address,
  granted: readonly number[],
  { all, reply }: { readonly all: readonly number[]; readonly reply: Reply },
): readonly Call[] {
  const left = groupsLeft(reply);
  if (!granted.some((id) => left.includes(id))) return [ON_GLOBAL_LIST];
  const others = all.filter((id) => !granted.includes(id));
  return [
    ...others.map((id) => add(address, groupOf(id))),
    remove(address, GLOBAL),
    ...granted.map((id) => remove(address, groupOf(id))),
  ];
}

const ON_GLOBAL_LIST: Call = { outcome: { kind: 'needs-user-action', reason: 'on-global-list' } };
