import { defineConfig } from './lib/config.ts';
import notices from './notices/digests.json' with { type: 'json' };

/** What this company asks its customers, who may say what, and who must be told. Edit, then `npm start` or `npm run deploy`. */
export default defineConfig({
  schemas: 'https://schemas.acme.example/heed',
  brands: { acme: { title: 'Acme' }, orbit: { title: 'Orbit' } },
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  purposes: {
    marketing: {
      title: 'Direct marketing',
      controller: 'Acme A/S',
      retention: 'P3Y',
      recipients: ['CRM', 'e-mail service'],
      jurisdiction: ['DK', 'EU'],
    },
    research: {
      title: 'Customer research',
      controller: 'Acme A/S',
      retention: 'P1Y',
      recipients: [],
      jurisdiction: ['DK', 'EU'],
    },
    sharing: {
      title: 'Sharing data with partners',
      controller: 'Acme A/S',
      retention: 'P1Y',
      recipients: ['partners'],
      jurisdiction: ['DK', 'EU', 'US-CA'],
    },
  },
  topics: {
    'acme/newsletter': {
      title: 'Newsletter',
      purpose: 'marketing',
      offeredOn: ['email', 'sms', 'push', 'post'],
    },
    'acme/offers': {
      title: 'Offers',
      purpose: 'marketing',
      offeredOn: ['email', 'sms', 'phone', 'push', 'post'],
    },
    'acme/surveys': {
      title: 'Surveys',
      purpose: 'research',
      expiresAfterDays: 730,
      offeredOn: ['email', 'phone'],
    },
    'acme/data-sharing': { title: 'Sharing my data with partners', purpose: 'sharing', offeredOn: ['*'] },
    'orbit/newsletter': { title: 'Orbit newsletter', purpose: 'marketing', offeredOn: ['email', 'push'] },
    'orbit/events': {
      title: 'Orbit events',
      purpose: 'marketing',
      offeredOn: ['email', 'sms'],
      doubleOptIn: { channels: ['email'], withinDays: 7 },
    },
  },
  preferenceKeys: {
    'acme/newsletter.frequency': { title: 'How often', values: ['daily', 'weekly', 'monthly'] },
    'interest.cycling': { title: 'Cycling', values: ['like', 'dislike', 'none'] },
    'interest.running': { title: 'Running', values: ['like', 'dislike', 'none'] },
    language: { title: 'Language', values: ['en', 'da', 'de', 'es', 'fr', 'ar'] },
  },
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
  sources: {
    'text-messages': {
      title: 'Text message',
      actors: ['subject'],
      topics: ['*'],
      channels: ['sms'],
      states: ['granted', 'withdrawn'],
    },
    'preference-center': {
      title: 'Preference centre',
      actors: ['subject'],
      topics: ['*'],
      channels: ['*'],
      states: ['granted', 'withdrawn', 'pending'],
      preferences: ['*'],
      identifiers: ['email', 'phone'],
      owns: ['*'],
    },
    'call-centre': {
      title: 'Call centre',
      actors: ['agent', 'subject'],
      topics: ['*'],
      channels: ['*'],
      states: ['granted', 'withdrawn'],
      preferences: ['*'],
      identifiers: ['*'],
    },
    'crm-import': {
      title: 'Historical consents from the CRM',
      actors: ['import', 'system'],
      topics: ['*'],
      channels: ['*'],
      states: ['granted', 'withdrawn'],
      identifiers: ['*'],
    },
    hubspot: {
      title: 'HubSpot',
      actors: ['subject', 'system'],
      topics: ['acme/*'],
      channels: ['email'],
      states: ['granted', 'withdrawn'],
    },
    salesforce: {
      title: 'Salesforce',
      actors: ['subject', 'system'],
      topics: ['*'],
      channels: ['email', 'sms', 'phone', 'post'],
      states: ['withdrawn'],
    },
    sendgrid: {
      title: 'SendGrid',
      actors: ['subject', 'system'],
      topics: ['*'],
      channels: ['email'],
      states: ['granted', 'withdrawn'],
    },
    ses: {
      title: 'Amazon SES',
      actors: ['subject', 'system'],
      topics: ['*'],
      channels: ['email'],
      states: ['granted', 'withdrawn'],
    },
    klaviyo: {
      title: 'Klaviyo',
      actors: ['subject'],
      topics: ['*'],
      channels: ['email', 'sms'],
      states: ['withdrawn'],
    },
    responsys: {
      title: 'Oracle Responsys',
      actors: ['subject'],
      topics: ['*'],
      channels: ['email', 'sms'],
      states: ['withdrawn'],
    },
    dynamics: {
      title: 'Dynamics 365',
      actors: ['subject', 'system'],
      topics: ['*'],
      channels: ['email', 'sms', 'phone', 'post'],
      states: ['granted', 'withdrawn'],
    },
    segment: {
      title: 'Segment',
      actors: ['subject', 'system'],
      topics: ['*'],
      channels: ['*'],
      states: ['granted', 'withdrawn'],
    },
    mailchimp: {
      title: 'Mailchimp',
      actors: ['subject'],
      topics: ['*'],
      channels: ['email'],
      states: ['withdrawn'],
    },
    'sap-customer-data-cloud': {
      title: 'SAP Customer Data Cloud',
      actors: ['subject', 'system'],
      topics: ['*'],
      channels: ['*'],
      states: ['granted', 'withdrawn'],
    },
    'customer-io': {
      title: 'Customer.io',
      actors: ['subject', 'system'],
      topics: ['*'],
      channels: ['email', 'sms', 'push'],
      states: ['granted', 'withdrawn'],
    },
    eloqua: {
      title: 'Oracle Eloqua',
      actors: ['subject'],
      topics: ['*'],
      channels: ['email'],
      states: ['withdrawn'],
    },
    braze: {
      title: 'Braze',
      actors: ['subject'],
      topics: ['*'],
      channels: ['email', 'sms'],
      states: ['withdrawn'],
    },
    'akamai-identity-cloud': {
      title: 'Akamai Identity Cloud',
      actors: ['subject', 'system'],
      topics: ['acme/*'],
      channels: ['*'],
      states: ['granted', 'withdrawn'],
    },
    loginradius: {
      title: 'LoginRadius',
      actors: ['subject', 'system'],
      topics: ['acme/*'],
      channels: ['*'],
      states: ['granted', 'withdrawn'],
    },
    iterable: {
      title: 'Iterable',
      actors: ['subject'],
      topics: ['*'],
      channels: ['email', 'sms', 'push'],
      states: ['withdrawn'],
    },
    sfmc: {
      title: 'Salesforce Marketing Cloud',
      actors: ['subject', 'system'],
      topics: ['*'],
      channels: ['email'],
      states: ['withdrawn'],
    },
    marketo: {
      title: 'Adobe Marketo Engage',
      actors: ['subject'],
      topics: ['*'],
      channels: ['*'],
      states: ['withdrawn'],
    },
  },
  personalEvidence: [],
  destinations: {
    webhook: { settings: { url: 'https://hooks.acme.example/heed' } },
    salesforce: {
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
    hubspot: {
      settings: { subscriptions: { 'acme/newsletter': 1001, 'acme/offers': 1002, 'acme/surveys': 1003 } },
    },
    sendgrid: {
      settings: { groups: { 'acme/newsletter': 14101, 'acme/offers': 14102, 'orbit/newsletter': 14103 } },
    },
    'sap-emarsys': {
      settings: {
        topics: {
          'acme/newsletter': { email: '10101', sms: '10102' },
          'acme/offers': { email: '10103', sms: '10104' },
          'orbit/newsletter': { email: '10105' },
        },
      },
    },
    ses: {
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
    snowflake: {
      settings: { account: 'ACME-PROD', database: 'PREFERENCES', warehouse: 'HEED', role: 'HEED_WRITER' },
    },
    databricks: {
      settings: {
        host: 'acme.cloud.databricks.com',
        warehouseId: 'abc123def4567890',
        catalog: 'preferences',
        schema: 'heed',
      },
    },
    klaviyo: {
      settings: {
        lists: {
          'acme/newsletter': { email: 'Y6nRLr', sms: 'XkTn4v' },
          'acme/offers': { email: 'RxVq2d', sms: 'TzWs9p' },
          'orbit/newsletter': 'UbNc7m',
        },
      },
    },
    'quick-base': {
      settings: {
        realm: 'acme',
        table: 'bck7gp3q2',
        fields: { key: 6, customer: 7, channel: 8, topic: 9, state: 10, time: 11, source: 12, notice: 13 },
        topics: {
          'acme/newsletter': 'Newsletter',
          'acme/offers': 'Offers',
          'orbit/newsletter': 'Orbit newsletter',
        },
      },
    },
    responsys: {
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
    workato: { settings: { url: 'https://apim.workato.com/acme/heed-v1/preferences' } },
    pagerduty: { settings: { source: 'heed' } },
    outsystems: {
      settings: { url: 'https://acme.outsystemsenterprise.com/Preferences/rest/Heed/Changed' },
    },
    dynamics: {
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
    pendo: {
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
    segment: {
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
    'eventbridge-bus': {
      settings: { bus: 'arn:aws:events:eu-central-1:444455556666:event-bus/preferences-in' },
    },
    mailchimp: {
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
    mparticle: {
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
    marketo: {
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
    'sap-customer-data-cloud': {
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
    amplitude: {
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
    'sap-sales-cloud': {
      settings: {
        host: 'my123456.crm.ondemand.com',
        values: { granted: '101', withdrawn: '102' },
        topics: {
          'acme/newsletter': { email: 'NewsletterEmail_KUT' },
          'acme/offers': { email: 'OffersEmail_KUT', phone: 'OffersPhone_KUT' },
        },
      },
    },
    'customer-io': {
      settings: {
        topics: {
          'acme/newsletter': { email: 1, sms: 2, push: 3 },
          'acme/offers': { email: 4, sms: 5, push: 6 },
          'orbit/newsletter': 7,
          'orbit/events': 8,
        },
      },
    },
    eloqua: {
      settings: {
        baseUrl: 'https://secure.p03.eloqua.com',
        groups: { 'acme/newsletter': 7, 'acme/offers': 8, 'orbit/newsletter': 9, 'orbit/events': 10 },
      },
    },
    braze: {
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
    'akamai-identity-cloud': {
      settings: {
        host: 'acme.eu.janraincapture.com',
        topics: {
          'acme/newsletter': { email: 'newsletterEmail', sms: 'newsletterSms' },
          'acme/offers': { email: 'offersEmail' },
        },
      },
    },
    'sap-marketing-cloud': {
      settings: {
        host: 'https://my300000-api.s4hana.ondemand.com',
        topics: {
          'acme/newsletter': 'ACME_NEWS',
          'acme/offers': 'ACME_OFFERS',
          'orbit/events': 'ORBIT_EVENTS',
        },
      },
    },
    'acoustic-campaign': {
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
    loginradius: {
      settings: {
        topics: {
          'acme/newsletter': {
            email: { choice: 'pref_newsletter_email', evidence: 'pref_newsletter_email_evidence' },
          },
          'acme/offers': { email: 'pref_offers_email', sms: 'pref_offers_sms' },
        },
      },
    },
    iterable: {
      settings: {
        messageTypes: {
          'acme/newsletter': { email: 30101, sms: 30201, push: 30301 },
          'acme/offers': { email: 30102, sms: 30202, push: 30302 },
          'acme/surveys': 30103,
          'orbit/newsletter': 30104,
        },
      },
    },
    sfmc: {
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
  },
});
