import fc from 'fast-check';
import { expect, test } from 'vitest';
import config from '../../heed.config.ts';
import { answersOf } from '../../lib/domain/answer.ts';
import type { ChangeBody } from '../../lib/domain/change.ts';
import { awaitedIn } from '../../lib/domain/double-opt-in.ts';
import { attemptOf } from '../../lib/domain/idempotency.ts';
import { toIso } from '../../lib/domain/time.ts';
import { type AcceptPorts, accept } from '../../lib/flow/accept.ts';
import { unsubscribe } from '../../lib/flow/unsubscribe.ts';
import { StillClock } from '../api/rig.ts';
import { memory } from '../memory.ts';

const { catalogue } = config;
const LIST = { topic: 'acme/newsletter', channel: 'email' };
const ALICE = { subject: 'alice', method: 'one-click', source: 'preference-center' } as const;

/** Presses the link of a list. */
type Press = (ports: AcceptPorts, list: typeof LIST) => Promise<unknown>;

const shipped: Press = (ports, list) => unsubscribe(ports)({ ...ALICE, ...list });

type Act = 'press' | 'press another' | 'she grants' | 'a system grants' | 'a system stops' | 'press twice';
const ACTS: readonly Act[] = [
  'press',
  'press another',
  'she grants',
  'a system grants',
  'a system stops',
  'press twice',
];

function world() {
  const store = memory();
  const clock = new StillClock();
  const ports: AcceptPorts = { ...store, catalogue, clock };
  const say = (state: 'granted' | 'withdrawn', kind: 'subject' | 'system') => {
    const source = kind === 'subject' ? 'preference-center' : 'crm-import';
    const notice = { id: 'marketing', version: '3', language: 'en' };
    const evidence = {
      ...{ source, actor: { kind }, method: 'form', legalBasis: 'consent' as const, notice },
      occurredAt: toIso(clock.now()),
    };
    const body: ChangeBody = { choices: [{ ...LIST, state }], evidence };
    return accept(ports)({ subject: 'alice', body, caller: { sources: ['*'] } });
  };
  const answers = async () => {
    const newest = await store.records.newest('alice');
    const answer = newest && answersOf(newest.version.record, catalogue, clock.now());
    return (topic: string, channel: string) => answer?.(topic, channel).state ?? 'none';
  };
  return { store, clock, ports, say, answers };
}

type World = ReturnType<typeof world>;

async function act(one: Act, { ports, say }: World, press: Press): Promise<void> {
  if (one === 'she grants') return void (await say('granted', 'subject'));
  if (one === 'a system grants') return void (await say('granted', 'system'));
  if (one === 'a system stops') return void (await say('withdrawn', 'system'));
  if (one === 'press another') return void (await press(ports, { ...LIST, topic: 'acme/offers' }));
  await press(ports, LIST);
  if (one === 'press twice') await press(ports, LIST);
}

/** Everything but the two lists that can be left here. */
const elsewhere = async ({ answers }: World): Promise<readonly string[]> => {
  const answer = await answers();
  return Object.keys(catalogue.topics).flatMap((topic) =>
    catalogue.channels
      .filter((channel) => channel !== 'email' || !['acme/newsletter', 'acme/offers'].includes(topic))
      .map((channel) => answer(topic, channel)),
  );
};

/** Whether the list is left after an act, given whether it was before. */
const LEFT: Partial<Record<Act, boolean>> = { press: true, 'press twice': true, 'she grants': false };

async function expectLeft(all: World, press: Press): Promise<void> {
  expect((await all.answers())(LIST.topic, LIST.channel)).toBe('withdrawn');
  const before = all.store.size();
  await press(all.ports, LIST);
  expect(all.store.size()).toBe(before);
}

/** Once pressed, the list is stopped until she herself grants it, whatever systems say; a press more stores nothing. */
const rule = (press: Press) =>
  fc.asyncProperty(fc.array(fc.constantFrom(...ACTS), { maxLength: 14 }), async (acts) => {
    const all = world();
    let left = false;
    for (const one of acts) {
      all.clock.advance(1_000);
      await act(one, all, press);
      left = LEFT[one] ?? left;
      expect(new Set(await elsewhere(all))).toEqual(new Set(['none']));
      if (left) await expectLeft(all, press);
    }
  });

test('a list that was left stays left until she comes back herself, and repeats store nothing', async () => {
  await fc.assert(rule(shipped), { numRuns: 150 });
});

