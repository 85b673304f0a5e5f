import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineDestination, type ReportedChoice } from '../../lib/destinations/destination.ts';
import { answersOf } from '../../lib/domain/answer.ts';
import { BrokenVersionError } from '../../lib/domain/broken-version.ts';
import type { ActorKind, Choice } from '../../lib/domain/vocabulary.ts';
import { recordChange } from '../../lib/flow/accept.ts';
import { type ReceivePorts, receive } from '../../lib/flow/receive.ts';
import { aCatalogue, anEvidence, granted, minute, NOW, SHOWN, withdrawn } from '../builders.ts';
import { memory } from '../memory.ts';

const TOPIC = 'acme/newsletter';

/** A vendor that signs its body and reports choices as they are. */
const vendor = defineDestination({
  id: 'mailer',
  title: 'A vendor',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email'],
  limits: { perSecond: 10, concurrency: 2, batch: 1, settleAfter: 0 },
  impact: 'people keep getting mail',
  settings: z.object({}),
  secret: z.object({ key: z.string() }),
  topics: () => 'all',
  endpoint: () => 'http://127.0.0.1',
  auth: { kind: 'bearer', token: ({ key }) => key },
  translate: () => [],
  receive: {
    signature: {
      ...{ kind: 'hmac', algorithm: 'sha256' },
      header: 'x-signature',
      encoding: 'hex',
      keys: ({ key }) => [key],
      signed: ({ body }) => body,
      timestamp: { header: 'x-sent-at', unit: 'ms', tolerance: 300 },
    },
    changes: (body) => ({ choices: z.array(z.custom<ReportedChoice>()).parse(body) }),
  },
});

const EVIDENCE = {
  legalBasis: 'consent',
  notice: { id: 'marketing', version: '1', language: 'en', sha256: SHOWN },
};

interface Said extends Pick<ReportedChoice, 'topic' | 'implied'> {
  readonly email: string;
  /** Minutes from now. */
  readonly at: number;
}

function rig({ vouched = false } = {}) {
  const store = memory();
  const told: string[] = [];
  const catalogue = aCatalogue();
  const clock = { now: () => NOW, sleep: async () => undefined, chance: () => 0 };
  let spoilt = '';
  const ports: ReceivePorts = {
    ...store,
    records: {
      ...store.records,
      newest: async (subject) => {
        if (subject === spoilt) throw new BrokenVersionError(subject, 1, null);
        return store.records.newest(subject);
      },
    },
    catalogue,
    clock,
    grantEvidence: () => (vouched ? EVIDENCE : undefined),
    sendAgain: async () => undefined,
    tellAgain: async (destination, subject) => void told.push(`${destination} ${subject}`),
    vendorFor: () => ({ send: async () => ({ kind: 'silence', timedOut: false }) }),
  };
  const say = async (
    subject: string,
    choice: Choice | readonly Choice[],
    who: {
      readonly actor: ActorKind;
      readonly at: number;
      readonly source?: string;
      readonly email?: string;
    },
  ) => {
    const evidence = anEvidence({
      actor: { kind: who.actor },
      source: who.source ?? 'form',
      occurredAt: minute(who.at),
    });
    const choices = [choice].flat();
    const change = {
      choices,
      preferences: [],
      identifiers: [{ kind: 'email', value: who.email ?? `${subject}@example.com` }],
      evidence,
      personal: {},
    };
    await recordChange(ports)({ subject, body: { choices } }, change);
  };
  const notice = async (
    state: 'granted' | 'withdrawn',
    { email = 'ada@example.com', topic = TOPIC, at = -1, ...more }: Partial<Said> = {},
  ) => {
    const reported: ReportedChoice = {
      identifier: { kind: 'email', value: email },
      topic,
      channel: 'email',
      state,
      occurredAt: minute(at),
      method: 'vendor-page',
      ...more,
    };
    const body = JSON.stringify([reported]);
    const headers = {
      'x-signature': createHmac('sha256', 'k').update(body).digest('hex'),
      'x-sent-at': String(NOW),
    };
    const sender = { destination: vendor, settings: {}, secret: { key: 'k' } };
    return receive(ports)(sender, { method: 'POST', url: 'http://127.0.0.1/', headers, body }, NOW + 20_000);
  };
  const answer = async (subject: string) => {
    const newest = await store.records.newest(subject);
    return newest && answersOf(newest.version.record, catalogue, NOW)(TOPIC, 'email');
  };
  /** From now on nothing newest of hers can be relied on. */
  const spoil = (subject: string): void => {
    spoilt = subject;
  };
  return { store, say, notice, answer, told, spoil };
}

