import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChangeBody } from '../../lib/domain/change.ts';
import { checkChange } from '../../lib/domain/check.ts';
import type { ActorKind } from '../../lib/domain/vocabulary.ts';
import { aBody, aCatalogue, granted, NOW, withdrawn } from '../builders.ts';
import { holds, isCaught, type Rule } from './property.ts';

type Check = typeof checkChange;

const CATALOGUE = aCatalogue();
const at = (...sources: readonly string[]) => ({ catalogue: CATALOGUE, caller: { sources }, now: NOW });

const topic = fc.constantFrom('acme/newsletter', 'acme/fax-news', 'gone/topic', 'acme/*', 'gone/*', '*');
const channel = fc.constantFrom('email', 'sms', 'fax', 'constructor', '*');
const pairs = (minLength: number) =>
  fc.uniqueArray(fc.record({ topic, channel }), {
    minLength,
    maxLength: 6,
    selector: (pair) => `${pair.topic} ${pair.channel}`,
  });
const stops = pairs(1).map((all) => all.map((pair) => withdrawn(pair.topic, pair.channel)));

const instant = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const offset = fc.constantFrom(
  '2026-05-01T10:00:00Z',
  '9999-12-31T23:59:59.9999-23:59',
  '0000-01-01T00:00:00+23:59',
);
const notice = fc.record(
  {
    id: fc.constantFrom('marketing', 'paper-form', 'constructor'),
    version: fc.constantFrom('3', '9'),
    language: fc.constant('en'),
    sha256: fc.constant('f'.repeat(64)),
  },
  { requiredKeys: ['id', 'version', 'language'] },
);
const anyEvidence = fc.record(
  {
    method: fc.constantFrom('form', 'one-click', 'toString'),
    occurredAt: fc.oneof(instant, offset),
    legalBasis: fc.constantFrom('consent' as const, 'contract' as const),
    jurisdiction: fc.constantFrom('DK', 'US-CA'),
    notice,
    ip: fc.constant('192.0.2.1'),
    userAgent: fc.string({ maxLength: 20 }),
    comment: fc.string({ maxLength: 20 }),
  },
  { requiredKeys: [] },
);

/** Who may say any stop: a caller, and the source and actor its evidence names (or leaves out). */
const WITH_RIGHT: readonly { caller: readonly string[]; source?: string; actor?: { kind: ActorKind } }[] = [
  { caller: ['form'] },
  { caller: ['crm'] },
  { caller: ['crm', 'form'] },
  { caller: ['mailer', 'crm'] },
  { caller: ['*'] },
  { caller: ['*'], actor: { kind: 'agent' } },
  { caller: ['*'], source: 'desk', actor: { kind: 'agent' } },
  { caller: ['*'], source: 'form' },
  { caller: ['crm'], source: 'crm', actor: { kind: 'import' } },
  { caller: ['crm', 'form'], actor: { kind: 'subject' } },
];

const aStopAlwaysGetsThrough: Rule<Check> = (check) =>
  fc.property(fc.constantFrom(...WITH_RIGHT), stops, anyEvidence, ({ caller, ...who }, choices, rest) => {
    const body = ChangeBody.parse({ choices, evidence: { ...rest, ...who } });
    return 'change' in check(body, at(...caller));
  });

const code = fc.constantFrom(
  'form',
  'crm',
  'mailer',
  'heed',
  'stranger',
  'constructor',
  'toString',
  'hasOwnProperty',
);
const anyBody = fc.record(
  {
    choices: pairs(0).chain((all) =>
      fc.tuple(
        ...all.map((pair) =>
          fc.constantFrom('granted', 'withdrawn', 'pending').map((state) => ({ ...pair, state })),
        ),
      ),
    ),
    preferences: fc.array(
      fc.record({ key: fc.constantFrom('interest.cycling', '__proto__', 'constructor'), value: code }),
      { maxLength: 2 },
    ),
    identifiers: fc.dictionary(
      fc.constantFrom('email', 'phone', 'crm', 'constructor', 'valueOf'),
      fc.constantFrom('a@example.com', '+4512345678', 'x y', null),
    ),
    evidence: fc
      .tuple(
        anyEvidence,
        fc.record(
          {
            source: code,
            actor: fc.record({ kind: fc.constantFrom('subject', 'agent', 'system', 'import') }),
          },
          { requiredKeys: [] },
        ),
      )
      .map(([rest, who]) => ({ ...rest, ...who })),
  },
  { requiredKeys: [] },
);

