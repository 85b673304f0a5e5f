import { describe, expect, test } from 'vitest';
import { answersOf } from '../../lib/domain/answer.ts';
import type { ActorKind, Change, Choice } from '../../lib/domain/vocabulary.ts';
import { aCatalogue, aChange, aRecord, granted, minute, NOW, pending, withdrawn } from '../builders.ts';

const CATALOGUE = aCatalogue();
const NEWS = ['acme/newsletter', 'email'] as const;
const yes = granted(...NEWS);
const no = withdrawn(...NEWS);
const maybe = pending(...NEWS);

const says = (actor: ActorKind, choice: Choice, at: number, source = 'crm'): Change =>
  aChange({ actor, source, choices: [choice], at });

const answer = (changes: readonly Change[], topic: string = NEWS[0], channel: string = NEWS[1], at = NOW) =>
  answersOf(aRecord(...changes), CATALOGUE, at)(topic, channel);

type Row = readonly [string, readonly Change[], string, string];

const STEPS: readonly Row[] = [
  ['nobody has spoken', [], 'none', 'no-answer'],
  ['1: the person withdrew', [says('subject', no, 1)], 'withdrawn', 'person-withdrew'],
  ['1: an agent passes on that the person withdrew', [says('agent', no, 1)], 'withdrawn', 'person-withdrew'],
  [
    '1: a system grants after the person withdrew',
    [says('subject', no, 1), says('system', yes, 2)],
    'withdrawn',
    'person-withdrew',
  ],
  [
    '1: an import grants after the person withdrew',
    [says('subject', no, 1), says('import', yes, 2)],
    'withdrawn',
    'person-withdrew',
  ],
  [
    '1: a request to confirm follows the person’s withdrawal',
    [says('subject', no, 1), says('subject', maybe, 2)],
    'withdrawn',
    'person-withdrew',
  ],
  ['1: the person grants again', [says('subject', no, 1), says('subject', yes, 2)], 'granted', 'granted'],
  [
    '1: an agent takes the person’s new word',
    [says('subject', no, 1), says('agent', yes, 2)],
    'granted',
    'granted',
  ],
  [
    '1: the person withdrew and granted at one instant',
    [says('subject', no, 1), says('agent', yes, 1)],
    'withdrawn',
    'person-withdrew',
  ],
  ['2: a system withdrew', [says('system', no, 1)], 'withdrawn', 'source-withdrew'],
  [
    '2: another system grants later',
    [says('system', no, 1), says('system', yes, 2, 'mailer')],
    'withdrawn',
    'source-withdrew',
  ],
  ['2: the same system grants later', [says('system', no, 1), says('system', yes, 2)], 'granted', 'granted'],
  [
    '2: an import of the same source grants later',
    [says('system', no, 1), says('import', yes, 2)],
    'granted',
    'granted',
  ],
  ['2: the person grants later', [says('system', no, 1), says('subject', yes, 2)], 'granted', 'granted'],
  [
    '2: the person granted earlier',
    [says('system', no, 2), says('subject', yes, 1)],
    'withdrawn',
    'source-withdrew',
  ],
  [
    '2: the person granted at that instant',
    [says('system', no, 1), says('subject', yes, 1)],
    'withdrawn',
    'source-withdrew',
  ],
  [
    '2: the person’s grant lies between two systems’ withdrawals',
    [says('system', no, 1), says('subject', yes, 2), says('system', no, 3, 'mailer')],
    'withdrawn',
    'source-withdrew',
  ],
  [
    '2: a request to confirm follows a system’s withdrawal',
    [says('system', no, 1), says('system', maybe, 2)],
    'withdrawn',
    'source-withdrew',
  ],
  ['3: the person granted', [says('subject', yes, 1)], 'granted', 'granted'],
  ['3: a system granted and the person is silent', [says('system', yes, 1)], 'granted', 'granted'],
  [
    '3: a request to confirm follows a grant',
    [says('subject', yes, 1), says('subject', maybe, 2)],
    'granted',
    'granted',
  ],
  [
    '3: a request to confirm follows a system’s grant',
    [says('system', yes, 1), says('system', maybe, 2)],
    'granted',
    'granted',
  ],
  ['4: a confirmation is pending', [says('subject', maybe, 1)], 'pending', 'confirmation-pending'],
  ['4: the person confirms', [says('subject', maybe, 1), says('subject', yes, 2)], 'granted', 'granted'],
  [
    '4: the same request was made twice',
    [says('subject', maybe, 1), says('subject', maybe, 2)],
    'pending',
    'confirmation-pending',
  ],
];

describe('the answer by the four steps:', () => {
  test.each(STEPS)('%s', (_, changes, state, because) => {
    expect(answer(changes)).toMatchObject({ state, because });
  });

  test('the person’s grant is the one that is named, even where a system granted later', () => {
    const { entry } = answer([says('subject', yes, 1), says('system', yes, 2)]);
    expect(entry).toMatchObject({ speaker: 'person', occurredAt: minute(1) });
  });
});
