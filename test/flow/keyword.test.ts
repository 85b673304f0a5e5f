import { expect, test } from 'vitest';
import { answersOf } from '../../lib/domain/answer.ts';
import type { ChangeBody } from '../../lib/domain/change.ts';
import { toIso } from '../../lib/domain/time.ts';
import { accept } from '../../lib/flow/accept.ts';
import { heedKeyword } from '../../lib/flow/keyword.ts';
import { NOW, rig } from '../api/rig.ts';

const MINUTE = 60_000;

test('a message counts from when it was sent, where that is vouched for, in whatever order messages arrive', async () => {
  const { catalogue, store, clock } = rig();
  const starts = {
    ...{ topics: ['acme/offers'], legalBasis: 'consent' as const },
    notice: { id: 'marketing', version: '3', language: 'en' },
  };
  const settings = {
    ...{ source: 'text-messages', channel: 'sms', stops: ['acme/offers'], starts },
    ...{ languages: ['en' as const], snsTopics: [], answeredByTwilio: [] },
  };
  const heed = heedKeyword({ ...store, catalogue, clock }, settings);
  const from = '+4520123456';
  const sent = (minutesAgo: number, id: string) => ({ from, text: '', id, at: NOW - minutesAgo * MINUTE });
  await heed('stop', sent(30, 'first'));
  await heed('stop', sent(10, 'third'));
  await heed('stop', sent(20, 'second, and late'));
  const hash = await store.seals.hash('phone', from);
  const [subject = ''] = await store.identifiers.holders('phone', hash, 2);
  const versions = await store.records.history(subject, { limit: 10 });
  const times = versions.map(({ version }) => [
    version.change.evidence.occurredAt,
    version.outcomes[0]?.outcome,
  ]);
  const at = (minutesAgo: number): string => new Date(NOW - minutesAgo * MINUTE).toISOString();
  expect(times).toEqual([
    [at(20), 'superseded'],
    [at(10), expect.stringMatching(/^(applied|unchanged)$/)],
    [at(30), 'applied'],
  ]);
});

test('one whose time nobody vouches for counts after all that was said before, whatever the clock says', async () => {
  const { catalogue, store, clock } = rig();
  const settings = {
    ...{ source: 'text-messages', channel: 'sms', stops: ['acme/offers'], languages: ['en' as const] },
    ...{ snsTopics: [], answeredByTwilio: [] },
  };
  const ports = { ...store, catalogue, clock };
  const choice = { topic: 'acme/offers', channel: 'sms' };
  const evidence = {
    ...{ source: 'preference-center', actor: { kind: 'subject' as const }, method: 'form' },
    ...{ legalBasis: 'consent' as const, notice: { id: 'marketing', version: '3', language: 'en' } },
    occurredAt: toIso(clock.now()),
  };
  const body: ChangeBody = {
    choices: [{ ...choice, state: 'granted' }],
    identifiers: { phone: '+4520123456' },
    evidence,
  };
  const caller = { sources: ['*'] };
  await accept(ports)({ subject: 'p-1', body, caller });
  clock.advance(-60 * MINUTE);
  await heedKeyword(ports, settings)('stop', { from: '+4520123456', text: '' });
  const newest = await store.records.newest('p-1');
  const answer = newest && answersOf(newest.version.record, catalogue, clock.now());
  expect(answer?.(choice.topic, choice.channel).state).toBe('withdrawn');
});
