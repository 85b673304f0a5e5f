import type { ChangeBody } from '../../lib/domain/change.ts';
import type { Choice } from '../../lib/domain/vocabulary.ts';
import type { Chance } from './chance.ts';
import type { Person } from './people.ts';

/** Where a change comes from, in the words of the demo's table. */
export type Kind =
  | 'import'
  | 'form'
  | 'call centre'
  | 'one-click stop'
  | 'stop everything'
  | 'change of address'
  | 'late arrival';

/** One request of the day. */
export interface Act {
  readonly kind: Kind;
  readonly person: Person;
  /** With the person's own token, as from a page or a mail; else with that of a system or its staff. */
  readonly own: boolean;
  readonly body: ChangeBody;
  /** The caller did not hear the answer, and sends it again. */
  readonly twice: boolean;
}

export interface Scene {
  readonly person: Person;
  readonly chance: Chance;
  /** When the day began, ms. */
  readonly morning: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const TOPICS = [
  'acme/newsletter',
  'acme/offers',
  'acme/surveys',
  'acme/data-sharing',
  'orbit/newsletter',
  'orbit/events',
] as const;

const notice = (version: string) => ({ id: 'marketing', version, language: 'en' });
const agreed = (version: string) => ({
  legalBasis: 'consent' as const,
  jurisdiction: 'DK',
  notice: notice(version),
});

/** Different topics by one channel each; most people agree. */
function choices(chance: Chance, most: number, channels: readonly [string, ...string[]]): Choice[] {
  const first = chance.whole(TOPICS.length);
  return Array.from({ length: 1 + chance.whole(most) }, (_, at) => ({
    topic: TOPICS[(first + at) % TOPICS.length] ?? TOPICS[0],
    channel: chance.pick(channels),
    state: chance.happens(0.7) ? ('granted' as const) : ('withdrawn' as const),
  }));
}

const identifiersOf = ({ email, phone }: Person) => ({ ...(email !== undefined && { email }), phone });

const at = (time: number): string => new Date(time).toISOString();

/** Historical consents, each with the day it was given and the text of that time. */
export const imported = ({ person, chance, morning }: Scene): ChangeBody => ({
  choices: choices(chance, 3, ['email', 'phone', 'post']),
  identifiers: identifiersOf(person),
  evidence: {
    source: 'crm-import',
    actor: { kind: 'import' },
    method: 'file',
    occurredAt: at(morning - (30 + chance.whole(600)) * DAY),
    ...agreed(chance.pick(['1', '2'])),
  },
});

export const filledIn = ({ person, chance }: Scene): ChangeBody => ({
  choices: choices(chance, 4, ['email', 'email', 'sms', 'push']),
  preferences: [{ key: 'acme/newsletter.frequency', value: chance.pick(['daily', 'weekly', 'monthly']) }],
  identifiers: identifiersOf(person),
  evidence: { method: 'form', ...agreed('3') },
});

export const called = ({ person, chance, morning }: Scene): ChangeBody => ({
  choices: choices(chance, 2, ['phone', 'email', 'sms']),
  identifiers: identifiersOf(person),
  evidence: {
    source: 'call-centre',
    actor: { kind: 'agent', id: `agent-${chance.whole(12)}` },
    method: 'call',
    occurredAt: at(morning + (8 * 60 + chance.whole(10 * 60)) * MINUTE),
    ...agreed('3'),
  },
});

export const unsubscribed = ({ chance }: Scene): ChangeBody => ({
  choices: [
    {
      topic: chance.pick(['acme/newsletter', 'acme/offers', 'orbit/newsletter']),
      channel: 'email',
      state: 'withdrawn',
    },
  ],
  evidence: { method: 'one-click' },
});

export const stopped = (): ChangeBody => ({
  choices: [{ topic: '*', channel: '*', state: 'withdrawn' }],
  evidence: { method: 'form' },
});

export const moved = ({ person }: Scene): ChangeBody => ({
  identifiers: { email: person.nextEmail ?? null },
  evidence: { method: 'form' },
});

/** A card filled in days ago that is typed in today: whatever was said since stands. */
export const typedLate = ({ chance, morning }: Scene): ChangeBody => ({
  choices: choices(chance, 2, ['email', 'post']),
  evidence: {
    source: 'call-centre',
    actor: { kind: 'agent', id: 'post-room' },
    method: 'paper',
    occurredAt: at(morning - (2 + chance.whole(20)) * DAY),
    ...agreed('3'),
  },
});
