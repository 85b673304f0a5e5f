import { createHmac } from 'node:crypto';
import config from '../heed.config.ts';
import { versionItem } from '../lib/aws/version-item.ts';
import { checkChange } from '../lib/domain/check.ts';
import { decide } from '../lib/domain/decide.ts';
import { canonical, sha256 } from '../lib/domain/digest.ts';
import { eventOf } from '../lib/domain/event.ts';
import type { Version } from '../lib/domain/vocabulary.ts';
import { mintToken } from '../lib/http/own-tokens.ts';
import { aChange } from './sample.ts';
import { CLIENT_SECRET, SEED } from './stub.ts';

/** Where vendors call the functions under measurement. */
export const PUBLIC_URL = 'https://heed.example';

const TOPICS = { topics: ['acme/newsletter'], channels: ['email'], preferences: [], identifiersChanged: [] };

/** An event for every function that takes it all the way through its usual work, by the function's name. */
export async function firstEvents(): Promise<Readonly<Record<string, object>>> {
  const version = aVersion();
  const call = await callsWithToken();
  return {
    changes: call({ body: JSON.stringify(aChange(0)) }),
    record: call({}),
    history: call({}),
    deliveries: call({}),
    decision: call({ queryStringParameters: { topic: 'acme/newsletter', channel: 'email' } }),
    lookup: call({ body: JSON.stringify({ kind: 'email', value: 'person@example.com' }) }),
    notices: notice(),
    tokens: call({
      body: JSON.stringify({ tokens: [{ subject: 'person-1', purpose: 'unsubscribe', ...LIST }] }),
    }),
    unsubscribe: call(await pressed()),
    health: call({}),
    openapi: call({}),
    publish: { Records: [streamed(version)] },
    deliver: {
      Records: [
        queued({ 'detail-type': 'preferences.changed.v1', detail: eventOf(version, config.catalogue) }),
      ],
    },
    'dead-letters': { Records: [queued({ force: true, subject: 'person-1', version: 1 })] },
    republish: { Records: [queued({ DDBStreamBatchInfo: arrivals() })] },
    reconcile: {},
    replay: { destination: 'hubspot' },
  };
}

async function callsWithToken() {
  const token = await mintToken(
    { seed: SEED, previous: [] },
    {
      purpose: 'access',
      sub: 'bench',
      scope: 'preferences:write preferences:read audit:read tokens:mint',
      sources: ['*'],
    },
    { at: Date.now() },
  );
  return (parts: object) => ({
    routeKey: 'bench',
    rawPath: '/v1/subjects/person-1',
    rawQueryString: '',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    pathParameters: { subject: 'person-1' },
    isBase64Encoded: false,
    ...parts,
  });
}

const LIST = { topic: 'acme/newsletter', channel: 'email' };

/** A mail program's one click. */
async function pressed(): Promise<object> {
  const secret = { seed: SEED, previous: [] };
  const claims = { purpose: 'unsubscribe' as const, sub: 'person-1', ...LIST };
  return {
    routeKey: 'POST /u/{token}',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    pathParameters: { token: await mintToken(secret, claims, { at: Date.now() }) },
    body: Buffer.from('List-Unsubscribe=One-Click').toString('base64'),
    isBase64Encoded: true,
  };
}

/** HubSpot tells, signed, that somebody nobody knows has opted out. */
function notice(): object {
  const rawPath = '/v1/destinations/hubspot/notices';
  const now = Date.now();
  const fact = { objectId: 1, occurredAt: now, propertyName: 'hs_email_optout', propertyValue: 'true' };
  const body = JSON.stringify([{ subscriptionType: 'contact.propertyChange', ...fact }]);
  const signature = createHmac('sha256', CLIENT_SECRET)
    .update(`POST${PUBLIC_URL}${rawPath}${body}${now}`)
    .digest('base64');
  return {
    routeKey: 'bench',
    rawPath,
    rawQueryString: '',
    headers: { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(now) },
    pathParameters: { destination: 'hubspot' },
    body,
    isBase64Encoded: false,
  };
}

function aVersion(): Version {
  const { catalogue } = config;
  const now = Date.now();
  const checked = checkChange(aChange(0), { catalogue, caller: { sources: ['*'] }, now });
  if ('refusal' in checked) throw new Error('the change is not valid');
  const change = { ...checked.change, identifiers: [] };
  const decision = decide(undefined, change, { subject: 'person-1', now, catalogue });
  if (decision.kind !== 'version') throw new Error('the change makes no version');
  return decision.version;
}

function streamed(version: Version): object {
  const document = canonical(version);
  const item = versionItem(
    { version, document, digest: sha256(document), remembered: [] },
    { about: TOPICS },
  );
  return { eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage: item } };
}

const queued = (body: object): object => ({
  messageId: 'message',
  receiptHandle: 'handle',
  body: JSON.stringify(body),
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
});

function arrivals(): object {
  const now = new Date().toISOString();
  return { approximateArrivalOfFirstRecord: now, approximateArrivalOfLastRecord: now };
}
