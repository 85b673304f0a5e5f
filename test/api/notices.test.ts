import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { notices } from '../../functions/notices.ts';
import { type Destination, defineDestination } from '../../lib/destinations/destination.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { HistoryAnswer, NoticeAnswer, ProbeAnswer, ProblemAnswer } from '../../lib/http/schemas.ts';
import { access, aGrant, context, NOW, type Rig, rig } from './rig.ts';

const Secret = z.object({ key: z.string() });
const Facts = z.array(z.object({ email: z.string(), topic: z.string() }));

/** Signs the public address and the body, and reports unsubscribes as a list. */
const vendor = defineDestination({
  id: 'hubspot',
  title: 'A vendor',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email'],
  limits: { perSecond: 10, concurrency: 2, batch: 1, settleAfter: 0 },
  impact: 'people keep getting mail',
  settings: z.object({}),
  secret: Secret,
  topics: () => 'all',
  endpoint: () => 'http://127.0.0.1',
  auth: { kind: 'bearer', token: ({ key }) => key },
  translate: () => [],
  receive: {
    signature: {
      ...{ kind: 'hmac', algorithm: 'sha256' },
      header: 'x-signature',
      encoding: 'hex',
      keys: ({ key }) => [key],
      signed: ({ url, body }) => url + body,
      timestamp: { header: 'x-sent-at', unit: 'ms', tolerance: 300 },
    },
    changes: (body) => {
      const facts = Facts.safeParse(body);
      if (!facts.success) return { invalid: 'not a list of unsubscribes' };
      const choices = facts.data.map(({ email, topic }) => ({
        identifier: { kind: 'email', value: email },
        topic,
        channel: 'email',
        state: 'withdrawn' as const,
        occurredAt: new Date(NOW).toISOString(),
        method: 'unsubscribe',
      }));
      return { choices };
    },
  },
});

const silent: Destination = { ...vendor, id: 'silent' };
const { receive: _, ...deaf } = { ...vendor, id: 'deaf' };
/** The same vendor, if it signed nothing. */
const unsigned: Destination = {
  ...vendor,
  ...(vendor.receive && {
    receive: {
      changes: vendor.receive.changes,
      signature: { kind: 'shared-secret', given: ({ key }) => key, keys: () => ['guess-me-not'] },
    },
  }),
};

interface Sent {
  readonly method?: 'GET' | 'POST';
  /** Last segment of a secret address. */
  readonly secret?: string;
  readonly body?: string;
  readonly key?: string;
  readonly destination?: string;
  readonly age?: number;
}

const publicUrl = 'https://heed.acme.example';

/** The route, with the secret of `hubspot` as it is kept or read afresh. */
const handlerOf = (
  one: Rig,
  { secret }: Pick<Sent, 'secret'>,
  kept: (afresh: boolean) => unknown = () => ({ key: 'k' }),
) =>
  notices({
    ...one.store,
    catalogue: one.catalogue,
    clock: one.clock,
    line: (line) => void one.lines.push(line),
    laneOf: async (id) => {
      const all = [secret === undefined ? vendor : unsigned, silent, deaf];
      const found = all.find((each) => each.id === id);
      return found && { destination: found, settings: {} };
    },
    secretOf: async (id, afresh = false) => (id === 'silent' ? undefined : kept(afresh)),
    grantEvidence: () => undefined,
    sendAgain: async () => undefined,
    tellAgain: async () => undefined,
    vendorFor: () => ({ send: async () => ({ kind: 'silence', timedOut: false }) }),
    publicUrl,
  });

