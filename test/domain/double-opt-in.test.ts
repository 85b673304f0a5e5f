import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answersOf } from '../../lib/domain/answer.ts';
import type { ChangeBody } from '../../lib/domain/change.ts';
import { checkChange } from '../../lib/domain/check.ts';
import { canonical } from '../../lib/domain/digest.ts';
import { awaitedIn } from '../../lib/domain/double-opt-in.ts';
import { DAY } from '../../lib/domain/time.ts';
import type { ActorKind, Change, ChoiceEntry, HeedRecord } from '../../lib/domain/vocabulary.ts';
import { aBody, aCatalogue, aChange, aRecord, granted, NOW, pending, withdrawn } from '../builders.ts';
import { anyChange, inTwoOrders } from './arbitraries.ts';
import { newestWord, topicFits } from './oracle.ts';
import { holds, isCaught, type Rule } from './property.ts';

const WEEK = 7;
const base = aCatalogue();
const everything = { topics: ['*'], channels: ['*'], preferences: [], identifiers: [] };

/** The newsletter by e-mail has to be confirmed; `trusted` asks people to confirm by itself. */
const catalogue = aCatalogue({
  topics: {
    ...base.topics,
    'acme/newsletter': {
      ...{ brand: 'acme', title: 'Newsletter', purpose: 'marketing' },
      doubleOptIn: { channels: ['email'], withinDays: WEEK },
    },
  },
  sources: {
    ...base.sources,
    trusted: {
      ...{ ...everything, title: 'A form with its own double opt-in', confirmed: true },
      actors: ['subject', 'system'],
      states: ['granted', 'withdrawn'],
    },
  },
});

const NEWS = ['acme/newsletter', 'email'] as const;
const check = (body: ChangeBody) => checkChange(body, { catalogue, caller: { sources: ['*'] }, now: NOW });

function statesOf(body: ChangeBody): readonly string[] {
  const checked = check(body);
  if ('refusal' in checked) throw new Error(checked.refusal.type);
  return checked.change.choices.map(({ topic, channel, state }) => `${topic} ${channel} ${state}`);
}

describe('a grant that has to be confirmed', () => {
  test.each<readonly [ActorKind, string, string]>([
    ['subject', 'form', 'pending'],
    ['agent', 'desk', 'pending'],
    ['system', 'crm', 'granted'],
    ['import', 'crm', 'granted'],
  ])('of actor %s is kept as a request where it is the person’s own word alone', (kind, source, state) => {
    const body = aBody({ choices: [granted(...NEWS)], evidence: { actor: { kind }, source } });
    expect(statesOf(body)).toEqual([`acme/newsletter email ${state}`]);
  });

  test('is kept so on the channels that are named for it, and on no other', () => {
    expect(statesOf(aBody({ choices: [granted('acme/newsletter', '*')] }))).toEqual([
      'acme/newsletter email pending',
      'acme/newsletter sms granted',
      'acme/newsletter phone granted',
    ]);
  });

  test('is found under a prefix, and not where a more specific word of the change withdraws it', () => {
    expect(statesOf(aBody({ choices: [granted('acme/*', 'email')] }))).toContain(
      'acme/newsletter email pending',
    );
    const stopped = aBody({ choices: [granted('acme/*', 'email'), withdrawn(...NEWS)] });
    expect(statesOf(stopped)).toContain('acme/newsletter email withdrawn');
    expect(statesOf(stopped)).not.toContain('acme/newsletter email pending');
  });

  test('leaves withdrawals of the same change as they are', () => {
    const body = aBody({ choices: [granted(...NEWS), withdrawn('orbit/newsletter', 'email')] });
    expect(statesOf(body)).toEqual(['acme/newsletter email pending', 'orbit/newsletter email withdrawn']);
  });
});

describe('that a grant was confirmed', () => {
  const claim = (source: string, kind: ActorKind, body: ChangeBody = {}) =>
    check(
      aBody({
        choices: body.choices ?? [granted(...NEWS)],
        evidence: { method: 'double-opt-in', source, actor: { kind } },
      }),
    );

  test.each<readonly [string, ActorKind]>([
    ['form', 'subject'],
    ['desk', 'agent'],
    ['mailer', 'subject'],
  ])('is not %s’s to say for a person', (source, kind) => {
    const errors = [{ path: 'evidence.method', message: `${source} may not say that a grant was confirmed` }];
    expect(claim(source, kind)).toMatchObject({ refusal: { type: 'forbidden-source', errors } });
  });

  test('is taken from a source that is declared to ask people itself', () => {
    expect(claim('trusted', 'subject')).toMatchObject({
      change: { choices: [granted(...NEWS)], evidence: { method: 'double-opt-in' } },
    });
  });

  test('is a system’s own word where a system says it, which never was the person’s', () => {
    expect(claim('crm', 'import')).toMatchObject({ change: { choices: [granted(...NEWS)] } });
  });

  test('never stands in the way of a stop', () => {
    expect(claim('form', 'subject', { choices: [withdrawn(...NEWS)] })).toHaveProperty('change');
  });
});

