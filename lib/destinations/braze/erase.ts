import type { Call, Delivery } from '../destination.ts';
import { textIn } from '../json.ts';
import { usersIn } from './replies.ts';
import { findUsers, type Whom } from './requests.ts';

/** Deletes every user who has the address, the number or the company's own id, by Braze's ids: several may have one. */
export const erase = ({ identifiers }: Delivery): readonly Call[] =>
  KINDS.flatMap(([kind, by]) => {
    const value = identifiers[kind];
    return value === undefined ? [] : [eraseBy({ by, value })];
  });

const KINDS: readonly (readonly [kind: string, by: Whom['by']])[] = [
  ['customer', 'external_id'],
  ['email', 'email'],
  ['phone', 'phone'],
];

const eraseBy = (whom: Whom): Call =>
  findUsers(
    whom,
    (reply) => {
      const ids = usersIn(reply)?.map((user) => textIn(user, 'braze_id'));
      if (!ids?.every((id) => id !== undefined))
        return [{ outcome: { kind: 'failed', reason: 'unreadable-reply' } }];
      return ids.length > 0 ? deletions(ids) : [{ outcome: { kind: 'delivered' } }];
    },
    ['braze_id'],
  );

/** As many as one request may name: https://www.braze.com/docs/api/endpoints/user_data/post_user_delete */
const MOST = 50;

const deletions = (ids: readonly string[]): readonly Call[] =>
  Array.from({ length: Math.ceil(ids.length / MOST) }, (_, n) => ({
    method: 'POST' as const,
    path: '/users/delete',
    body: { braze_ids: ids.slice(n * MOST, (n + 1) * MOST) },
  }));