/** Nothing is thrown; a stop is refused for a right and nothing else. */
const onlyRightsRefuseAStop: Rule<Check> = (check) =>
  fc.property(anyBody, fc.subarray(['form', 'crm', 'mailer', 'constructor', '*']), (raw, caller) => {
    const parsed = ChangeBody.safeParse(raw);
    if (!parsed.success) return true;
    const checked = check(parsed.data, at(...caller));
    const { choices = [], preferences = [], identifiers = {} } = parsed.data;
    const stop =
      [...preferences, ...Object.keys(identifiers)].length === 0 &&
      choices.every(({ state }) => state === 'withdrawn');
    return !stop || 'change' in checked || checked.refusal.type === 'forbidden-source';
  });

const REFUSED = { refusal: { type: 'invalid-change', detail: 'broken on purpose' } } as const;

/** The withdrawals that a refusal gives back can be posted as they are, and are all there. */
const withdrawalsAreReadyToPost: Rule<Check> = (check) =>
  fc.property(stops, fc.boolean(), anyEvidence, (choices, twice, evidence) => {
    const grant = granted('acme/unknown', 'email');
    const body = ChangeBody.parse({ choices: [grant, ...choices, ...(twice ? choices : [])], evidence });
    const checked = check(body, at('form'));
    if ('change' in checked || !checked.refusal.withdrawals) return false;
    const { withdrawals } = checked.refusal;
    const again = check(ChangeBody.parse(withdrawals), at('form'));
    return 'change' in again && JSON.stringify(again.change.choices) === JSON.stringify(choices);
  });

describe('a change that only withdraws', () => {
  test('is stored whatever its evidence, its clock or its topics', () =>
    holds(aStopAlwaysGetsThrough, checkChange));
  test('would be refused if its clock were checked', () =>
    isCaught(aStopAlwaysGetsThrough, (body, context) =>
      Date.parse(body.evidence?.occurredAt ?? '') > NOW ? REFUSED : checkChange(body, context),
    ));
  test('would be refused if its topics had to be live', () =>
    isCaught(aStopAlwaysGetsThrough, (body, context) =>
      body.choices?.some(({ topic: name }) => CATALOGUE.topics[name]?.retired)
        ? REFUSED
        : checkChange(body, context),
    ));
  test('is refused for a missing right, and for nothing else', () =>
    holds(onlyRightsRefuseAStop, checkChange));
  test('would be refused for more if it needed evidence', () =>
    isCaught(onlyRightsRefuseAStop, (body, context) =>
      body.evidence ? checkChange(body, context) : REFUSED,
    ));
});

describe('a mixed change that is refused', () => {
  test('gives its withdrawals back, ready to post', () => holds(withdrawalsAreReadyToPost, checkChange));
  test('would lose them if it were refused as a whole', () =>
    isCaught(withdrawalsAreReadyToPost, (body, context) => {
      const checked = checkChange(body, context);
      return 'refusal' in checked ? REFUSED : checked;
    }));

  test('gives them back where the caller had no right to the rest', () => {
    const choices = [granted('orbit/newsletter', 'email'), withdrawn('acme/newsletter', 'email')];
    const body = aBody({ choices, evidence: { source: 'mailer', actor: { kind: 'system' } } });
    const checked = checkChange(body, at('mailer'));
    expect(checked).toMatchObject({
      refusal: { type: 'forbidden-source', withdrawals: { choices: [choices[1]], evidence: body.evidence } },
    });
  });
});
