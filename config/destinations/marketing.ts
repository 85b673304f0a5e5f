import type { Declaration } from '../../lib/config.ts';
import { processor } from './recipient.ts';

/** Suites for marketing automation. */
export const marketing = {
  'acoustic-campaign': {
    recipient: {
      ...processor,
      name: 'Acoustic',
      country: 'DE',
      contact: 'privacy+acoustic-campaign@acme.example',
    },
    settings: {
      pod: 'eu-1',
      database: 45654,
      topics: {
        'acme/newsletter': { email: 'PREF_NEWSLETTER', sms: '1101' },
        'acme/offers': { email: 'PREF_OFFERS', sms: '1102' },
        'orbit/newsletter': { email: 'PREF_ORBIT_NEWSLETTER' },
      },
      evidence: { time: '_AT', text: '_SRC' },
      stopColumn: 'HEED_STOP',
    },
  },
  responsys: {
    recipient: { ...processor, name: 'Oracle', country: 'NL', contact: 'privacy+responsys@acme.example' },
    settings: {
      loginUrl: 'https://login2.responsys.net',
      list: 'CONTACTS_LIST',
      extension: 'HEED_CHOICES',
      topics: {
        'acme/newsletter': { email: 'NEWSLETTER_EMAIL', sms: 'NEWSLETTER_SMS' },
        'acme/offers': { email: 'OFFERS_EMAIL', sms: 'OFFERS_SMS' },
        'orbit/events': { email: 'EVENTS_EMAIL' },
      },
      evidence: { time: '_AT', text: '_SRC' },
    },
  },
  eloqua: {
    recipient: { ...processor, name: 'Oracle', country: 'NL', contact: 'privacy+eloqua@acme.example' },
    settings: {
      baseUrl: 'https://secure.p03.eloqua.com',
      groups: { 'acme/newsletter': 7, 'acme/offers': 8, 'orbit/newsletter': 9, 'orbit/events': 10 },
    },
  },
  'sap-emarsys': {
    recipient: {
      ...processor,
      name: 'SAP Emarsys',
      country: 'DE',
      contact: 'privacy+sap-emarsys@acme.example',
    },
    settings: {
      topics: {
        'acme/newsletter': { email: '10101', sms: '10102' },
        'acme/offers': { email: '10103', sms: '10104' },
        'orbit/newsletter': { email: '10105' },
      },
    },
  },
  sfmc: {
    recipient: { ...processor, name: 'Salesforce', country: 'DE', contact: 'privacy+sfmc@acme.example' },
    settings: {
      subdomain: 'mc-acme',
      lists: {
        'acme/newsletter': 4711,
        'acme/offers': 4712,
        'orbit/newsletter': 4713,
        'orbit/events': 4714,
      },
      evidence: { dataExtension: 'heed-consents' },
      globalLists: [4700],
    },
  },
  marketo: {
    recipient: { ...processor, name: 'Adobe', country: 'NL', contact: 'privacy+marketo@acme.example' },
    settings: {
      munchkin: '123-ABC-456',
      topics: {
        'acme/newsletter': {
          email: {
            choice: 'prefEmailNewsletter',
            time: 'prefEmailNewsletterAt',
            source: 'prefEmailNewsletterSource',
            notice: 'prefEmailNewsletterNotice',
          },
        },
        'acme/offers': { email: 'prefEmailOffers', sms: 'prefSmsOffers' },
      },
    },
  },
} satisfies Declaration['destinations'];
