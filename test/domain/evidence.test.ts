import { describe, expect, test } from 'vitest';
import { ChangeBody } from '../../lib/domain/change.ts';
import { type CheckedChange, checkChange } from '../../lib/domain/check.ts';
import type { Refusal } from '../../lib/domain/refusal.ts';
import { aBody, aCatalogue, granted, minute, NOW, pending, SHOWN, withdrawn } from '../builders.ts';

const yes = granted('acme/newsletter', 'email');
const no = withdrawn('acme/newsletter', 'email');
const OTHER = 'f'.repeat(64);

type BodyShape = Parameters<typeof aBody>[0];

const check = (shape: BodyShape, catalogue = aCatalogue()) =>
  checkChange(aBody(shape), { catalogue, caller: { sources: ['*'] }, now: NOW });

function refusalOf(shape: BodyShape): Refusal | undefined {
  const checked = check(shape);
  return 'refusal' in checked ? checked.refusal : undefined;
}

const pathsOf = (shape: BodyShape) => refusalOf(shape)?.errors?.map(({ path }) => path);

function changeOf(shape: BodyShape, catalogue = aCatalogue()): CheckedChange {
  const checked = check(shape, catalogue);
  if ('refusal' in checked) throw new Error(checked.refusal.detail);
  return checked.change;
}

describe('a grant is refused without', () => {
  test.each(['source', 'actor', 'method', 'occurredAt', 'legalBasis', 'notice'])('its %s', (field) => {
    expect(pathsOf({ evidence: { [field]: undefined } })).toEqual([`evidence.${field}`]);
    expect(
      pathsOf({ choices: [pending('acme/newsletter', 'email')], evidence: { [field]: undefined } }),
    ).toEqual([`evidence.${field}`]);
  });

  test.each(['id', 'version', 'language'])('the %s of the notice that was shown', (field) => {
    const body = {
      choices: [yes],
      evidence: { notice: { id: 'marketing', version: '3', language: 'en', [field]: undefined } },
    };
    const paths = ChangeBody.safeParse(body).error?.issues.map(({ path }) => path.join('.'));
    expect(paths).toEqual([`evidence.notice.${field}`]);
  });

  test('the digest of a notice that Heed does not keep', () => {
    const notice = { id: 'paper-form', version: '1', language: 'da' };
    expect(pathsOf({ evidence: { notice } })).toEqual(['evidence.notice.sha256']);
    expect(changeOf({ evidence: { notice: { ...notice, sha256: OTHER } } }).evidence.notice?.sha256).toBe(
      OTHER,
    );
  });

  test('every one of them that is missing being named at once', () => {
    const checked = checkChange(
      { choices: [yes] },
      { catalogue: aCatalogue(), caller: { sources: ['*'] }, now: NOW },
    );
    expect('refusal' in checked && checked.refusal.errors).toHaveLength(6);
  });
});

describe('the digest of a notice that Heed keeps', () => {
  const notice = { id: 'marketing', version: '3', language: 'en' };

  test('is filled in', () => {
    expect(changeOf({}).evidence.notice).toEqual({ ...notice, sha256: SHOWN });
  });

  test('may be given, and is refused where it does not match', () => {
    expect(changeOf({ evidence: { notice: { ...notice, sha256: SHOWN } } }).evidence.notice?.sha256).toBe(
      SHOWN,
    );
    expect(pathsOf({ evidence: { notice: { ...notice, sha256: OTHER } } })).toEqual([
      'evidence.notice.sha256',
    ]);
  });
});