const asked = (at: number) => aChange({ choices: [pending(...NEWS)], at });
const stateAt = (record: HeedRecord, at: number) => answersOf(record, catalogue, at)(...NEWS).state;
const waiting = (record: HeedRecord, at = NOW) =>
  awaitedIn(record, catalogue, at).map(({ topic, channel }) => `${topic} ${channel}`);

describe('a request', () => {
  test('lapses to the millisecond, by being read later', () => {
    const record = aRecord(asked(0));
    const end = NOW + WEEK * DAY;
    expect([stateAt(record, end - 1), stateAt(record, end)]).toEqual(['pending', 'none']);
    expect([waiting(record, end - 1), waiting(record, end)]).toEqual([['acme/newsletter email'], []]);
  });

  test('made anew waits from then on, and the older one is not awaited any more', () => {
    const record = aRecord(asked(-60), asked(0));
    const [only, ...others] = awaitedIn(record, catalogue, NOW);
    expect(others).toEqual([]);
    expect(only?.occurredAt).toBe('2026-05-01T12:00:00.000Z');
    expect(record.evidence[only?.change ?? '']?.occurredAt).toBe('2026-05-01T12:00:00.000Z');
  });

  test('that arrives after its time has run out is not awaited', () => {
    const record = aRecord(asked(-(WEEK * 24 * 60)));
    expect(waiting(record)).toEqual([]);
    expect(stateAt(record, NOW)).toBe('none');
  });

  test.each<readonly [string, readonly Change[], boolean]>([
    ['alone', [asked(0)], true],
    ['after her own withdrawal', [aChange({ choices: [withdrawn('*', '*')], at: -1 }), asked(0)], true],
    ['before her own stop', [asked(0), aChange({ choices: [withdrawn('*', '*')], at: 1 })], false],
    ['with her own stop at the same instant', [asked(0), aChange({ choices: [withdrawn('*', '*')] })], false],
    ['before her own grant', [asked(0), aChange({ choices: [granted(...NEWS)], at: 1 })], false],
    ['after a source’s stop', [aStopOf('crm', -1), asked(0)], true],
    ['before a source’s stop', [asked(0), aStopOf('crm', 1)], false],
    [
      'before a source’s grant',
      [asked(0), aChange({ choices: [granted(...NEWS)], at: 1, actor: 'system', source: 'crm' })],
      true,
    ],
    [
      'that excepts itself from a stop',
      [aChange({ choices: [withdrawn('*', '*'), pending(...NEWS)] })],
      true,
    ],
    [
      'that excepts itself from a stop, with another stop at the same instant',
      [
        aChange({ choices: [withdrawn('*', '*'), pending(...NEWS)] }),
        aChange({ choices: [withdrawn('*', '*')], evidence: { method: 'call' } }),
        aChange({ choices: [withdrawn('*', '*')], evidence: { method: 'letter' } }),
        aChange({ choices: [withdrawn('*', '*')], evidence: { method: 'chat' } }),
      ],
      false,
    ],
    [
      'that its own change excepts',
      [aChange({ choices: [pending('acme/*', 'email'), withdrawn(...NEWS)] })],
      false,
    ],
  ])('%s is awaited, or not', (_, changes, awaited) => {
    const news = waiting(aRecord(...changes)).includes('acme/newsletter email');
    expect(news).toBe(awaited);
  });

  test('of a topic that was retired since, or that nobody declares, is not awaited', () => {
    expect(waiting(aRecord(aChange({ choices: [pending('acme/fax-news', 'email')] })))).toEqual([]);
    expect(waiting(aRecord(aChange({ choices: [pending('acme/gone', 'email')] })))).toEqual([]);
  });
});

function aStopOf(source: string, at: number): Change {
  return aChange({ choices: [withdrawn(...NEWS)], at, actor: 'system', source });
}

type Awaiting = typeof awaitedIn;

const entriesOf = (changes: readonly Change[]): readonly ChoiceEntry[] =>
  changes.flatMap((change) => {
    const alone = aRecord(change);
    return alone.choices;
  });

/** Once more from the design, over all that was ever said: each speaker’s newest word, and what it does to the request. */
function isAwaited(said: readonly ChoiceEntry[], [topic, channel]: readonly [string, string], at: number) {
  const about = said.filter(
    (entry) => topicFits(entry.topic, topic) && (entry.channel === '*' || entry.channel === channel),
  );
  const speakers = [...new Set(about.map(({ speaker }) => speaker))];
  const words = speakers.flatMap(
    (speaker) => newestWord(about.filter((entry) => entry.speaker === speaker)) ?? [],
  );
  const request = words.find(({ speaker }) => speaker === 'pending');
  if (!request) return false;
  const end =
    topic === NEWS[0] && channel === NEWS[1] ? Date.parse(request.occurredAt) + WEEK * DAY : Infinity;
  const against = words.filter(({ speaker, state }) => speaker === 'person' || state === 'withdrawn');
  return at < end && against.every((word) => word === request || word.occurredAt < request.occurredAt);
}

