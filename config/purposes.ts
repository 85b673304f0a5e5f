import type { Declaration } from '../lib/config.ts';

/** What choices are asked for, as auditors and receipts name it. */
export const purposes = {
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
} satisfies Declaration['purposes'];
