import fc from 'fast-check';
import type { Change, Choice, ChoiceState } from '../../lib/domain/vocabulary.ts';
import { aCatalogue, aChange, anIdentifier } from '../builders.ts';

/** Few of everything, so that ties, overlaps and repeats are common. */
export const CATALOGUE = aCatalogue();
export const TOPICS = ['acme/newsletter', 'acme/clubs/cycling', 'orbit/newsletter'] as const;
export const CHANNELS = ['email', 'sms'] as const;
export const PAIRS = TOPICS.flatMap((topic) => CHANNELS.map((channel) => ({ topic, channel })));
export const SOURCES = ['crm', 'mailer'] as const;

const PATTERNS = [...TOPICS, 'acme/*', 'acme/clubs/*', '*'];

const keyOf = ({ topic, channel }: Choice): string => `${topic} ${channel}`;

export const choices = (states: readonly ChoiceState[] = ['granted', 'withdrawn', 'pending']) =>
  fc.uniqueArray(
    fc.record<Choice>({
      topic: fc.constantFrom(...PATTERNS),
      channel: fc.constantFrom(...CHANNELS, '*'),
      state: fc.constantFrom(...states),
    }),
    { maxLength: 4, selector: keyOf },
  );

const preferences = fc.uniqueArray(
  fc.record({
    key: fc.constantFrom('acme/newsletter.frequency', 'interest.cycling'),
    value: fc.constantFrom('weekly', 'like'),
  }),
  { maxLength: 2, selector: ({ key }) => key },
);

const identifiers = fc
  .uniqueArray(
    fc.record({ kind: fc.constantFrom('email', 'phone'), value: fc.constantFrom('a', 'b', null) }),
    { maxLength: 2, selector: ({ kind }) => kind },
  )
  .map((all) => all.map(({ kind, value }) => anIdentifier(kind, value)));

/** Minutes: five instants for all changes, so that about every other pair of changes that meet is a tie. */
export const instant = fc.integer({ min: -4, max: 0 });

const person = fc.record({
  actor: fc.constantFrom('subject' as const, 'agent' as const),
  source: fc.constantFrom('form', ...SOURCES),
});
const system = fc.record({
  actor: fc.constantFrom('system' as const, 'import' as const),
  source: fc.constantFrom(...SOURCES),
});

const evidence = fc.record({ method: fc.constantFrom('form', 'call') });

/** Any change anybody may say, complete with evidence. */
export const anyChange: fc.Arbitrary<Change> = fc
  .record({
    who: fc.oneof(person, system),
    at: instant,
    choices: choices(),
    preferences,
    identifiers,
    evidence,
  })
  .map(({ who, ...parts }) => aChange({ ...who, ...parts }));

/** Heed's word that the use of a person's data is restricted, or no longer. */
export const aRestriction: fc.Arbitrary<Change> = fc
  .record({ restricted: fc.boolean(), at: instant })
  .map(({ restricted, at }) => aChange({ restricted, at, actor: 'agent', source: 'heed' }));

/** The same, and restrictions of what may be used of it. */
export const anyWord: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: anyChange },
  { weight: 1, arbitrary: aRestriction },
);

/** What only systems, imports and requests to confirm say, at any of the instants and long after them. */
export const otherThanThePersons: fc.Arbitrary<Change> = fc
  .oneof(
    fc.record({ who: system, at: fc.integer({ min: -4, max: 99 }), choices: choices(), evidence }),
    fc.record({ who: person, at: fc.integer({ min: -4, max: 99 }), choices: choices(['pending']), evidence }),
  )
  .map(({ who, ...parts }) => aChange({ ...who, ...parts }));

/** Changes and the same changes in another order. */
export const inTwoOrders = (change: fc.Arbitrary<Change>, maxLength: number) =>
  fc
    .array(change, { maxLength })
    .chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