const pressing =
  (more: (ports: AcceptPorts, list: typeof LIST) => Promise<object | undefined>): Press =>
  async (ports, list) => {
    const attempt = await more(ports, list);
    if (!attempt) return undefined;
    const evidence = { actor: { kind: 'subject' as const }, occurredAt: toIso(ports.clock.now()) };
    const body: ChangeBody = { choices: [{ ...list, state: 'withdrawn' }], evidence };
    return accept(ports)({ subject: 'alice', body, caller: { sources: ['*'] }, ...attempt });
  };

const broken: readonly (readonly [string, Press])[] = [
  [
    'takes any stop for hers',
    pressing(async ({ records }, { topic, channel }) => {
      const newest = await records.newest('alice');
      const answer = newest && answersOf(newest.version.record, catalogue, Date.now());
      return answer?.(topic, channel).state === 'withdrawn' ? undefined : {};
    }),
  ],
  [
    'remembers the link and not what she said since',
    pressing(async (_, list) => ({ attempt: attemptOf('link', list.topic, list) })),
  ],
  ['stores every press', pressing(async () => ({}))],
];

test.each(broken)('the rule notices a link that %s', async (_, press) => {
  const details = await fc.check(rule(press), { numRuns: 1_000, seed: 20_261_122 });
  expect(details.failed, 'no counterexample was found').toBe(true);
});

/** A grant of it needs a confirmation. */
const ASKED = { topic: 'orbit/events', channel: 'email' };

test('a press ends what she has asked for again since she left, before she confirms it', async () => {
  const { ports, clock, store } = world();
  await shipped(ports, ASKED);
  clock.advance(1_000);
  const notice = { id: 'marketing', version: '3', language: 'en' };
  const evidence = { source: 'preference-center', actor: { kind: 'subject' as const }, method: 'form' };
  const body: ChangeBody = {
    choices: [{ ...ASKED, state: 'granted' }],
    evidence: { ...evidence, occurredAt: toIso(clock.now()), legalBasis: 'consent', notice },
  };
  await accept(ports)({ subject: 'alice', body, caller: { sources: ['*'] } });
  clock.advance(1_000);
  const waiting = async () => {
    const newest = await store.records.newest('alice');
    return newest && awaitedIn(newest.version.record, catalogue, clock.now()).length;
  };
  expect(await waiting()).toBe(1);
  expect(await shipped(ports, ASKED)).toBe('recorded');
  expect(await waiting()).toBe(0);
  expect(await shipped(ports, ASKED)).toBe('unchanged');
});

test('a press reaches no key: whoever stores it is granted none', async () => {
  const { ports, say, answers } = world();
  await say('granted', 'subject');
  const away = () => Promise.reject(new Error('keys:read is not granted'));
  const seals = { ...ports.seals, hash: away, ownHash: away, seal: away, open: away };
  for (const outcome of ['recorded', 'unchanged'])
    expect(await shipped({ ...ports, seals }, LIST)).toBe(outcome);
  expect((await answers())(LIST.topic, LIST.channel)).toBe('withdrawn');
});

test('a press counts although the clock was set back after she had granted', async () => {
  const { ports, clock, say, answers } = world();
  await say('granted', 'subject');
  clock.advance(-3_600_000);
  await shipped(ports, LIST);
  expect((await answers())(LIST.topic, LIST.channel)).toBe('withdrawn');
});

test('a press holds against a grant that was stored while it was on its way', async () => {
  const all = world();
  let reads = 0;
  const newest: AcceptPorts['records']['newest'] = async (subject) => {
    const found = await all.store.records.newest(subject);
    reads += 1;
    if (reads === 2) {
      all.clock.advance(1);
      await all.say('granted', 'subject');
      all.clock.advance(1);
    }
    return found;
  };
  await shipped({ ...all.ports, records: { ...all.store.records, newest } }, LIST);
  await expectLeft(all, shipped);
});

test('a link needs no key: it works where none can be read', async () => {
  const { seals: _, ...store } = memory();
  const seals = new Proxy(memory().seals, {
    get: () => () => Promise.reject(new Error('no key can be read here')),
  });
  const ports: AcceptPorts = { ...store, seals, catalogue, clock: new StillClock() };
  expect(await unsubscribe(ports)({ ...ALICE, ...LIST })).toBe('recorded');
});
