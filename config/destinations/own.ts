import type { Declaration } from '../../lib/config.ts';
import { processor } from './recipient.ts';

/** The company’s own systems, workflow, and watching the estate. */
export const own = {
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
  workato: {
    recipient: { ...processor, name: 'Workato', country: 'DE', contact: 'privacy+workato@acme.example' },
    settings: { url: 'https://apim.workato.com/acme/heed-v1/preferences' },
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
  outsystems: {
    recipient: {
      ...processor,
      name: 'OutSystems',
      country: 'DE',
      contact: 'privacy+outsystems@acme.example',
    },
    settings: { url: 'https://acme.outsystemsenterprise.com/Preferences/rest/Heed/Changed' },
  },
  pagerduty: { settings: { source: 'heed' } },
} satisfies Declaration['destinations'];
