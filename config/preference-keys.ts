import type { Declaration } from '../lib/config.ts';

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

/** What people can prefer besides, and the values they choose from. */
export const preferenceKeys = {
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
} satisfies Declaration['preferenceKeys'];
