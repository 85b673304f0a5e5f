import fc from 'fast-check';
import { describe, test } from 'vitest';
import { answersOf } from '../../lib/domain/answer.ts';
import type { Catalogue } from '../../lib/domain/catalogue.ts';
import { merge } from '../../lib/domain/registers.ts';
import { DAY } from '../../lib/domain/time.ts';
import type { AnswerState, Change, Choice, HeedRecord } from '../../lib/domain/vocabulary.ts';
import { aCatalogue, aChange, aRecord, NOW, withdrawn } from '../builders.ts';
import {
  anyChange,
  CATALOGUE,
  choices,
  instant,
  otherThanThePersons,
  PAIRS,
  SOURCES,
} from './arbitraries.ts';
import { ALL_RULES, oracle } from './oracle.ts';
import { holds, isCaught, type Rule } from './property.ts';

/** What these rules are about: the shipped answers, or answers with a rule taken away. */
type Answering = (
  record: HeedRecord,
  catalogue: Catalogue,
  at: number,
) => (topic: string, channel: string) => { readonly state: AnswerState };

const without = (rule: keyof typeof ALL_RULES): Answering => oracle({ ...ALL_RULES, [rule]: false });

const history = fc.array(anyChange, { maxLength: 5 });
const followers = (change: fc.Arbitrary<Change>) => fc.array(change, { maxLength: 5 });
const key = fc.record({
  topic: fc.constantFrom('acme/newsletter', 'acme/clubs/*', 'acme/*', '*'),
  channel: fc.constantFrom('email', '*'),
});

type Pair = (typeof PAIRS)[number];
const statesAt = (answer: ReturnType<Answering>, pairs: readonly Pair[] = PAIRS) =>
  pairs.map(({ topic, channel }) => answer(topic, channel).state);

/** Pairs whose state under the shipped answers is this, for this reason. */
const where = (record: HeedRecord, because: string): readonly Pair[] => {
  const answer = answersOf(record, CATALOGUE, NOW);
  return PAIRS.filter(({ topic, channel }) => answer(topic, channel).because === because);
};

const after = (record: HeedRecord, changes: readonly Change[]): HeedRecord =>
  changes.reduce((sum, change) => merge(sum, aRecord(change)), record);

const nothingLiftsAPersonsWithdrawal: Rule<Answering> = (answers) =>
  fc.property(history, key, instant, followers(otherThanThePersons), (before, under, at, later) => {
    const stop = aChange({ choices: [withdrawn(under.topic, under.channel)], at });
    const record = aRecord(...before, stop);
    const stopped = where(record, 'person-withdrew');
    const answer = answers(after(record, later), CATALOGUE, NOW);
    return statesAt(answer, stopped).every((state) => state === 'withdrawn');
  });

const [holder, other] = SOURCES;
const byOthers = fc
  .record({
    at: fc.integer({ min: -4, max: 99 }),
    said: choices(),
    kind: fc.constantFrom('system', 'import'),
  })
  .map(({ at, said, kind }) =>
    aChange({ actor: kind === 'system' ? 'system' : 'import', source: other, at, choices: said }),
  );

const isPersons = ({ evidence }: Change): boolean => ['subject', 'agent'].includes(evidence.actor.kind);

const nothingElseLiftsASourcesWithdrawal: Rule<Answering> = (answers) =>
  fc.property(history, key, instant, followers(byOthers), (before, under, at, later) => {
    const choices = [withdrawn(under.topic, under.channel)];
    const stop = aChange({ choices, at, actor: 'system', source: holder });
    const others = before.filter((change) => isPersons(change) || change.evidence.source !== holder);
    const held = where(aRecord(...others.filter(isPersons), stop), 'source-withdrew');
    const answer = answers(after(aRecord(...others, stop), later), CATALOGUE, NOW);
    return statesAt(answer, held).every((state) => state === 'withdrawn');
  });

const asking = fc
  .record({ at: fc.integer({ min: -4, max: 99 }), said: choices(['pending']) })
  .map(({ at, said }) => aChange({ at, choices: said }));

const ALLOWED: Record<AnswerState, readonly AnswerState[]> = {
  granted: ['granted'],
  withdrawn: ['withdrawn'],
  pending: ['pending'],
  none: ['none', 'pending'],
};

const pendingOnlyFillsSilence: Rule<Answering> = (answers) =>
  fc.property(history, followers(asking), (before, requests) => {
    const record = aRecord(...before);
    const was = statesAt(answersOf(record, CATALOGUE, NOW));
    const is = statesAt(answers(after(record, requests), CATALOGUE, NOW));
    return was.every((state, i) => ALLOWED[state].includes(is[i] ?? 'granted'));
  });

