import type { Call } from '../destination.ts';
import { contactsIn, foundNobody } from './replies.ts';
import { EMAIL, OPT_IN, type Settings } from './settings.ts';

const NO = '2';
export const OPTED_OUT = { [OPT_IN]: NO };
const OPTED_IN = { [OPT_IN]: '1' };

/** The contact that a grant on e-mail is for. */
export interface Grant {
  readonly email: string;
  /** Writes it, with these fields beside its topics'. */
  readonly put: (fields: Readonly<Record<string, string>>) => Call;
}

/**
 * Looks before it writes, because no grant of one topic may undo an unsubscribe from everything that the person made at
 * Emarsys itself: only a stop that Heed has marked as its own is lifted.
 */
export function afterLooking(settings: Settings, grant: Grant): Call {
  const { stopField } = settings;
  const fields = stopField === undefined ? [OPT_IN] : [OPT_IN, stopField];
  return {
    method: 'POST',
    path: '/contact/getdata',
    lookup: true,
    body: { keyId: EMAIL, keyValues: [grant.email], fields },
    interpret: foundNobody,
    next: (reply) => {
      const contacts = contactsIn(reply);
      return contacts ? told(settings, grant, contacts[0] ?? {}) : [answer('failed', 'unreadable-reply')];
    },
  };
}

function told(
  { stopField = '', optInWithGrant }: Settings,
  { put }: Grant,
  contact: Readonly<Record<string, unknown>>,
): readonly Call[] {
  const optIn = contact[OPT_IN] ?? '';
  if (optIn !== NO) return [put(optInWithGrant && optIn === '' ? OPTED_IN : {})];
  const isOurs = (contact[stopField] ?? '') !== '';
  return isOurs
    ? [put({ ...OPTED_IN, [stopField]: '' })]
    : [put({}), answer('needs-user-action', 'opted-out-at-emarsys')];
}

const answer = (kind: 'needs-user-action' | 'failed', reason: string): Call => ({
  outcome: { kind, reason },
});