/** Changes with one choice each, so that no word of a change excepts another. */
const oneWord = anyChange.map((change) => ({ ...change, choices: change.choices.slice(0, 1) }));

const agreesWithTheOracle: Rule<Awaiting> = (awaiting) =>
  fc.property(fc.array(oneWord, { maxLength: 8 }), fc.integer({ min: 0, max: 10 }), (changes, days) => {
    const at = NOW + days * DAY;
    const found = awaiting(aRecord(...changes), catalogue, at);
    const said = entriesOf(changes);
    return Object.entries(catalogue.topics)
      .filter(([, { retired }]) => !retired)
      .every(([topic]) =>
        catalogue.channels.every(
          (channel) =>
            found.some((one) => one.topic === topic && one.channel === channel) ===
            isAwaited(said, [topic, channel], at),
        ),
      );
  });

const isTheSameInAnyOrder: Rule<Awaiting> = (awaiting) =>
  fc.property(
    inTwoOrders(anyChange, 7),
    ([one, other]) =>
      canonical(awaiting(aRecord(...one), catalogue, NOW)) ===
      canonical(awaiting(aRecord(...other), catalogue, NOW)),
  );

const isGrantedByConfirming: Rule<Awaiting> = (awaiting) =>
  fc.property(fc.array(anyChange, { maxLength: 7 }), (changes) => {
    const at = NOW + 60_000;
    return awaiting(aRecord(...changes), catalogue, at).every(({ topic, channel, change }) => {
      const evidence = { method: 'double-opt-in', confirms: change };
      const after = aRecord(...changes, aChange({ choices: [granted(topic, channel)], at: 1, evidence }));
      const left = awaiting(after, catalogue, at);
      return (
        answersOf(after, catalogue, at)(topic, channel).state === 'granted' &&
        !left.some((one) => one.topic === topic && one.channel === channel)
      );
    });
  });

/** At the very instant of a request that excepts itself from a stop, the record keeps one of two stops that say the same. */
const beforeOrWith = fc.oneof(
  fc.record({ at: fc.constant(1), changes: fc.array(anyChange, { maxLength: 7 }) }),
  fc.record({ at: fc.constant(0), changes: fc.array(oneWord, { maxLength: 7 }) }),
);

const isEndedByAnyStop: Rule<Awaiting> = (awaiting) =>
  fc.property(
    beforeOrWith,
    fc.constantFrom('subject' as const, 'agent' as const, 'system' as const, 'import' as const),
    ({ at, changes }, actor) => {
      const stop = aChange({ choices: [withdrawn('*', '*')], at, actor, source: 'crm' });
      const others = changes.filter(({ evidence }) => evidence.source !== 'crm');
      return awaiting(aRecord(...others, stop), catalogue, NOW + 60_000).length === 0;
    },
  );

/** Lapsed, overruled or not: whatever was ever asked. */
const everyRequest: Awaiting = (record) =>
  record.choices.flatMap(({ speaker, topic, channel, change, occurredAt }) =>
    speaker === 'pending' && !topic.endsWith('*') && channel !== '*'
      ? [{ topic, channel, change, occurredAt }]
      : [],
  );

/** As if only the person could stop it. */
const deafToSources: Awaiting = (record, ...rest) =>
  awaitedIn(
    {
      ...record,
      choices: record.choices.filter(({ speaker }) => speaker === 'person' || speaker === 'pending'),
    },
    ...rest,
  );

/** The first request in the list, whatever came after it. */
const firstStored: Awaiting = (record, ...rest) => {
  const [first] = Object.keys(record.evidence);
  return awaitedIn(record, ...rest).map((one) => ({ ...one, change: first ?? '' }));
};

describe('what waits to be confirmed', () => {
  test('is what the design says, over all that was ever said', () =>
    holds(agreesWithTheOracle, awaitedIn, 150));
  test('would not be if requests neither lapsed nor ended', () =>
    isCaught(agreesWithTheOracle, everyRequest));
  test('would not be if only the person’s stops ended them', () =>
    isCaught(agreesWithTheOracle, deafToSources));
  test('does not depend on the order of arrival', () => holds(isTheSameInAnyOrder, awaitedIn, 100));
  test('would depend on it if the first to be stored counted', () =>
    isCaught(isTheSameInAnyOrder, firstStored));
  test('is granted by confirming it, and then waits no longer', () =>
    holds(isGrantedByConfirming, awaitedIn, 80));
  test('would wait on if confirming did not end it', () => isCaught(isGrantedByConfirming, everyRequest));
  test('ends with anybody’s stop that came with it or later', () => holds(isEndedByAnyStop, awaitedIn, 300));
  test('would not end with it if sources could not stop it', () => isCaught(isEndedByAnyStop, deafToSources));
});
