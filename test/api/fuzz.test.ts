import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemAnswer } from '../../lib/http/schemas.ts';
import { access, aGrant, type Request, type Rig, rig } from './rig.ts';

const RUNS = 4000;
const ADDRESS = 'zoe.secret@example.com';
const PHONE = '+4532987654';

const valid = {
  choices: [
    { topic: 'acme/newsletter', channel: 'email', state: 'granted' },
    { topic: 'orbit/*', channel: '*', state: 'withdrawn' },
    { topic: 'acme/offers', channel: 'sms', state: 'pending' },
  ],
  preferences: [{ key: 'acme/newsletter.frequency', value: 'weekly' }],
  identifiers: { email: ADDRESS, phone: PHONE },
  evidence: { ...aGrant().evidence, ip: '192.0.2.1', comment: ADDRESS, jurisdiction: 'DK' },
};

/** Words that have hurt somebody before. */
const NASTY = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  '*',
  '\u0000',
  '\ud800',
  '../..',
  ADDRESS,
  PHONE,
  '9'.repeat(400),
  'x'.repeat(5000),
];

const nastyValue = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, -1, 1e308, [], {}, [[]], '2026-05-01T10:00:00+99:99') },
);

type Mutation =
  | { readonly kind: 'replace'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'rename'; readonly at: number; readonly name: string };

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), at: fc.nat(40), value: nastyValue }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(40) }),
  fc.record({ kind: fc.constant('rename' as const), at: fc.nat(40), name: fc.constantFrom(...NASTY) }),
);

type Path = readonly string[];

const pathsOf = (value: unknown, path: Path = []): readonly Path[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...path, name]))]
    : [path];

/** The value with one place in it changed. Entries, not assignments, so that `__proto__` is a name like any other. */
function mutate(value: unknown, change: Mutation): unknown {
  const paths = pathsOf(value);
  return at(value, paths[change.at % paths.length] ?? [], change);
}

function at(value: unknown, path: Path, change: Mutation): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return change.kind === 'replace' ? change.value : value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    if (key !== name) return [[key, inner] as const];
    if (rest.length > 0 || change.kind === 'replace') return [[key, at(inner, rest, change)] as const];
    return change.kind === 'remove' ? [] : [[change.name, inner] as const];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const mutatedBody = fc
  .array(mutation, { minLength: 0, maxLength: 4 })
  .map((mutations) => JSON.stringify(mutations.reduce<unknown>(mutate, valid)) ?? '');

const damagedText = fc
  .tuple(mutatedBody, fc.nat(), fc.string({ unit: 'binary', maxLength: 4 }))
  .map(([text, cut, noise]) => {
    const place = cut % (text.length + 1);
    return text.slice(0, place) + noise + text.slice(place + noise.length);
  });

const bytes = fc.uint8Array({ maxLength: 300 }).map((all) => Buffer.from(all).toString('latin1'));

const request: fc.Arbitrary<Request> = fc.oneof(
  { weight: 6, arbitrary: mutatedBody.map((raw) => ({ raw })) },
  { weight: 2, arbitrary: damagedText.map((raw) => ({ raw })) },
  { weight: 1, arbitrary: bytes.map((raw) => ({ raw, base64: 'latin1' as const })) },
  { weight: 1, arbitrary: fc.json().map((raw) => ({ raw })) },
);

const headers = fc.record(
  {
    'idempotency-key': fc.oneof(fc.string({ maxLength: 300 }), fc.constantFrom(...NASTY)),
    'if-match': fc.oneof(fc.string({ maxLength: 10 }), fc.constantFrom('*', '"0"', 'W/"1"', '"99999999999"')),
    'content-type': fc.constantFrom(
      'application/json',
      'application/json',
      'text/plain',
      'application/x+json',
    ),
  },
  { requiredKeys: [] },
);

const subject = fc.oneof(
  { weight: 8, arbitrary: fc.constant('alice') },
  fc.string({ maxLength: 140 }),
  fc.constantFrom(...NASTY),
);

async function refusedCleanly(
  { store, lines }: Rig,
  before: number,
  response: { statusCode: number; body: string },
) {
  expect(response.statusCode).toBeLessThan(500);
  expect(JSON.stringify(lines)).not.toMatch(/zoe|32987654/);
  lines.length = 0;
  if (response.statusCode < 300) return;
  expect(ProblemAnswer.parse(JSON.parse(response.body)).status).toBe(response.statusCode);
  expect(store.size()).toBe(before);
}

describe('whatever is posted as a change', () => {
  it('is stored or refused with a problem, never half, never with a 500, and no address is logged', {
    timeout: 120_000,
  }, async () => {
    const one = rig();
    const statuses = new Map<number, number>();
    const tokens = await Promise.all(
      [access(), access('preferences:write', ['hubspot']), access('preferences:write', [])].map((claims) =>
        one.mint(claims),
      ),
    );
    const own = await one.mint({ purpose: 'preferences', sub: 'alice' });
    await fc.assert(
      fc.asyncProperty(
        request,
        subject,
        fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, headers),
        fc.constantFrom(...tokens, own),
        async (body, who, extra, token) => {
          const before = one.store.size();
          const response = await one.call('changes', { ...body, subject: who, headers: extra, token });
          statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1);
          await refusedCleanly(one, before, response);
        },
      ),
      { numRuns: RUNS },
    );
    for (const status of [201, 400, 403, 422]) expect(statuses.get(status) ?? 0).toBeGreaterThan(20);
  });

  it('is never let in by a token made of noise', async () => {
    const one = rig();
    const token = await one.mint(access());
    const noise = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .tuple(fc.nat(token.length - 2), fc.constantFrom('A', '.', '_', '=', ' '))
        .map(([place, char]) =>
          token[place] === char ? '' : token.slice(0, place) + char + token.slice(place + 1),
        ),
    );
    await fc.assert(
      fc.asyncProperty(noise, async (text) => {
        const response = await one.call('changes', { subject: 'alice', token: text, body: valid });
        expect(response.statusCode).toBe(401);
      }),
      { numRuns: 500 },
    );
    expect(one.store.size()).toBe(0);
  });
});

describe('whatever is asked', () => {
  it('is answered or refused with a problem, never with a 500', async () => {
    const one = rig();
    const token = await one.mint(access());
    const word = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom(...NASTY, 'acme/newsletter', 'email', '2026-05-01T00:00:00Z'),
    );
    const query = fc.dictionary(
      fc.constantFrom('topic', 'channel', 'validAt', 'knownAt', 'cursor', 'limit', 'other'),
      word,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('record' as const, 'decision' as const, 'history' as const, 'deliveries' as const),
        subject,
        query,
        async (route, who, asked) => {
          const response = await one.call(route, { subject: who, query: asked, token });
          await refusedCleanly(one, 0, response);
        },
      ),
      { numRuns: 1000 },
    );
    await fc.assert(
      fc.asyncProperty(fc.record({ kind: word, value: word }), async (body) => {
        await refusedCleanly(one, 0, await one.call('lookup', { body, token }));
      }),
      { numRuns: 300 },
    );
  });
});