async function send(one: Rig, sent: Sent, handler = handlerOf(one, sent)) {
  const { body = '[]', key = 'k', destination = 'hubspot', age = 0 } = sent;
  const { method = 'POST', secret } = sent;
  const rawPath = `/v1/destinations/${destination}/notices${secret === undefined ? '' : `/${secret}`}`;
  const url = `${publicUrl}${rawPath}?account=1`;
  const event = {
    routeKey: `${method} /v1/destinations/{destination}/notices${secret === undefined ? '' : '/{key}'}`,
    rawPath,
    rawQueryString: 'account=1',
    pathParameters: { destination, ...(secret !== undefined && { key: secret }) },
    headers: {
      'x-signature': createHmac('sha256', key)
        .update(url + body)
        .digest('hex'),
      'x-sent-at': String(NOW - age),
    },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
  return handler(event, context);
}

const typeOf = ({ body }: { readonly body: string }) => ProblemAnswer.parse(JSON.parse(body)).type;

async function known(): Promise<Rig> {
  const one = rig();
  const body = { ...aGrant(), identifiers: { email: 'alice@example.com' } };
  await one.call('changes', { subject: 'alice', token: await one.mint(access()), body });
  return one;
}

const unsubscribe = JSON.stringify([{ email: 'Alice@example.com', topic: 'acme/newsletter' }]);

describe('a vendor’s notice', () => {
  it('that is signed withdraws for whom it names, once', async () => {
    const one = await known();
    const response = await send(one, { body: unsubscribe });
    expect(response.statusCode).toBe(200);
    expect(NoticeAnswer.parse(JSON.parse(response.body))).toEqual({ changes: 1, unchanged: 0, ignored: 0 });
    expect(JSON.parse((await send(one, { body: unsubscribe })).body)).toMatchObject({
      changes: 0,
      unchanged: 1,
    });
    const newest = await one.store.records.newest('alice');
    expect(newest?.version).toMatchObject({
      version: 2,
      change: { evidence: { source: 'hubspot', actor: { kind: 'subject' } } },
      changed: [{ topic: 'acme/newsletter', channel: 'email', to: 'withdrawn' }],
    });
    expect(JSON.stringify(one.lines)).not.toContain('example.com');
  });

  it.each([
    { what: 'with another key', sent: { key: 'another' }, status: 401, type: 'invalid-signature' },
    { what: 'that is old', sent: { age: 301_000 }, status: 401, type: 'invalid-signature' },
    { what: 'that is no JSON', sent: { body: '{' }, status: 422, type: 'invalid-notice' },
    { what: 'of another form', sent: { body: '{"a":1}' }, status: 422, type: 'invalid-notice' },
    { what: 'that is too long', sent: { body: ' '.repeat(1024 * 1024 + 1) }, status: 413, type: 'too-large' },
    { what: 'of nobody', sent: { destination: 'nobody' }, status: 404, type: 'unknown-destination' },
    {
      what: 'of one who cannot report',
      sent: { destination: 'deaf' },
      status: 404,
      type: 'unknown-destination',
    },
    { what: 'of one without credentials', sent: { destination: 'silent' }, status: 503, type: 'busy' },
  ])('$what is refused: $status $type', async ({ sent, status, type }) => {
    const one = await known();
    const response = await send(one, { body: unsubscribe, ...sent });
    expect({ status: response.statusCode, type: typeOf(response) }).toEqual({
      status,
      type: `/problems/${type}`,
    });
    expect(one.store.size()).toBe(1);
  });

  it('by a key that is newer than the one kept is taken; a forged one has it read again twice a minute at most', async () => {
    const one = await known();
    const reads: boolean[] = [];
    let key = 'k';
    const handler = handlerOf(one, {}, (afresh) => {
      reads.push(afresh);
      return { key: afresh ? key : 'k' };
    });
    for (let n = 0; n < 3; n++) expect((await send(one, { key: 'forged' }, handler)).statusCode).toBe(401);
    expect(reads).toEqual([false, true, false, false]);
    key = 'newer';
    one.clock.advance(30_000);
    expect((await send(one, { key: 'newer', body: unsubscribe }, handler)).statusCode).toBe(200);
    expect(one.store.size()).toBe(2);
  });

  it('is kept as evidence by its digest, which its history shows', async () => {
    const one = await known();
    await send(one, { body: unsubscribe });
    const { body } = await one.call('history', { subject: 'alice', token: await one.mint(access()) });
    const [newest] = HistoryAnswer.parse(JSON.parse(body)).versions;
    expect(newest?.evidence.receivedDigest).toBe(sha256(unsubscribe));
  });

  it('is expected: who looks before it sends is told so, without a signature', async () => {
    const one = await known();
    for (const secret of [undefined, 'anything']) {
      const probe = { method: 'GET', key: 'another', ...(secret !== undefined && { secret }) } as const;
      const response = await send(one, probe);
      expect(response.statusCode).toBe(200);
      expect(ProbeAnswer.parse(JSON.parse(response.body))).toEqual({ destination: 'hubspot' });
    }
    expect((await send(one, { method: 'GET', destination: 'deaf' })).statusCode).toBe(404);
    expect(one.store.size()).toBe(1);
  });

  it.each([
    { what: 'taken', secret: 'guess-me-not', status: 200 },
    { what: 'refused at another address', secret: 'guess-me', status: 401 },
  ])('that nobody signed is $what, and the address is told to nobody', async ({ secret, status }) => {
    const one = await known();
    const response = await send(one, { body: unsubscribe, secret });
    expect(response.statusCode).toBe(status);
    expect(JSON.stringify([response, one.lines])).not.toContain('guess-me');
    expect(one.store.size()).toBe(status === 200 ? 2 : 1);
  });
});
