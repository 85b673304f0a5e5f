import { randomUUID } from 'node:crypto';
import type { Question } from './simulator.ts';

export type Channel = 'email' | 'sms';
type GroupState = 'subscribed' | 'unsubscribed';

/** What differs from workspace to workspace. */
export interface BrazeOptions {
  /** Subscription group → its channel; left out, there is any group, of the channel it is first spoken of on. */
  readonly groups?: Readonly<Record<string, Channel>>;
  /** Everybody who is asked for is a user. */
  readonly everyoneIsKnown?: boolean;
}

export interface User {
  /** Braze's own id. */
  readonly id: string;
  readonly externalId: string | undefined;
  readonly email: string | undefined;
  readonly phone: string | undefined;
  readonly groups: Map<string, GroupState>;
  attributes: Readonly<Record<string, unknown>>;
}

export interface Workspace {
  readonly options: BrazeOptions;
  readonly users: User[];
  /** Of addresses, whether a user has them or not. */
  readonly emailStates: Map<string, string>;
}

export interface Named {
  readonly externalId?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
}

export function enter({ users }: Workspace, { externalId, email, phone }: Named): User {
  const id = randomUUID().replaceAll('-', '').slice(0, 24);
  const user: User = { id, externalId, email, phone, groups: new Map(), attributes: {} };
  users.push(user);
  return user;
}

const isSame = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();

/** Users who go by any of these. */
export const usersWith = ({ users }: Workspace, named: Named): readonly User[] =>
  users.filter(
    ({ externalId, email, phone }) =>
      isSame(email, named.email) ||
      (phone !== undefined && phone === named.phone) ||
      (externalId !== undefined && externalId === named.externalId),
  );

export const emailStateOf = ({ emailStates }: Workspace, { email = '' }: User): string =>
  emailStates.get(email.toLowerCase()) ?? 'subscribed';

export const setEmailState = ({ emailStates }: Workspace, email: string, state: string): void =>
  void emailStates.set(email.toLowerCase(), state);

/** The topic is a group; mail reaches nobody who is unsubscribed from it as a whole. */
export function permitted(
  workspace: Workspace,
  { identifier, topic, channel }: Question,
): boolean | undefined {
  const users = usersWith(workspace, { email: identifier, phone: identifier, externalId: identifier });
  const answers = users.map((user) => {
    if (channel === 'email' && emailStateOf(workspace, user) === 'unsubscribed') return false;
    const state = user.groups.get(topic);
    return state && state === 'subscribed';
  });
  return answers.includes(true) || (answers.includes(false) ? false : undefined);
}

export const facts = (workspace: Workspace) => [
  ...workspace.users.flatMap(({ email, phone, externalId, groups }) =>
    [...groups].map(([topic, state]) => ({
      ...{ identifier: email ?? phone ?? externalId ?? '', topic, channel: 'group' },
      permitted: state === 'subscribed',
    })),
  ),
  ...[...workspace.emailStates].map(([identifier, state]) => ({
    ...{ identifier, topic: '*', channel: 'email', permitted: state !== 'unsubscribed' },
  })),
];
