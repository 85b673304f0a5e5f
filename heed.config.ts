import { destinations } from './config/destinations/index.ts';
import { preferenceKeys } from './config/preference-keys.ts';
import { purposes } from './config/purposes.ts';
import { sources } from './config/sources.ts';
import { topics } from './config/topics.ts';
import { defineConfig } from './lib/config.ts';
import notices from './notices/digests.json' with { type: 'json' };

/**
 * What this company asks its customers, who may say what, and who must be told. Edit, then `npm start` or `npm run deploy`.
 * What grows with the company has a file of its own in `config/`.
 */
export default defineConfig({
  schemas: 'https://schemas.acme.example/heed',
  brands: { acme: { title: 'Acme' }, orbit: { title: 'Orbit' } },
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  controllers: {
    acme: {
      name: 'Acme A/S',
      address: 'Cykelgade 1, 1620 København V, Denmark',
      contact: 'Data protection officer',
      email: 'privacy@acme.example',
      phone: '+45 32 12 34 56',
      type: 'company',
      url: 'https://www.acme.example',
    },
  },
  purposes,
  topics,
  preferenceKeys,
  identifiers: {
    email: { type: 'email', lowerCase: 'all' },
    phone: { type: 'phone', defaultCountry: 'DK' },
    /** The company's own customer number. */
    customer: { type: 'id' },
    salesforce: { type: 'id' },
    loginradius: { type: 'id' },
    'akamai-identity-cloud': { type: 'id' },
    hubspot: { type: 'id' },
    'sap-customer-data-cloud': { type: 'id' },
  },
  notices,
  preferenceCentre: {
    notice: { id: 'marketing', version: '4' },
    jurisdiction: 'DK',
    languages: ['en', 'da', 'de', 'es', 'fr', 'ar'],
    languageKey: 'language',
    /** Sites that embed <heed-preferences>. */
    origins: ['https://www.acme.example', 'https://www.orbit.example'],
    signal: ['acme/data-sharing'],
    help: 'https://www.acme.example/help',
  },
  confirmations: { from: 'Acme <preferences@acme.example>' },
  keywords: {
    source: 'text-messages',
    channel: 'sms',
    snsTopics: ['arn:aws:sns:eu-central-1:111122223333:inbound-sms'],
  },
  sources,
  personalEvidence: [],
  destinations,
});
