import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import config from '../../heed.config.ts';
import { batchPut } from '../../lib/aws/batch-write.ts';
import { versionItem } from '../../lib/aws/version-item.ts';
import { decide } from '../../lib/domain/decide.ts';
import { DAY, HOUR, toIso } from '../../lib/domain/time.ts';
import type { Change } from '../../lib/domain/vocabulary.ts';
import type { Stored } from '../../lib/ports.ts';
import { aFindable, sealed } from './builders.ts';

/** When the first version of a long history is recorded, ms. The others follow, an hour after each other. */
export const BEGUN = Date.parse('2020-01-01T00:00:00.000Z');

/** One change in so many arrives late, by up to a hundred days. */
const LATE_EVERY = 20;

export const recordedAt = (step: number): number => BEGUN + step * HOUR;
/** As many and as long, but a hundred within as many seconds, and then nothing for four days. */
export const inBursts = (step: number): number => recordedAt(step - (step % 100)) + (step % 100) * 1000;
const latenessOf = (step: number): number => (step % LATE_EVERY === 0 ? ((step % 7) + 1) * 14 * DAY : 0);

const TOPICS = Object.keys(config.topics);

const changeAt = (step: number, at: number): Change => ({
  choices: [
    {
      topic: TOPICS[step % TOPICS.length] ?? '*',
      channel: 'email',
      state: Math.floor(step / TOPICS.length) % 2 === 0 ? 'granted' : 'withdrawn',
    },
  ],
  preferences: [],
  identifiers: [],
  evidence: {
    source: 'preference-center',
    actor: { kind: 'subject' },
    method: 'form',
    occurredAt: toIso(at - latenessOf(step)),
    legalBasis: 'consent',
    jurisdiction: 'DK',
    notice: { id: 'marketing', version: '3', language: 'en', sha256: 'a'.repeat(64) },
  },
});

const PAGE = 500;

export interface Past {
  readonly subject: string;
  readonly versions: number;
  /** When a step was recorded, ms; an hour after the one before unless said. */
  readonly pace?: (step: number) => number;
}

/** Writes a person's whole past as accept would have, and gives it. */
export async function writePast(
  client: DynamoDBClient,
  { subject, versions, pace = recordedAt }: Past,
): Promise<readonly Stored[]> {
  const all: Stored[] = [];
  for (let step = 0; step < versions; step++) {
    const context = { subject, now: pace(step), catalogue: config.catalogue };
    const decision = decide(all.at(-1), changeAt(step, pace(step)), context);
    if (decision.kind === 'unchanged') throw new Error('every step says something new');
    all.push(sealed(decision.version));
  }
  const items = all.map((stored) => versionItem(stored, aFindable()));
  for (let next = 0; next < items.length; next += PAGE)
    await batchPut({ client, table: 'records' }, items.slice(next, next + PAGE));
  return all;
}
