import type { Card } from '../card.ts';

const LIMITS = 'https://docs.workato.com/troubleshooting/webhook-gateway-limits.html';
const TRIGGER = 'https://docs.workato.com/connectors/workato-webhooks/config.html';

export const card: Card = {
  about:
    'Workato runs recipes that pass data on to other systems. Heed sends a recipe every version of everybody’s preferences; what becomes of it there is the recipe’s.',
  native: [
    'Everything: a recipe gets the whole event, with every topic and channel that has an answer and what changed.',
  ],
  custom: [],
  cannot: [
    'Contact data is not sent: a recipe that needs an address looks it up by the subject, with a scope of its own.',
    'What a recipe does with an event, Heed cannot see: delivered means that Workato took it.',
  ],
  access: [
    'Best: an endpoint of the API platform, its address in `url` and the token of an API client in the secret (`apiToken`).',
    'Otherwise a recipe with a webhook trigger: its event name in `event`, and the unique id out of its address in the secret (`webhookId`). Workato asks such callers for nothing else, so the recipe should check the signature.',
    'A signing key of Standard Webhooks in the secret (`keys`), known to the recipe as well.',
  ],
  limits: [
    '20 events a second for a whole workspace, with bursts; 10 MB an event. Heed sends 10 a second.',
    'A webhook trigger takes nothing in while its recipe is stopped.',
  ],
  evidence: [
    'The event itself: `source`, `occurredAt`, `method`, `legalBasis` and `notice` of every choice.',
  ],
  reports: [
    'None of its own. A recipe that learns of an unsubscribe posts a change to Heed as a source with rights of its own.',
  ],
  confirmed: [
    {
      fact: 'An API client is known by the header `api-token`.',
      source: 'https://docs.workato.com/api-mgmt.html',
    },
    { fact: 'A webhook trigger answers 200 and names no caller but by its address.', source: TRIGGER },
    { fact: 'The gateway takes 20 events a second of a workspace.', source: LIMITS },
  ],
  unconfirmed: [
    {
      doubt:
        'By which header a webhook trigger drops repeats; without it the recipe compares the id in the event.',
      setting: 'deduplicationHeader',
    },
    { doubt: 'Where webhook triggers of other data centres listen.', setting: 'webhookHost' },
    { doubt: 'Whether an answer names a job: a `job_id` in it is kept as the reference.' },
    { doubt: 'OAuth 2.0 of the API platform is not offered here; the token of an API client is.' },
  ],
};
