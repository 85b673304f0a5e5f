import type { Engine } from './engine.ts';

/** What `npm start` says: where everything is, the page of a sample person, and a first change to paste. */
export function greeting({ url, endpoints, app }: Engine, preferences?: string): string {
  const vendors = [...app.standIns].map(([id, { url: at }]) => `  ${id.padEnd(12)} simulator   ${at}/facts`);
  const real = app.laneList
    .filter(({ destination }) => !app.standIns.has(destination.id))
    .map(({ destination }) => `  ${destination.id.padEnd(12)} the real one`);
  return `Heed is running.

  API          ${url}
  description  ${url}/v1/openapi.json
  outbox       ${url}/local/outbox   what would be mailed
  audit        ${url}/audit          the auditors’ console
  DynamoDB     ${endpoints['dynamodb']}
  SQS          ${endpoints['sqs']}
  EventBridge  ${endpoints['eventbridge']}

Destinations:
${[...vendors, ...real].join('\n')}

${preferences === undefined ? '' : pageOf(preferences)}A first change:

  TOKEN=$(curl -s ${url}/local/token -H 'content-type: application/json' \\
    -d '{"scope":"preferences:write preferences:read audit:read"}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')

${firstChange(url)}

  curl -s ${url}/v1/subjects/alice/deliveries -H "authorization: Bearer $TOKEN"

Ctrl-C stops.`;
}

const pageOf = (
  preferences: string,
): string => `A customer’s page; what is changed there shows in the simulators above:

  ${preferences}

`;

const firstChange = (url: string): string => `  curl -s ${url}/v1/subjects/alice/changes \\
    -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
    -d '{"choices":[{"topic":"acme/newsletter","channel":"email","state":"granted"}],
         "identifiers":{"email":"alice@example.com"},
         "evidence":{"source":"preference-center","actor":{"kind":"subject"},"method":"form","legalBasis":"consent",
                     "occurredAt":"${new Date().toISOString().slice(0, 10)}T00:00:00Z",
                     "notice":{"id":"marketing","version":"3","language":"en"}}}'`;
