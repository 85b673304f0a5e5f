import type { Call, Delivery } from '../destination.ts';
import { isJson } from '../json.ts';
import { NOBODY } from './replies.ts';
import type { Settings } from './settings.ts';
import { whomOf } from './users.ts';

/**
 * Deletes the user and all events, in Iterable's own time. Not `forget`, which would keep her out for good, should she come
 * back herself. Whoever adds her anew adds her with every subscription: nothing else may.
 */
export function erase(delivery: Delivery, settings: Settings): readonly Call[] {
  const whom = whomOf(delivery, settings);
  if (!whom) return [];
  const path =
    'email' in whom
      ? `/api/users/${encodeURIComponent(whom.email)}`
      : `/api/users/byUserId/${encodeURIComponent(whom.userId)}`;
  return [
    {
      ...{ method: 'DELETE', path },
      interpret: ({ status, body }) =>
        status === 404 || (isJson(body) && NOBODY.has(body['code'])) ? { kind: 'delivered' } : undefined,
    },
  ];
}
