import type { Declaration } from '../../lib/config.ts';
import { processor } from './recipient.ts';

/** Systems for customer relations. */
export const crm = {
  salesforce: {
    recipient: {
      ...processor,
      name: 'Salesforce',
      country: 'DE',
      contact: 'privacy+salesforce@acme.example',
    },
    settings: {
      instanceUrl: 'https://acme.my.salesforce.com',
      topics: {
        'acme/newsletter': 'Newsletter',
        'acme/offers': 'Offers',
        'acme/surveys': 'Surveys',
        'orbit/newsletter': 'Orbit newsletter',
        'orbit/events': 'Orbit events',
      },
    },
  },
  dynamics: {
    recipient: { ...processor, name: 'Microsoft', country: 'NL', contact: 'privacy+dynamics@acme.example' },
    settings: {
      environmentUrl: 'https://acme.crm4.dynamics.com',
      tenant: '11111111-2222-4333-8444-555555555555',
      topics: {
        'acme/newsletter': {
          purpose: '10000000-0000-0000-0000-000000000003',
          topic: 'a1b2c3d4-0000-4000-8000-000000000001',
        },
        'acme/offers': {
          purpose: '10000000-0000-0000-0000-000000000003',
          topic: 'a1b2c3d4-0000-4000-8000-000000000002',
        },
        'orbit/events': { purpose: 'a1b2c3d4-0000-4000-8000-000000000003' },
      },
    },
  },
  'sap-marketing-cloud': {
    recipient: {
      ...processor,
      name: 'SAP',
      country: 'DE',
      contact: 'privacy+sap-marketing-cloud@acme.example',
    },
    settings: {
      host: 'https://my300000-api.s4hana.ondemand.com',
      topics: {
        'acme/newsletter': 'ACME_NEWS',
        'acme/offers': 'ACME_OFFERS',
        'orbit/events': 'ORBIT_EVENTS',
      },
    },
  },
  'sap-sales-cloud': {
    recipient: {
      ...processor,
      name: 'SAP',
      country: 'DE',
      contact: 'privacy+sap-sales-cloud@acme.example',
    },
    settings: {
      host: 'my123456.crm.ondemand.com',
      values: { granted: '101', withdrawn: '102' },
      topics: {
        'acme/newsletter': { email: 'NewsletterEmail_KUT' },
        'acme/offers': { email: 'OffersEmail_KUT', phone: 'OffersPhone_KUT' },
      },
    },
  },
  hubspot: {
    recipient: { ...processor, name: 'HubSpot', country: 'DE', contact: 'privacy+hubspot@acme.example' },
    settings: { subscriptions: { 'acme/newsletter': 1001, 'acme/offers': 1002, 'acme/surveys': 1003 } },
  },
} satisfies Declaration['destinations'];
