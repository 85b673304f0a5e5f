import { expect, test } from 'vitest';
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
