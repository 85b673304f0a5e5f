import type { Card } from '../card.ts';

const DOCS = 'https://github.com/PagerDuty/developer-docs';

export const card: Card = {
  about:
    'PagerDuty calls the person on duty. It is no copy of anybody’s choices: Heed opens one incident for each destination whose deliveries fail or lag, and resolves it when that destination has everything again.',
  native: [
    'One incident for each destination, under a key of its own, with who is affected, how many deliveries failed, are held or are not answered, and since when.',
    'Failing and lagging have a severity each (setting `severity`).',
  ],
  custom: [],
  cannot: [
    'It is told nothing about any person: no id, no address, no choice.',
    'It says nothing of its own lane, of publishing to the bus, or of Heed being down: those are the alarms of docs/operations.md.',
    'A destination that is disabled while its incident is open leaves the incident to be resolved by hand.',
  ],
  access: [
    'An integration of the type Events API v2 on a service: its integration key is the secret’s `routingKey`.',
    'To repair by resolving: a v3 webhook subscription for `incident.resolved` of that service, posted to /v1/destinations/pagerduty/notices, and its secret in `webhookSecrets`.',
  ],
  limits: [
    'About 120 events a minute for each integration key, and 512 kB an event. Heed sends at most one a second, one each five minutes for a destination in trouble.',
  ],
  evidence: [],
  reports: [
    'A signed v3 webhook (HMAC-SHA256; during a rotation several signatures). It reports nobody’s unsubscribe: when a person resolves an incident, what failed or is held at that destination is sent again. If it fails again a new incident opens within minutes.',
  ],
  confirmed: [
    { fact: 'A trigger adds to the open alert of its key; a resolve without one is dropped.', source: DOCS },
    { fact: 'After a resolve the next trigger of that key opens a new incident.', source: DOCS },
    {
      fact: 'The signature header lists `v1=` signatures of the body, separated by commas.',
      source: DOCS,
    },
    { fact: 'An event that is taken is answered 202, and processed later.', source: DOCS },
  ],
  unconfirmed: [
    { doubt: 'The host of accounts in the EU region.', setting: 'endpoint' },
    {
      doubt:
        'That a webhook names the key of the event as the incident’s key where a service makes incidents of alerts. If it does not, resolving by hand repairs nothing, and the function `replay` does.',
    },
  ],
};
