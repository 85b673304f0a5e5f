import type { Call, Delivery } from '../destination.ts';
import { nobodyIn, pathOf } from './members.ts';
import type { Settings } from './settings.ts';

/**
 * Deletes the contact of every audience for good: what is personal goes, and the address cannot be imported again; only
 * the person can come back, by a form. Where there is none any more Mailchimp answers 404, as it does where there is no
 * such audience: that is asked, so that a mistyped id does not pass for an erasure.
 */
export const erase = ({ identifiers: { email } }: Delivery, { audiences }: Settings): readonly Call[] =>
  email === undefined ? [] : Object.keys(audiences).map((id) => eraseIn(id, email));

const eraseIn = (audience: string, email: string): Call => ({
  method: 'POST',
  path: `${pathOf(audience, email)}/actions/delete-permanent`,
  interpret: ({ status }) => (status === 204 || status === 404 ? { kind: 'delivered' } : undefined),
  next: ({ status }) => (status === 404 ? [nobodyIn(audience, [])] : []),
});
