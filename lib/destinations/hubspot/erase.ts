import type { Call, Delivery } from '../destination.ts';

/**
 * Deletes the contact for good and keeps its address out; an address that HubSpot does not know is kept out too. Twice is
 * once: https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/basic/post-crm-v3-objects-contacts-gdpr-delete
 */
export const erase = ({ identifiers: { email } }: Delivery): readonly Call[] =>
  email === undefined
    ? []
    : [
        {
          ...{ method: 'POST', path: '/crm/v3/objects/contacts/gdpr-delete' },
          body: { objectId: email, idProperty: 'email' },
          interpret: ({ status }) => (status === 204 ? { kind: 'delivered' } : undefined),
        },
      ];
