import config from '../heed.config.ts';
import type { ChangeBody } from '../lib/domain/change.ts';

const TOPICS = Object.keys(config.topics);

/** A change as a form sends it: one choice with all its evidence, another one each time. */
export const aChange = (turn: number): ChangeBody => ({
  choices: [
    {
      topic: TOPICS[turn % TOPICS.length] ?? '*',
      channel: 'email',
      state: Math.floor(turn / TOPICS.length) % 2 === 0 ? 'granted' : 'withdrawn',
    },
  ],
  evidence: {
    source: 'preference-center',
    actor: { kind: 'subject' },
    method: 'form',
    occurredAt: new Date(Date.now()).toISOString(),
    legalBasis: 'consent',
    jurisdiction: 'DK',
    notice: { id: 'marketing', version: '3', language: 'en' },
  },
});

/** One of so many subjects, each in its turn: their histories grow slowly and alike. */
export const subjectOf = (prefix: string, turn: number, subjects: number): string =>
  `${prefix}-${String(turn % subjects).padStart(6, '0')}`;
