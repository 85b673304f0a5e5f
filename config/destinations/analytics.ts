import type { Declaration } from '../../lib/config.ts';
import { processor } from './recipient.ts';

/** Customer data, analytics and warehouses. */
export const analytics = {
  segment: {
    recipient: {
      ...processor,
      name: 'Twilio Segment',
      country: 'IE',
      contact: 'privacy+segment@acme.example',
    },
    settings: {
      region: 'eu',
      topics: {
        'acme/newsletter': 'acme_newsletter',
        'acme/offers': 'acme_offers',
        'acme/data-sharing': 'acme_data_sharing',
        'orbit/newsletter': 'orbit_newsletter',
        'orbit/events': 'orbit_events',
      },
      preferences: { 'acme/newsletter.frequency': 'acme_newsletter_frequency' },
    },
  },
  mparticle: {
    recipient: {
      ...processor,
      name: 'mParticle',
      country: 'DE',
      contact: 'privacy+mparticle@acme.example',
    },
    settings: {
      pod: 'eu1',
      topics: { 'acme/newsletter': 'acme_newsletter', 'acme/offers': 'acme_offers' },
      purposes: {
        'acme/newsletter': { email: 'email_acme_newsletter', sms: 'sms_acme_newsletter' },
        'orbit/newsletter': { email: 'email_orbit_newsletter' },
      },
      dataSale: { topic: 'acme/data-sharing', channel: 'email' },
    },
  },
  amplitude: {
    recipient: {
      ...processor,
      name: 'Amplitude',
      country: 'DE',
      contact: 'privacy+amplitude@acme.example',
    },
    settings: {
      region: 'eu',
      topics: {
        'acme/newsletter': 'acme_newsletter',
        'acme/offers': 'acme_offers',
        'orbit/newsletter': 'orbit_newsletter',
      },
      preferences: { 'acme/newsletter.frequency': 'acme_newsletter_frequency' },
    },
  },
  pendo: {
    recipient: {
      ...processor,
      name: 'Pendo',
      country: 'US',
      contact: 'privacy+pendo@acme.example',
      safeguards: 'standard contractual clauses',
    },
    settings: {
      topics: {
        'acme/newsletter': {
          email: {
            choice: 'pref_email_newsletter',
            time: 'pref_email_newsletter_at',
            notice: 'pref_email_newsletter_notice',
          },
          push: 'pref_push_newsletter',
        },
        'acme/offers': { email: 'pref_email_offers', push: 'pref_push_offers' },
      },
    },
  },
  snowflake: {
    recipient: {
      ...processor,
      name: 'Snowflake',
      country: 'DE',
      contact: 'privacy+snowflake@acme.example',
    },
    settings: { account: 'ACME-PROD', database: 'PREFERENCES', warehouse: 'HEED', role: 'HEED_WRITER' },
  },
  databricks: {
    recipient: {
      ...processor,
      name: 'Databricks',
      country: 'DE',
      contact: 'privacy+databricks@acme.example',
    },
    settings: {
      host: 'acme.cloud.databricks.com',
      warehouseId: 'abc123def4567890',
      catalog: 'preferences',
      schema: 'heed',
    },
  },
} satisfies Declaration['destinations'];