describe('a vendor reports', () => {
  test('an unsubscribe: it is the person’s act', async () => {
    const { say, notice, answer } = rig();
    await say('ada', granted(TOPIC, 'email'), { actor: 'subject', at: -10 });
    expect(await notice('withdrawn')).toMatchObject({ changes: 1 });
    expect(await answer('ada')).toMatchObject({ state: 'withdrawn', because: 'person-withdrew' });
  });

  test('an unsubscribe that repeats what she has said already: nothing is stored', async () => {
    const { say, notice, store } = rig();
    await say('ada', withdrawn(TOPIC, 'email'), { actor: 'subject', at: -10 });
    expect(await notice('withdrawn')).toMatchObject({ changes: 0, unchanged: 1 });
    expect(store.size()).toBe(1);
  });

  test('an unsubscribe of what only a system had withdrawn: her word is kept, and that system cannot lift it', async () => {
    const { say, notice, answer } = rig();
    await say('ada', withdrawn(TOPIC, 'email'), { actor: 'system', at: -10, source: 'crm' });
    expect(await notice('withdrawn')).toMatchObject({ changes: 1 });
    await say('ada', granted(TOPIC, 'email'), { actor: 'system', at: 0, source: 'crm' });
    expect(await answer('ada')).toMatchObject({ because: 'person-withdrew' });
  });

  test('the echo of a withdrawal it was sent: nothing is stored in her name', async () => {
    const { say, notice, store } = rig();
    await say('ada', withdrawn(TOPIC, 'email'), { actor: 'system', at: -10, source: 'crm' });
    store.deliveries.push({ subject: 'ada', destination: vendor.id, version: 1, revision: 1, trail: [] });
    expect(await notice('withdrawn')).toMatchObject({ changes: 0, unchanged: 1 });
    expect(store.size()).toBe(1);
  });

  test('the echo of a grant it was sent: it is ignored', async () => {
    const { say, notice, store } = rig({ vouched: true });
    await say('ada', granted(TOPIC, 'email'), { actor: 'subject', at: -10 });
    store.deliveries.push({ subject: 'ada', destination: vendor.id, version: 1, revision: 1, trail: [] });
    expect(await notice('granted')).toMatchObject({ ignored: 1 });
    expect(store.size()).toBe(1);
  });

  test('a grant that nobody vouches for: it is ignored', async () => {
    const { notice, say, answer } = rig();
    await say('ada', granted('acme/offers', 'email'), { actor: 'subject', at: -10 });
    expect(await notice('granted')).toMatchObject({ ignored: 1 });
    expect((await answer('ada'))?.state).toBe('none');
  });

  test('a grant with evidence behind it: it is the vendor’s word, not hers', async () => {
    const { notice, say, answer } = rig({ vouched: true });
    await say('ada', granted('acme/offers', 'email'), { actor: 'subject', at: -10 });
    expect(await notice('granted')).toMatchObject({ changes: 1 });
    expect(await answer('ada')).toMatchObject({
      state: 'granted',
      entry: { speaker: `system:${vendor.id}` },
    });
  });

  test.each([true, false])(
    'a grant of what she has withdrawn (vouched for: %s): she stays withdrawn, and the vendor is told so again',
    async (vouched) => {
      const { notice, say, answer, told } = rig({ vouched });
      await say('ada', withdrawn(TOPIC, 'email'), { actor: 'subject', at: -10 });
      await notice('granted');
      expect((await answer('ada'))?.state).toBe('withdrawn');
      expect(told).toEqual([`${vendor.id} ada`]);
    },
  );

  test('a grant about a person whose newest version is broken: the notice goes on without it', async () => {
    const { notice, say, told, spoil } = rig();
    await say('ada', withdrawn(TOPIC, 'email'), { actor: 'subject', at: -10 });
    spoil('ada');
    expect(await notice('granted')).toMatchObject({ kind: 'accepted', ignored: 1 });
    expect(told).toEqual([]);
  });

  test('what was left out of a form ends what was granted before, and says nothing of what nobody ever was asked', async () => {
    const { notice, say, answer, store } = rig();
    await say('ada', granted('acme/offers', 'email'), { actor: 'subject', at: -10 });
    expect(await notice('withdrawn', { implied: true })).toMatchObject({ ignored: 1 });
    expect((await answer('ada'))?.state).toBe('none');
    expect(await notice('withdrawn', { implied: true, email: 'nobody@example.com' })).toMatchObject({
      ignored: 1,
    });
    await say('ada', granted(TOPIC, 'email'), { actor: 'subject', at: -5 });
    expect(await notice('withdrawn', { implied: true, at: -6 })).toMatchObject({ unchanged: 1 });
    expect(store.size()).toBe(2);
    expect(await notice('withdrawn', { implied: true })).toMatchObject({ changes: 1 });
    expect(await answer('ada')).toMatchObject({ because: 'person-withdrew' });
  });

  test('an unsubscribe of an address nobody is known by: it is kept for whoever takes it up', async () => {
    const { notice, store } = rig();
    expect(await notice('withdrawn', { email: 'nobody@example.com' })).toMatchObject({ changes: 1 });
    const hash = await store.seals.hash('email', 'nobody@example.com');
    const [holder = ''] = await store.identifiers.holders('email', hash, 10);
    expect(holder).not.toContain('nobody');
    expect((await store.records.newest(holder))?.version.outcomes).toMatchObject([
      { topic: TOPIC, state: 'withdrawn' },
    ]);
  });

  test('a grant for an address nobody is known by: it is ignored', async () => {
    const { notice, store } = rig({ vouched: true });
    expect(await notice('granted', { email: 'nobody@example.com' })).toMatchObject({ ignored: 1 });
    expect(store.size()).toBe(0);
  });

  test('a grant that her record has no room for: it is ignored, for it would find none next time', async () => {
    const { notice, say, store } = rig({ vouched: true });
    const many = Array.from({ length: 320 }, (_, n) => withdrawn(`acme/${'long-'.repeat(40)}${n}`, 'email'));
    await say('ada', many, { actor: 'subject', at: -10 });
    expect(await notice('granted')).toMatchObject({ kind: 'accepted', ignored: 1 });
    expect(store.size()).toBe(1);
  });

  test('an unsubscribe for an address that several share: all of them are heard', async () => {
    const { notice, say, answer } = rig();
    await say('ada', granted(TOPIC, 'email'), { actor: 'subject', at: -10 });
    await say('bea', granted(TOPIC, 'email'), { actor: 'subject', at: -9, email: 'ada@example.com' });
    expect(await notice('withdrawn')).toMatchObject({ changes: 2 });
    expect((await answer('ada'))?.state).toBe('withdrawn');
    expect((await answer('bea'))?.state).toBe('withdrawn');
  });

  test('something it has no right to: it is ignored', async () => {
    const { notice, say, store } = rig();
    await say('ada', granted('orbit/newsletter', 'email'), { actor: 'subject', at: -10 });
    expect(await notice('withdrawn', { topic: 'orbit/newsletter' })).toMatchObject({ ignored: 1 });
    expect(store.size()).toBe(1);
  });
});
