import type { Declaration } from '../../lib/config.ts';
import { processor } from './recipient.ts';

/** What sends e-mail, text messages and pushes. */
export const messaging = {
  braze: {
    recipient: { ...processor, name: 'Braze', country: 'DE', contact: 'privacy+braze@acme.example' },
    settings: {
      host: 'rest.fra-01.braze.eu',
      groups: {
        'acme/newsletter': {
          email: '4d1e6a0e-0000-4000-8000-000000000001',
          sms: '4d1e6a0e-0000-4000-8000-000000000002',
        },
        'acme/offers': {
          email: '4d1e6a0e-0000-4000-8000-000000000003',
          sms: '4d1e6a0e-0000-4000-8000-000000000004',
        },
        'orbit/newsletter': '4d1e6a0e-0000-4000-8000-000000000005',
      },
    },
  },
  'customer-io': {
    recipient: {
      ...processor,
      name: 'Customer.io',
      country: 'US',
      contact: 'privacy+customer-io@acme.example',
      safeguards: 'standard contractual clauses',
    },
    settings: {
      topics: {
        'acme/newsletter': { email: 1, sms: 2, push: 3 },
        'acme/offers': { email: 4, sms: 5, push: 6 },
        'orbit/newsletter': 7,
        'orbit/events': 8,
      },
    },
  },
  iterable: {
    recipient: {
      ...processor,
      name: 'Iterable',
      country: 'US',
      contact: 'privacy+iterable@acme.example',
      safeguards: 'standard contractual clauses',
    },
    settings: {
      messageTypes: {
        'acme/newsletter': { email: 30101, sms: 30201, push: 30301 },
        'acme/offers': { email: 30102, sms: 30202, push: 30302 },
        'acme/surveys': 30103,
        'orbit/newsletter': 30104,
      },
    },
  },
  klaviyo: {
    recipient: {
      ...processor,
      name: 'Klaviyo',
      country: 'US',
      contact: 'privacy+klaviyo@acme.example',
      safeguards: 'standard contractual clauses',
    },
    settings: {
      lists: {
        'acme/newsletter': { email: 'Y6nRLr', sms: 'XkTn4v' },
        'acme/offers': { email: 'RxVq2d', sms: 'TzWs9p' },
        'orbit/newsletter': 'UbNc7m',
      },
    },
  },
  mailchimp: {
    recipient: {
      ...processor,
      name: 'Intuit Mailchimp',
      country: 'US',
      contact: 'privacy+mailchimp@acme.example',
      safeguards: 'standard contractual clauses',
    },
    settings: {
      audiences: {
        a1b2c3d4e5: {
          'acme/newsletter': '9143cf3bd1',
          'acme/offers': '3a2a927344',
          'acme/surveys': 'f9f8482517',
        },
        b1b2c3d4e5: 'orbit/newsletter',
      },
    },
  },
  sendgrid: {
    recipient: {
      ...processor,
      name: 'Twilio SendGrid',
      country: 'US',
      contact: 'privacy+sendgrid@acme.example',
      safeguards: 'standard contractual clauses',
    },
    settings: { groups: { 'acme/newsletter': 14101, 'acme/offers': 14102, 'orbit/newsletter': 14103 } },
  },
  ses: {
    recipient: {
      ...processor,
      name: 'Amazon Web Services',
      country: 'DE',
      contact: 'privacy+ses@acme.example',
    },
    settings: {
      region: 'eu-central-1',
      contactList: 'acme',
      topics: {
        'acme/newsletter': 'newsletter',
        'acme/offers': 'offers',
        'acme/surveys': 'surveys',
        'orbit/newsletter': 'orbit-newsletter',
        'orbit/events': 'orbit-events',
      },
      snsTopics: ['arn:aws:sns:eu-central-1:111122223333:ses-events'],
    },
  },
} satisfies Declaration['destinations'];