describe('the clock:', () => {
  test('a grant more than five minutes ahead is refused', () => {
    expect(pathsOf({ evidence: { occurredAt: new Date(NOW + 300_001).toISOString() } })).toEqual([
      'evidence.occurredAt',
    ]);
  });

  test('a grant up to five minutes ahead is clamped to the time of receipt, and the claim kept', () => {
    expect(changeOf({ evidence: { occurredAt: minute(5) } }).evidence).toMatchObject({
      occurredAt: minute(0),
      claimedAt: minute(5),
    });
  });

  test('a withdrawal is never refused for it, however far ahead, but clamped', () => {
    const { evidence } = changeOf({ choices: [no], evidence: { occurredAt: '9999-12-31T23:59:59-23:59' } });
    expect(evidence).toMatchObject({ occurredAt: minute(0), claimedAt: '9999-12-31T23:59:59.999Z' });
  });

  test('a withdrawal with other things is clamped too', () => {
    const preferences = [{ key: 'interest.cycling', value: 'like' }];
    expect(
      changeOf({ choices: [no], preferences, evidence: { occurredAt: minute(9) } }).evidence.occurredAt,
    ).toBe(minute(0));
  });

  test('a past time is kept as it is, in UTC with milliseconds', () => {
    const { evidence } = changeOf({ evidence: { occurredAt: '2026-05-01T10:00:00+02:00' } });
    expect(evidence.occurredAt).toBe('2026-05-01T08:00:00.000Z');
    expect(evidence).not.toHaveProperty('claimedAt');
  });

  test('a time before anybody kept consents still has a four-digit year', () => {
    expect(
      changeOf({ choices: [no], evidence: { occurredAt: '0000-01-01T00:00:00+23:59' } }).evidence.occurredAt,
    ).toBe('1970-01-01T00:00:00.000Z');
  });
});

describe('a change is refused for', () => {
  const cycling = { key: 'interest.cycling', value: 'like' };
  test.each<readonly [string, BodyShape, string]>([
    ['a grant of an unknown topic', { choices: [granted('acme/unknown', 'email')] }, 'choices.0.topic'],
    ['a grant of a retired topic', { choices: [granted('acme/fax-news', 'email')] }, 'choices.0.topic'],
    ['a grant of a prefix without topics', { choices: [granted('nobody/*', 'email')] }, 'choices.0.topic'],
    ['a grant by an unknown channel', { choices: [granted('acme/newsletter', 'fax')] }, 'choices.0.channel'],
    [
      'a request to confirm an unknown topic',
      { choices: [pending('acme/unknown', 'email')] },
      'choices.0.topic',
    ],
    ['the same topic and channel twice', { choices: [yes, no] }, 'choices.1'],
    ['the same topic and channel twice, even with one state', { choices: [no, no] }, 'choices.1'],
    [
      'the same preference twice',
      { preferences: [cycling, { ...cycling, value: 'dislike' }] },
      'preferences.1',
    ],
    [
      'an unknown preference',
      { preferences: [{ key: 'interest.chess', value: 'like' }] },
      'preferences.0.key',
    ],
    [
      'a preference that only objects inherit',
      { preferences: [{ key: 'constructor', value: 'like' }] },
      'preferences.0.key',
    ],
    ['an undeclared value', { preferences: [{ ...cycling, value: 'love' }] }, 'preferences.0.value'],
    ['an unknown kind of identifier', { identifiers: { fax: '1' } }, 'identifiers.fax'],
    [
      'removing an unknown kind of identifier',
      { identifiers: { constructor: null } },
      'identifiers.constructor',
    ],
    ['an identifier that is not what it says', { identifiers: { email: 'ada' } }, 'identifiers.email'],
  ])('%s', (_, shape, path) => {
    expect(pathsOf(shape)).toEqual([path]);
    expect(refusalOf(shape)?.type).toBe('invalid-change');
  });
});

describe('what is kept of a change', () => {
  test('is in the caller’s order', () => {
    const choices = [granted('orbit/newsletter', 'email'), yes];
    expect(changeOf({ choices }).choices).toEqual(choices);
  });

  test('has its personal parts apart, and only where the configuration keeps them', () => {
    const evidence = { ip: '192.0.2.1', userAgent: 'Browser', comment: 'said so' };
    expect(changeOf({ evidence }).personal).toEqual({});
    const kept = changeOf({ evidence }, aCatalogue({ personalEvidence: ['ip'] }));
    expect(kept.personal).toEqual({ ip: '192.0.2.1' });
    expect(JSON.stringify(kept.evidence)).not.toContain('192.0.2.1');
  });
});