type Write = (choice: Choice, catalogue: Catalogue) => readonly Choice[];
const asSaid: Write = (choice) => [choice];
const spelledOut: Write = (choice, { topics, channels }) =>
  Object.keys(topics).flatMap((topic) => channels.map((channel) => ({ ...choice, topic, channel })));

const TOMORROW = aCatalogue({
  topics: { ...CATALOGUE.topics, 'acme/new': { brand: 'acme', title: 'New', purpose: 'marketing' } },
  channels: [...CATALOGUE.channels, 'fax'],
});

const stopAllCoversWhatComesLater: Rule<Write> = (write) =>
  fc.property(history, followers(otherThanThePersons), (before, later) => {
    const stop = aChange({ choices: write(withdrawn('*', '*'), CATALOGUE), at: 1 });
    const answer = answersOf(after(aRecord(...before, stop), later), TOMORROW, NOW);
    return [
      ['acme/new', 'email'],
      ['acme/new', 'fax'],
      ['acme/newsletter', 'fax'],
    ].every(([topic = '', channel = '']) => answer(topic, channel).state === 'withdrawn');
  });

const RUNNING_OUT = aCatalogue({
  topics: {
    'acme/newsletter': { brand: 'acme', title: 'Newsletter', purpose: 'marketing', expiresAfterDays: 30 },
  },
});

/** Whatever is asked, about whatever and whenever: permission needs an unexpired grant and a declared topic and channel. */
const onlyAnUnexpiredGrantPermits: Rule<Answering> = (answers) =>
  fc.property(
    history,
    fc.constantFrom('acme/newsletter', 'acme/clubs/cycling', 'orbit/newsletter', 'constructor'),
    fc.constantFrom('email', 'sms', 'fax'),
    fc.integer({ min: 0, max: 60 }),
    (before, topic, channel, days) => {
      const at = NOW + days * DAY;
      const record = aRecord(...before);
      if (answers(record, RUNNING_OUT, at)(topic, channel).state !== 'granted') return true;
      const { entry } = answersOf(record, RUNNING_OUT, at)(topic, channel);
      const declared = topic === 'acme/newsletter' && channel !== 'fax';
      return declared && entry?.state === 'granted' && Date.parse(entry.occurredAt) + 30 * DAY > at;
    },
  );

describe('a withdrawal', () => {
  test('of the person is lifted by no system, import or request to confirm, however late', () =>
    holds(nothingLiftsAPersonsWithdrawal, answersOf));
  test('of the person would be lifted if the newest word of anybody counted', () =>
    isCaught(nothingLiftsAPersonsWithdrawal, without('personHolds')));
  test('of a system source is lifted by no other source and no request to confirm', () =>
    holds(nothingElseLiftsASourcesWithdrawal, answersOf));
  test('of a system source would be lifted if only the newest system word counted', () =>
    isCaught(nothingElseLiftsASourcesWithdrawal, without('sourcesHold')));
});

describe('a request to confirm', () => {
  test('never grants, never lowers a grant and never lifts a withdrawal', () =>
    holds(pendingOnlyFillsSilence, answersOf));
  test('would lower a grant if it stood in the person’s own register', () =>
    isCaught(pendingOnlyFillsSilence, without('pendingApart')));
  test('would bypass confirmation if it were read as a grant', () =>
    isCaught(pendingOnlyFillsSilence, (record, ...rest) =>
      answersOf(
        {
          ...record,
          choices: record.choices.map((e) =>
            e.state === 'pending' ? { ...e, state: 'granted', speaker: 'person' } : e,
          ),
        },
        ...rest,
      ),
    ));
});

describe('a stop-all', () => {
  test('covers topics and channels that are added to the catalogue later', () =>
    holds(stopAllCoversWhatComesLater, asSaid));
  test('would not if it were spelled out over the catalogue when it is written', () =>
    isCaught(stopAllCoversWhatComesLater, spelledOut));
});

describe('fail closed:', () => {
  test('nothing but an unexpired grant on a declared topic and channel permits', () =>
    holds(onlyAnUnexpiredGrantPermits, answersOf));
  test('an expired grant would permit if expiry were not read', () =>
    isCaught(onlyAnUnexpiredGrantPermits, without('grantsRunOut')));
  test('an undeclared topic would be permitted if every topic were taken as declared', () =>
    isCaught(onlyAnUnexpiredGrantPermits, (record, catalogue, at) => (topic, channel) => {
      const [any = ''] = Object.keys(catalogue.topics);
      const topics = {
        ...catalogue.topics,
        [topic]: catalogue.topics[any] ?? { brand: '', title: '', purpose: '' },
      };
      return answersOf(record, { ...catalogue, topics, channels: [channel] }, at)(topic, channel);
    }));
});
