import { describe, expect, test } from 'vitest';
import { speakerOf } from '../../lib/domain/decide.ts';
import { canonical, changeId, sha256 } from '../../lib/domain/digest.ts';
import type { Change } from '../../lib/domain/vocabulary.ts';
import {
  aChange,
  aHistory,
  anEvidence,
  anIdentifier,
  aVersion,
  deciding,
  granted,
  minute,
  NOW,
  withdrawn,
} from '../builders.ts';

const yes = granted('acme/newsletter', 'email');
const no = withdrawn('acme/newsletter', 'email');

describe('a late arrival', () => {
  test('is recorded as a version of its own and overwrites nothing', () => {
    const [first, late] = aHistory([aChange({ choices: [no], at: 2 }), aChange({ choices: [yes], at: 1 })]);
    expect(late).toMatchObject({ version: 2, changed: [], change: { choices: [yes] } });
    expect(canonical(late?.record ?? {})).toBe(canonical(first?.record ?? {}));
  });
});

describe('a version', () => {
  test('lists the answers that moved, from and to, a stop-all included', () => {
    const [, stop] = aHistory([
      aChange({ choices: [yes], at: 1 }),
      aChange({ choices: [withdrawn('acme/*', 'email')], at: 2 }),
    ]);
    expect(stop?.changed).toContainEqual({
      topic: 'acme/newsletter',
      channel: 'email',
      from: 'granted',
      to: 'withdrawn',
    });
    expect(stop?.changed).toContainEqual({
      topic: 'acme/offers',
      channel: 'email',
      from: 'none',
      to: 'withdrawn',
    });
    expect(stop?.changed).toHaveLength(5);
  });

  test('is recorded after its predecessor, whatever the clock says', () => {
    const first = aVersion();
    const second = aVersion({
      previous: first,
      now: NOW - 60_000,
      change: aChange({ choices: [no], at: 1 }),
    });
    expect(first.recordedAt).toBe(minute(0));
    expect(Date.parse(second.recordedAt)).toBe(NOW + 1);
  });

  test('names its predecessor by the digest of its canonical document', () => {
    const first = aVersion();
    const second = aVersion({ previous: first, change: aChange({ choices: [no], at: 1 }) });
    expect(first).toMatchObject({ version: 1, previous: null });
    expect(second).toMatchObject({ version: 2, previous: sha256(canonical(first)) });
  });

  test('is made by a person who repeats a choice: fresh evidence', () => {
    expect(aHistory([aChange({ choices: [yes], at: 1 }), aChange({ choices: [yes], at: 2 })])).toHaveLength(
      2,
    );
  });

  test('is not made by the very same change again', () => {
    expect(aHistory([aChange({ choices: [yes] }), aChange({ choices: [yes] })])).toHaveLength(1);
  });

  test('is the same, byte for byte, for the same inputs', () => {
    expect(canonical(aVersion())).toBe(canonical(aVersion()));
  });
});

describe('a vendor’s notice', () => {
  const notice = (choices: Change['choices'], at: number) => aChange({ choices, at, source: 'mailer' });
  const decideNotice = deciding({ onlyIfAnswersMove: true });

  test('that moves no answer makes no version', () => {
    expect(decideNotice(aVersion({ change: notice([no], 1) }), notice([no], 2)).kind).toBe('unchanged');
  });

  test('that moves one makes a version', () => {
    expect(decideNotice(aVersion(), notice([no], 2)).kind).toBe('version');
  });
});

describe('the speaker', () => {
  test.each([
    ['subject', 'person'],
    ['agent', 'person'],
    ['system', 'system:crm'],
    ['import', 'system:crm'],
  ] as const)('of %s is %s', (kind, speaker) => {
    expect(speakerOf(anEvidence({ source: 'crm', actor: { kind } }))).toBe(speaker);
  });
});

describe('a change’s id', () => {
  const change = aChange({
    choices: [yes, no],
    identifiers: [anIdentifier('email', 'a'), anIdentifier('crm', '1')],
  });

  test('does not depend on the order of its parts, nor on ciphertexts', () => {
    const identifiers = change.identifiers.map((one) => ({ ...one, sealed: 'another ciphertext' })).reverse();
    const same = {
      ...change,
      choices: [no, yes],
      identifiers,
      evidence: { ...change.evidence, personal: 'sealed' },
    };
    expect(changeId(same)).toBe(changeId(change));
  });

  test('depends on everything else', () => {
    const others = [
      { ...change, choices: [yes] },
      { ...change, identifiers: [anIdentifier('email', 'b'), anIdentifier('crm', '1')] },
      { ...change, preferences: [{ key: 'interest.cycling', value: 'like' }] },
      { ...change, evidence: { ...change.evidence, method: 'call' } },
    ];
    expect(new Set([change, ...others].map(changeId)).size).toBe(5);
  });
});
