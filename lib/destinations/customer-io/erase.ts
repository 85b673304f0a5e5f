import type { Call, Delivery } from '../destination.ts';
import type { Settings } from './settings.ts';

/**
 * Deletes the profile of her number and of her address. Never `suppress`, which would keep her out for good, should she come
 * back herself. A number is taken for an id there, so that by a phone number alone nobody can be deleted:
 * https://docs.customer.io/integrations/api/track/tag/track-customers/delete/
 */
export const deletions = ({ identifiers }: Delivery, { identifyBy }: Settings): readonly Call[] =>
  (['id', 'email'] as const).flatMap((name) => {
    const value = identifiers[name === 'id' ? 'customer' : 'email'];
    return value === undefined || !identifyBy.includes(name) ? [] : [deletion(value)];
  });

const deletion = (value: string): Call => ({
  method: 'DELETE',
  path: `/api/v1/customers/${encodeURIComponent(value)}`,
});
