import type { Declaration } from '../../lib/config.ts';
import { processor } from './recipient.ts';

/** Customer identity. */
export const identity = {
  'sap-customer-data-cloud': {
    recipient: {
      ...processor,
      name: 'SAP',
      country: 'DE',
      contact: 'privacy+sap-customer-data-cloud@acme.example',
    },
    settings: {
      dataCenter: 'eu1',
      apiKey: '3_Site',
      topics: {
        'acme/newsletter': {
          email: { subscription: 'newsletter' },
          sms: { consent: 'marketing.sms.newsletter' },
        },
        'acme/offers': { email: { subscription: 'offers' } },
        'acme/data-sharing': { email: { consent: 'sharing.partners' } },
      },
    },
  },
  'akamai-identity-cloud': {
    recipient: {
      ...processor,
      name: 'Akamai',
      country: 'DE',
      contact: 'privacy+akamai-identity-cloud@acme.example',
    },
    settings: {
      host: 'acme.eu.janraincapture.com',
      topics: {
        'acme/newsletter': { email: 'newsletterEmail', sms: 'newsletterSms' },
        'acme/offers': { email: 'offersEmail' },
      },
    },
  },
  loginradius: {
    recipient: {
      ...processor,
      name: 'LoginRadius',
      country: 'US',
      contact: 'privacy+loginradius@acme.example',
      safeguards: 'standard contractual clauses',
    },
    settings: {
      topics: {
        'acme/newsletter': {
          email: { choice: 'pref_newsletter_email', evidence: 'pref_newsletter_email_evidence' },
        },
        'acme/offers': { email: 'pref_offers_email', sms: 'pref_offers_sms' },
      },
    },
  },
} satisfies Declaration['destinations'];
