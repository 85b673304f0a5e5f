import { describe, expect, test } from 'vitest';
import type { Change, ChoiceOutcome } from '../../lib/domain/vocabulary.ts';
import { aChange, aHistory, granted, pending, withdrawn } from '../builders.ts';

const yes = granted('acme/newsletter', 'email');
const no = withdrawn('acme/newsletter', 'email');

const outcomesOf = (...changes: readonly Change[]): readonly ChoiceOutcome[] =>
  aHistory(changes).at(-1)?.outcomes ?? [];

describe('outcomes: a choice', () => {
  const system = { actor: 'system', source: 'crm' } as const;
  test.each<readonly [string, readonly Change[], string]>([
    ['that moves an answer is applied', [aChange({ choices: [yes] })], 'applied'],
    [
      'that repeats the answer is unchanged',
      [aChange({ choices: [yes], at: 1 }), aChange({ choices: [yes], at: 2 })],
      'unchanged',
    ],
    [
      'that arrives after a newer one of the same key is superseded',
      [aChange({ choices: [yes], at: 2 }), aChange({ choices: [no], at: 1 })],
      'superseded',
    ],
    [
      'that arrives after a newer stop-all is superseded',
      [aChange({ choices: [withdrawn('*', '*')], at: 2 }), aChange({ choices: [yes], at: 1 })],
      'superseded',
    ],
    [
      'of a system that withdraws what the person granted later is superseded',
      [aChange({ choices: [yes], at: 2 }), aChange({ choices: [no], at: 1, ...system })],
      'superseded',
    ],
    [
      'of a system that grants what the person withdrew is refused',
      [aChange({ choices: [no], at: 1 }), aChange({ choices: [yes], at: 2, ...system })],
      'refused',
    ],
    [
      'of a source that grants what another withdrew is refused',
      [
        aChange({ choices: [no], at: 1, ...system }),
        aChange({ choices: [yes], at: 2, ...system, source: 'mailer' }),
      ],
      'refused',
    ],
    [
      'of the person that grants, earlier, what a source withdrew is refused',
      [aChange({ choices: [no], at: 2, ...system }), aChange({ choices: [yes], at: 1 })],
      'refused',
    ],
    [
      'that asks to confirm what the person withdrew leaves it so until she does',
      [aChange({ choices: [no], at: 1 }), aChange({ choices: [pending('acme/newsletter', 'email')], at: 2 })],
      'unchanged',
    ],
    [
      'that asks to confirm what the person has withdrawn since is refused',
      [aChange({ choices: [no], at: 2 }), aChange({ choices: [pending('acme/newsletter', 'email')], at: 1 })],
      'refused',
    ],
    [
      'that asks to confirm what a source has withdrawn since is refused',
      [
        aChange({ choices: [no], at: 2, ...system }),
        aChange({ choices: [pending('acme/newsletter', 'email')], at: 1 }),
      ],
      'refused',
    ],
    [
      'that asks to confirm what is granted is unchanged',
      [
        aChange({ choices: [yes], at: 1 }),
        aChange({ choices: [pending('acme/newsletter', 'email')], at: 2 }),
      ],
      'unchanged',
    ],
    [
      'that asks to confirm where nobody spoke is applied',
      [aChange({ choices: [pending('acme/newsletter', 'email')] })],
      'applied',
    ],
    [
      'that withdraws a topic nobody declared is applied',
      [aChange({ choices: [withdrawn('gone/topic', 'email')] })],
      'applied',
    ],
    [
      'that grants a prefix of which a part is withdrawn is applied to the rest',
      [aChange({ choices: [no], at: 1, ...system }), aChange({ choices: [granted('acme/*', '*')], at: 1 })],
      'applied',
    ],
  ])('%s', (_, changes, outcome) => {
    expect(outcomesOf(...changes)).toMatchObject([{ outcome }]);
  });

  test('is not superseded by the exceptions that its own change makes', () => {
    const choices = [withdrawn('orbit/*', 'email'), granted('orbit/newsletter', 'email')];
    expect(outcomesOf(aChange({ choices }))).toMatchObject([{ outcome: 'applied' }, { outcome: 'applied' }]);
  });

  test('that is refused says why', () => {
    const refusedBy = (first: Change) =>
      outcomesOf(first, aChange({ choices: [yes], at: 2, ...system, source: 'mailer' }))[0];
    expect(refusedBy(aChange({ choices: [no], at: 1 }))?.reason).toBe('the person has withdrawn');
    expect(refusedBy(aChange({ choices: [no], at: 1, ...system }))?.reason).toContain(
      'a source has withdrawn',
    );
  });

  test('has its outcome at its own place in the change', () => {
    const change = aChange({ choices: [withdrawn('orbit/newsletter', 'email'), yes] });
    expect(outcomesOf(change)).toEqual([
      { ...withdrawn('orbit/newsletter', 'email'), outcome: 'applied' },
      { ...yes, outcome: 'applied' },
    ]);
  });
});
