import { defineConfig } from './lib/config.ts';
import notices from './notices/digests.json' with { type: 'json' };

/** Answers to whether something interests a person. */
const likings = {
  like: {
    en: 'Yes, please',
    da: 'Ja tak',
    de: 'Ja, gern',
    es: 'Sí, me interesa',
    fr: 'Oui, volontiers',
    ar: 'نعم، يهمني',
  },
  dislike: {
    en: 'No, thank you',
    da: 'Nej tak',
    de: 'Nein, danke',
    es: 'No, gracias',
    fr: 'Non, merci',
    ar: 'لا، شكرًا',
  },
  none: {
    en: 'No opinion',
    da: 'Ingen holdning',
    de: 'Keine Angabe',
    es: 'Sin preferencia',
    fr: 'Sans avis',
    ar: 'بلا تفضيل',
  },
};

/** What is the same of every system that acts on Acme's behalf. */
const processor = { role: 'processor', purpose: 'marketing', retention: 'P3Y' } as const;

/** What this company asks its customers, who may say what, and who must be told. Edit, then `npm start` or `npm run deploy`. */
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
  purposes: {
    marketing: {
      title: 'Direct marketing',
      type: 'https://w3id.org/dpv#DirectMarketing',
      controller: 'acme',
      retention: 'P3Y',
      recipients: ['CRM', 'e-mail service'],
      jurisdiction: ['DK', 'EU'],
      personalData: ['name', 'e-mail address', 'phone number', 'postal address', 'device'],
      storage: ['eu-central-1 (Frankfurt)'],
    },
    research: {
      title: 'Customer research',
      controller: 'acme',
      retention: 'P1Y',
      recipients: [],
      jurisdiction: ['DK', 'EU'],
      personalData: ['e-mail address', 'phone number', 'answers'],
      storage: ['eu-central-1 (Frankfurt)'],
    },
    sharing: {
      title: 'Sharing data with partners',
      controller: 'acme',
      retention: 'P1Y',
      recipients: ['partners'],
      jurisdiction: ['DK', 'EU', 'US-CA'],
      personalData: ['pseudonymous ids', 'interests', 'purchases'],
      storage: ['eu-central-1 (Frankfurt)'],
    },
  },
  topics: {
    'acme/newsletter': {
      title: {
        en: 'Newsletter',
        da: 'Nyhedsbrev',
        de: 'Newsletter',
        es: 'Boletín',
        fr: 'Lettre d’information',
        ar: 'النشرة الإخبارية',
      },
      description: {
        en: 'What is new at Acme, and stories from the people who ride and run with us.',
        da: 'Nyt fra Acme og historier fra dem, der cykler og løber med os.',
        de: 'Neues von Acme und Geschichten von Menschen, die mit uns Rad fahren und laufen.',
        es: 'Las novedades de Acme e historias de quienes pedalean y corren con nosotros.',
        fr: 'L’actualité d’Acme et les récits de celles et ceux qui roulent et courent avec nous.',
        ar: 'جديد Acme وقصص ممن يركبون الدراجات ويركضون معنا.',
      },
      purpose: 'marketing',
      offeredOn: ['email', 'sms', 'push', 'post'],
    },
    'acme/offers': {
      title: { en: 'Offers', da: 'Tilbud', de: 'Angebote', es: 'Ofertas', fr: 'Offres', ar: 'العروض' },
      description: {
        en: 'Discounts and early access to new products.',
        da: 'Rabatter og adgang til nye produkter før alle andre.',
        de: 'Rabatte und früher Zugang zu neuen Produkten.',
        es: 'Descuentos y acceso anticipado a nuevos productos.',
        fr: 'Des remises et un accès anticipé aux nouveaux produits.',
        ar: 'خصومات وفرصة مبكرة للحصول على المنتجات الجديدة.',
      },
      purpose: 'marketing',
      offeredOn: ['email', 'sms', 'phone', 'push', 'post'],
    },
    'acme/surveys': {
      title: {
        en: 'Surveys',
        da: 'Undersøgelser',
        de: 'Umfragen',
        es: 'Encuestas',
        fr: 'Enquêtes',
        ar: 'الاستبيانات',
      },
      description: {
        en: 'A few short questions now and then about what you think of us.',
        da: 'Nogle få korte spørgsmål en gang imellem om, hvad du synes om os.',
        de: 'Ab und zu ein paar kurze Fragen dazu, wie Sie uns finden.',
        es: 'De vez en cuando, unas preguntas breves sobre su opinión de nosotros.',
        fr: 'De temps en temps, quelques courtes questions sur ce que vous pensez de nous.',
        ar: 'بضعة أسئلة قصيرة من حين إلى آخر عن رأيك فينا.',
      },
      purpose: 'research',
      expiresAfterDays: 730,
      offeredOn: ['email', 'phone'],
    },
    'acme/data-sharing': {
      title: {
        en: 'Sharing my data with partners',
        da: 'Deling af mine data med partnere',
        de: 'Weitergabe meiner Daten an Partner',
        es: 'Compartir mis datos con socios',
        fr: 'Partage de mes données avec des partenaires',
        ar: 'مشاركة بياناتي مع الشركاء',
      },
      description: {
        en: 'Acme may pass on what it knows about you to partners, who show you advertisements.',
        da: 'Acme må give det, virksomheden ved om dig, videre til partnere, som viser dig annoncer.',
        de: 'Acme darf Angaben über Sie an Partner weitergeben, die Ihnen Werbung zeigen.',
        es: 'Acme puede comunicar lo que sabe de usted a socios que le muestran anuncios.',
        fr: 'Acme peut transmettre ce qu’elle sait de vous à des partenaires qui vous montrent des publicités.',
        ar: 'يجوز لشركة Acme أن تنقل ما تعرفه عنك إلى شركاء يعرضون عليك إعلانات.',
      },
      purpose: 'sharing',
      offeredOn: ['*'],
    },
    'orbit/newsletter': {
      title: {
        en: 'Orbit newsletter',
        da: 'Orbits nyhedsbrev',
        de: 'Orbit-Newsletter',
        es: 'Boletín de Orbit',
        fr: 'Lettre d’information d’Orbit',
        ar: 'نشرة Orbit الإخبارية',
      },
      description: {
        en: 'What is new at Orbit, once a month.',
        da: 'Nyt fra Orbit en gang om måneden.',
        de: 'Neues von Orbit, einmal im Monat.',
        es: 'Las novedades de Orbit, una vez al mes.',
        fr: 'L’actualité d’Orbit, une fois par mois.',
        ar: 'جديد Orbit مرة كل شهر.',
      },
      purpose: 'marketing',
      offeredOn: ['email', 'push'],
    },
    'orbit/events': {
      title: {
        en: 'Orbit events',
        da: 'Orbits arrangementer',
        de: 'Orbit-Veranstaltungen',
        es: 'Eventos de Orbit',
        fr: 'Événements d’Orbit',
        ar: 'فعاليات Orbit',
      },
      description: {
        en: 'Invitations to rides, races and evenings near you.',
        da: 'Invitationer til ture, løb og aftener i nærheden af dig.',
        de: 'Einladungen zu Ausfahrten, Rennen und Abenden in Ihrer Nähe.',
        es: 'Invitaciones a salidas, carreras y veladas cerca de usted.',
        fr: 'Des invitations à des sorties, des courses et des soirées près de chez vous.',
        ar: 'دعوات إلى جولات وسباقات وأمسيات بالقرب منك.',
      },
      purpose: 'marketing',
      offeredOn: ['email', 'sms'],
      doubleOptIn: { channels: ['email'], withinDays: 7 },
    },
  },
  preferenceKeys: {
    'acme/newsletter.frequency': {
      title: {
        en: 'How often',
        da: 'Hvor tit',
        de: 'Wie oft',
        es: 'Con qué frecuencia',
        fr: 'À quelle fréquence',
        ar: 'كم مرة',
      },
      values: ['daily', 'weekly', 'monthly'],
      labels: {
        daily: {
          en: 'Every day',
          da: 'Hver dag',
          de: 'Täglich',
          es: 'Cada día',
          fr: 'Chaque jour',
          ar: 'كل يوم',
        },
        weekly: {
          en: 'Once a week',
          da: 'En gang om ugen',
          de: 'Wöchentlich',
          es: 'Una vez a la semana',
          fr: 'Une fois par semaine',
          ar: 'مرة في الأسبوع',
        },
        monthly: {
          en: 'Once a month',
          da: 'En gang om måneden',
          de: 'Monatlich',
          es: 'Una vez al mes',
          fr: 'Une fois par mois',
          ar: 'مرة في الشهر',
        },
      },
    },
    'interest.cycling': {
      title: {
        en: 'Cycling',
        da: 'Cykling',
        de: 'Radfahren',
        es: 'Ciclismo',
        fr: 'Cyclisme',
        ar: 'ركوب الدراجات',
      },
      values: ['like', 'dislike', 'none'],
      labels: likings,
    },
    'interest.running': {
      title: { en: 'Running', da: 'Løb', de: 'Laufen', es: 'Correr', fr: 'Course à pied', ar: 'الجري' },
      values: ['like', 'dislike', 'none'],
      labels: likings,
    },
    language: {
      title: { en: 'Language', da: 'Sprog', de: 'Sprache', es: 'Idioma', fr: 'Langue', ar: 'اللغة' },
      values: ['en', 'da', 'de', 'es', 'fr', 'ar'],
      labels: { en: 'English', da: 'Dansk', de: 'Deutsch', es: 'Español', fr: 'Français', ar: 'العربية' },
    },
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
      title: { en: 'Text message', da: 'Sms', de: 'SMS', es: 'SMS', fr: 'SMS', ar: 'رسالة نصية' },
      actors: ['subject'],
      topics: ['*'],
      channels: ['sms'],
      states: ['granted', 'withdrawn'],
    },
    'preference-center': {
      title: {
        en: 'Preference centre',
        da: 'Præferencesiden',
        de: 'Präferenzseite',
        es: 'Página de preferencias',
        fr: 'Page de préférences',
        ar: 'صفحة التفضيلات',
      },
      actors: ['subject'],
      topics: ['*'],
      channels: ['*'],
      states: ['granted', 'withdrawn', 'pending'],
      preferences: ['*'],
      identifiers: ['email', 'phone'],
      owns: ['*'],
    },
    'call-centre': {
      title: {
        en: 'Call centre',
        da: 'Kundeservice på telefon',
        de: 'Telefonischer Kundendienst',
        es: 'Atención telefónica',
        fr: 'Service client par téléphone',
        ar: 'خدمة العملاء الهاتفية',
      },
      actors: ['agent', 'subject'],
      topics: ['*'],
      channels: ['*'],
      states: ['granted', 'withdrawn'],
      preferences: ['*'],
      identifiers: ['*'],
    },
    'crm-import': {
      title: {
        en: 'Historical consents from the CRM',
        da: 'Tidligere samtykker fra CRM',
        de: 'Frühere Einwilligungen aus dem CRM',
        es: 'Consentimientos anteriores del CRM',
        fr: 'Consentements antérieurs du CRM',
        ar: 'موافقات سابقة من نظام CRM',
      },
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
    webhook: {
      recipient: {
        role: 'controller',
        purpose: 'marketing',
        retention: 'P3Y',
        name: 'Acme’s own systems',
        country: 'DE',
        contact: 'privacy+webhook@acme.example',
      },
      settings: { url: 'https://hooks.acme.example/heed' },
    },
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
    hubspot: {
      recipient: { ...processor, name: 'HubSpot', country: 'DE', contact: 'privacy+hubspot@acme.example' },
      settings: { subscriptions: { 'acme/newsletter': 1001, 'acme/offers': 1002, 'acme/surveys': 1003 } },
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
    'quick-base': {
      recipient: {
        ...processor,
        name: 'Quickbase',
        country: 'US',
        contact: 'privacy+quick-base@acme.example',
        safeguards: 'standard contractual clauses',
      },
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
    workato: {
      recipient: { ...processor, name: 'Workato', country: 'DE', contact: 'privacy+workato@acme.example' },
      settings: { url: 'https://apim.workato.com/acme/heed-v1/preferences' },
    },
    pagerduty: { settings: { source: 'heed' } },
    outsystems: {
      recipient: {
        ...processor,
        name: 'OutSystems',
        country: 'DE',
        contact: 'privacy+outsystems@acme.example',
      },
      settings: { url: 'https://acme.outsystemsenterprise.com/Preferences/rest/Heed/Changed' },
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
    'eventbridge-bus': {
      recipient: {
        role: 'controller',
        purpose: 'marketing',
        retention: 'P3Y',
        name: 'Acme’s own systems',
        country: 'DE',
        contact: 'privacy+eventbridge-bus@acme.example',
      },
      settings: { bus: 'arn:aws:events:eu-central-1:444455556666:event-bus/preferences-in' },
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
    eloqua: {
      recipient: { ...processor, name: 'Oracle', country: 'NL', contact: 'privacy+eloqua@acme.example' },
      settings: {
        baseUrl: 'https://secure.p03.eloqua.com',
        groups: { 'acme/newsletter': 7, 'acme/offers': 8, 'orbit/newsletter': 9, 'orbit/events': 10 },
      },
    },
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
  },
});
