import type { Call, Delivery } from '../destination.ts';
import { telling } from './requests.ts';
import type { Settings } from './settings.ts';
import { translate } from './tell.ts';

/**
 * Takes her off the lists at once and asks for her profiles to be deleted, one job for each identifier: more in one is
 * refused. No job unsubscribes her first: done after the deletion, it would make a profile of her anew.
 */
export const erase = (delivery: Delivery, settings: Settings): readonly Call[] => [
  ...translate({ ...delivery, stoppedAll: [] }, settings),
  ...KINDS.flatMap(([kind, field]) => {
    const value = delivery.identifiers[kind];
    return value === undefined ? [] : [deletion({ [field]: value }, settings)];
  }),
];

const KINDS = [
  ['email', 'email'],
  ['phone', 'phone_number'],
] as const;

const deletion = (attributes: Readonly<Record<string, string>>, settings: Settings): Call => ({
  method: 'POST',
  path: '/api/data-privacy-deletion-jobs',
  headers: telling(settings),
  body: {
    data: {
      type: 'data-privacy-deletion-job',
      attributes: { profile: { data: { type: 'profile', attributes } } },
    },
  },
});
