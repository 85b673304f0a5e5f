import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Call, Reply } from '../../lib/destinations/destination.ts';
import { eloqua } from '../../lib/destinations/eloqua.ts';
import { askAll } from '../../lib/flow/ask.ts';
import { vendorOf } from '../../lib/http/client.ts';
import { type EloquaOptions, simulateEloqua } from '../simulators/eloqua.ts';
import { ADDRESS, aDelivery, aReply, aRow, bothWays, spoken } from './deliveries.ts';

const settings = (more: object = {}) =>
  eloqua.settings.parse({
    baseUrl: 'https://secure.p03.eloqua.com',
    groups: { 'acme/newsletter': 7, 'acme/offers': 8 },
    ...more,
  });

const calls = (delivery: Parameters<typeof aDelivery>[0], more: object = {}): readonly Call[] =>
  eloqua.translate(aDelivery(delivery), settings(more));

/** What is done, as `syncActions out 8`, one line for each sync. */
const inWords = (all: readonly Call[]): readonly string[] =>
  all.map((call) => {
    if (!('items' in call)) return '=';
    const said = (call.group ?? '').replace(/,$/, '');
    const short = said.replaceAll(
      /\{\{(?:EmailGroup\[(\d+)\]|Global(\w+))\}\} (\w+)/g,
      (_all, id, _g, status) => `${status === 'subscribed' ? 'in' : 'out'} ${id ?? 'everywhere'}`,
    );
    return `${call.path.split('/').at(-1)} ${short}`;
  });

describe('what Eloqua is told', () => {
  const withdrawn = { choices: [aRow('acme/offers', 'withdrawn')] };
  const granted = { choices: [aRow('acme/newsletter', 'granted')] };

  test.each<[string, Parameters<typeof aDelivery>[0], object, readonly string[]]>([
    ['withdrawals first, and apart', bothWays, {}, ['syncActions out 8', 'syncActions in 7']],
    ['nothing of a topic that is not mapped', { choices: [aRow('acme/surveys', 'withdrawn')] }, {}, []],
    ['a withdrawal adds nobody', withdrawn, { create: true }, ['syncActions out 8']],
    [
      'a grant that may add a contact says withdrawals again',
      bothWays,
      { create: true },
      ['syncActions out 8', 'imports out 8,in 7'],
    ],
    [
      'no stop is global unless that is set',
      { ...withdrawn, stoppedAll: ['email'] },
      {},
      ['syncActions out 8'],
    ],
    [
      'a stop reaches groups no topic maps',
      { ...withdrawn, stoppedAll: ['email'] },
      { otherGroups: [99] },
      ['syncActions out 99,out 8'],
    ],
    [
      'a global stop where it is set',
      { ...withdrawn, stoppedAll: ['email'] },
      { globalStop: true },
      ['syncActions out everywhere,out 8'],
    ],
    [
      'no global stop for one on another channel',
      { ...withdrawn, stoppedAll: ['sms'] },
      { globalStop: true },
      ['syncActions out 8'],
    ],
    [
      'a grant that lifts a global stop says withdrawals again',
      bothWays,
      { globalStop: true },
      ['syncActions out 8', 'syncActions in everywhere,out 8,in 7'],
    ],
    ['nothing is lifted where no stop is global', granted, {}, ['syncActions in 7']],
    [
      'nothing is granted while everything is stopped',
      { choices: bothWays.choices, stoppedAll: ['email'] },
      { globalStop: true },
      ['syncActions out everywhere,out 8'],
    ],
  ])('%s', (_name, delivery, more, expected) => {
    expect(inWords(calls(delivery, more))).toEqual(expected);
  });

  test('no more than ten actions at once', () => {
    const topics = Array.from({ length: 12 }, (_, n) => `acme/topic-${n}`);
    const groups = Object.fromEntries(topics.map((topic, n) => [topic, 100 + n]));
    const told = calls({ choices: topics.map((topic) => aRow(topic, 'withdrawn')) }, { groups });
    expect(inWords(told).map((line) => line.split(',').length)).toEqual([10, 2]);
  });

  test('a definition names the contact by its address alone, and evidence goes along where a contact may be added', () => {
    const body = (more: object): unknown => {
      const call = calls(granted, more).at(-1);
      return call && 'items' in call ? call.wrap(call.items) : undefined;
    };
    expect(body({})).toMatchObject({
      fields: { Email: '{{Contact.Field(C_EmailAddress)}}' },
      identifierFieldName: 'Email',
    });
    expect(body({ create: true, evidence: { 'acme/newsletter': 'C_News1' } })).toMatchObject({
      fields: { C_News1: '{{Contact.Field(C_News1)}}' },
    });
  });
});

/** Plays a sync: the request, then these replies in turn; gives where each led, and what became of its people. */
function played(call: Call | undefined, replies: readonly Reply[], people: readonly object[]) {
  if (!call || !('items' in call)) throw new Error('not a sync');
  call.wrap(people);
  const asked = replies.map((reply) => call.follow?.(reply)?.path);
  const last = replies.at(-1);
  return { asked, outcomes: last && call.split(last, people)?.map(spoken) };
}

const person = (email: string) => ({ email, fields: {} });

describe('what a sync answers', () => {
  const made = aReply(201, { uri: '/contacts/syncActions/5' });
  const sync = (status: string) =>
    aReply(200, { uri: '/syncs/6', status, syncedInstanceUri: '/contacts/syncActions/5' });
  const list = (...items: readonly object[]) =>
    aReply(200, { ...(items.length > 0 && { items }), hasMore: false });
  const done = (rejects: Reply, logs: Reply, status = 'warning') => [made, sync(status), rejects, logs];
  const log = (statusCode: string, count: number, severity = 'warning') => ({ statusCode, count, severity });
  const reject = (statusCode: string, email: string) => ({
    statusCode,
    fieldValues: { Email: email },
    message: email,
  });
  const [call] = calls({ choices: [aRow('acme/offers', 'withdrawn')] });
  const ada = person(ADDRESS);
  const grace = person('grace@example.com');

  test('rows follow the definition, looks the rows, and rejects and logs the last look', () => {
    const { asked, outcomes } = played(
      call,
      [made, sync('pending'), sync('active'), ...done(list(), list(), 'success').slice(1)],
      [ada],
    );
    expect(asked).toEqual([
      '/api/bulk/2.0/contacts/syncActions/5/data',
      ...['/api/bulk/2.0/syncs/6', '/api/bulk/2.0/syncs/6'],
      ...['/api/bulk/2.0/syncs/6/rejects?limit=1000', '/api/bulk/2.0/syncs/6/logs?limit=1000', undefined],
    ]);
    expect(outcomes).toEqual(['delivered']);
  });

  test('rows that start no sync by themselves have it started', () => {
    expect(played(call, [made, aReply(204, ''), sync('pending')], [ada]).asked).toEqual([
      '/api/bulk/2.0/contacts/syncActions/5/data',
      '/api/bulk/2.0/syncs',
      '/api/bulk/2.0/syncs/6',
    ]);
  });

  test('people who share an address are one row', () => {
    if (!call || !('items' in call)) throw new Error('not a sync');
    call.wrap([ada, person(ADDRESS.toUpperCase()), grace]);
    expect(call.follow?.(made)?.body).toHaveLength(2);
  });

  test.each<[string, readonly Reply[], readonly object[], readonly string[] | undefined]>([
    [
      'a rejected row is its person’s alone',
      done(list(reject('ELQ-00002', ADDRESS)), list(log('ELQ-00060', 1))),
      [ada, grace],
      ['failed ELQ-00002', 'delivered'],
    ],
    [
      'a contact that is not there is skipped',
      done(list(reject('ELQ-00085', ADDRESS)), list(log('ELQ-00034', 1))),
      [ada, grace],
      ['skipped no-such-contact', 'delivered'],
    ],
    [
      'one contact of two that is not there, and nobody says which',
      done(list(), list(log('ELQ-00034', 1))),
      [ada, grace],
      undefined,
    ],
    [
      'one alone that is not there',
      done(list(), list(log('ELQ-00034', 1))),
      [ada],
      ['skipped no-such-contact'],
    ],
    [
      'a row that was rejected, and nobody says which',
      done(list(), list(log('ELQ-00060', 1))),
      [ada, grace],
      undefined,
    ],
    [
      'a sync that failed for now',
      done(list(), list(log('ELQ-00146', 1, 'error')), 'error'),
      [ada],
      ['retry ELQ-00146'],
    ],
    [
      'a sync that failed for good',
      done(list(), list(log('ELQ-00122', 1, 'error')), 'error'),
      [ada],
      ['failed ELQ-00122'],
    ],
    ['a sync that failed without a word', done(list(), list(), 'error'), [ada], ['failed sync-failed']],
    ['a list that is none', done(aReply(200, '<html>'), list()), [ada], ['retry unreadable-reply']],
    ['a definition without an address', [aReply(201, {})], [ada], ['retry unreadable-reply']],
    [
      'an address that leads elsewhere',
      [aReply(201, { uri: '/../../contacts/imports/1' })],
      [ada],
      ['retry unreadable-reply'],
    ],
    ['a definition that was refused', [aReply(400, {})], [ada], undefined],
  ])('%s', (_name, replies, people, expected) => {
    expect(played(call, replies, people).outcomes).toEqual(expected);
  });

  test('what stays open between several is asked about one by one, because the logs read as a failure', () => {
    expect(spoken(eloqua.interpret?.(list(log('ELQ-00034', 1))))).toBe('failed ELQ-00034');
    expect(spoken(eloqua.interpret?.(list(log('ELQ-00001', 2))))).toBeUndefined();
  });

  test('a sync that takes its time is accepted, and said once more when it must be done', () => {
    if (!call || !('items' in call)) throw new Error('not a sync');
    call.wrap([ada]);
    const replies = [made, ...Array.from({ length: 5 }, () => sync('active'))];
    const asked = replies.map((reply) => call.follow?.(reply)?.path);
    expect(asked.at(-1)).toBeUndefined();
    expect(call.split(sync('active'), [ada])).toEqual([{ kind: 'delivered', appliedLater: true }]);
  });

  test.each<[string, Reply, string | undefined]>([
    [
      'a refusal names the field',
      aReply(400, { failures: [{ field: 'syncActions', value: ADDRESS }] }),
      'failed invalid-syncActions',
    ],
    ['a refusal without one gives the status', aReply(409, 'conflict'), 'failed http-409'],
    ['a full staging area waits', aReply(413, ''), 'retry http-413'],
    ['429 is left to its status', aReply(429, ''), undefined],
    ['401 is left to its status', aReply(401, ''), undefined],
  ])('%s', (_name, reply, expected) => {
    expect(spoken(eloqua.interpret?.(reply))).toBe(expected);
  });
});

describe('what Eloqua is asked', () => {
  const START = Date.parse('2026-05-01T10:00:00Z');
  const HOUR = 3_600_000;
  let simulator: ReturnType<typeof simulateEloqua>;
  let vendor: ReturnType<typeof vendorOf>;
  const clock = { now: Date.now, sleep: async () => undefined, chance: () => 0 };

  const open = async (options: EloquaOptions = {}): Promise<void> => {
    simulator = simulateEloqua(options);
    await simulator.start();
    const secret = async () => simulator.secret();
    vendor = vendorOf({ destination: eloqua, settings: settings(), secret, perSecond: 1000, clock });
  };
  const shut = async (): Promise<void> => {
    await vendor.close();
    await simulator.stop();
  };
  const reopen = async (options: EloquaOptions): Promise<void> => {
    await shut();
    await open(options);
  };
  const bodyOf = (call: Call | undefined): unknown =>
    call && 'items' in call ? call.wrap(call.items) : undefined;
  const followed = (call: Call | undefined, sent: Awaited<ReturnType<typeof vendor.send>>) =>
    call && 'items' in call && sent.kind === 'reply' ? call.follow?.(sent.reply) : undefined;
  beforeEach(() => open());
  afterEach(shut);

  /** One round of a poll: what was learned, where the next begins, and whether it begins at once. */
  const hear = async (cursor: string | undefined, now: number, most = 50) => {
    const heard: { topic: string; value: string; at: string }[] = [];
    let [next, more] = [cursor, false];
    const trouble = await askAll(
      {
        ...{ vendor, clock, destination: eloqua, deadline: Date.now() + 60_000, most, atOnce: 1 },
        take: async ({ learned }) => {
          heard.push(
            ...learned.choices.map((one) => ({
              topic: one.topic,
              value: one.identifier.value,
              at: one.occurredAt,
            })),
          );
          if (learned.cursor !== undefined) [next, more] = [learned.cursor, learned.more === true];
        },
      },
      eloqua.poll?.ask(cursor, settings(), now) ?? [],
    );
    return { heard, next, more, trouble };
  };
  const poll = async (cursor: string | undefined, now: number) => {
    const all: Awaited<ReturnType<typeof hear>>['heard'] = [];
    let round = await hear(cursor, now);
    for (all.push(...round.heard); round.more && !round.trouble; all.push(...round.heard))
      round = await hear(round.next, now);
    return { ...round, heard: all };
  };
  const topicsOf = (heard: readonly { readonly topic: string }[]) => heard.map(({ topic }) => topic);

  test('who unsubscribed since, at the time they did', async () => {
    const first = await poll(undefined, START);
    simulator.leave(ADDRESS, START + HOUR);
    const second = await poll(first.next, START + 2 * HOUR);
    const at = new Date(START + HOUR).toISOString();
    expect(first.heard).toEqual([]);
    expect(second.heard).toEqual([
      { topic: 'acme/newsletter', value: ADDRESS, at },
      { topic: 'acme/offers', value: ADDRESS, at },
    ]);
  });

  test('nothing that was long before, however far back the filter begins', async () => {
    simulator.leave(ADDRESS, START - 5 * HOUR);
    expect((await poll(undefined, START)).heard).toEqual([]);
  });

  test('again what may have turned up late, and nothing twice for ever', async () => {
    const first = await poll(undefined, START);
    simulator.leave(ADDRESS, START - HOUR / 2);
    const second = await poll(first.next, START + HOUR / 4);
    const third = await poll(second.next, START + 9 * HOUR);
    const fourth = await poll(third.next, START + 10 * HOUR);
    expect([second, third, fourth].map(({ heard }) => heard.length)).toEqual([2, 2, 0]);
  });

  test('for an export that takes its time, by the poll that comes next', async () => {
    await reopen({ slowness: 6 });
    simulator.leave(ADDRESS, START);
    const asked = await hear(undefined, START);
    const tired = await hear(asked.next, START + HOUR, 3);
    expect([asked.more, tired.trouble]).toEqual([true, 'too-many-asks']);
    expect((await poll(asked.next, START + 2 * HOUR)).heard).toHaveLength(2);
  });

  test('which groups somebody left who did not leave all', async () => {
    simulator.subscribe(ADDRESS, 7);
    simulator.leave(ADDRESS, START, 8);
    simulator.leave('grace@example.com', START, 99);
    expect(topicsOf((await poll(undefined, START)).heard)).toEqual(['acme/offers']);
  });

  test('not for more than Heed itself withdrew, should that make an activity', async () => {
    await reopen({ groupsMakeActivities: true });
    const now = Date.now();
    simulator.subscribe(ADDRESS, 7);
    const [call] = calls({ choices: [aRow('acme/offers', 'withdrawn')] });
    let sent = await vendor.send(
      { method: 'POST', path: call && 'path' in call ? call.path : '', body: bodyOf(call) },
      'x',
    );
    for (let next = followed(call, sent); next; next = followed(call, sent)) {
      const { pause: _, ...request } = next;
      sent = await vendor.send(request, 'x');
    }
    expect(topicsOf((await poll(undefined, now)).heard)).toEqual(['acme/offers']);
  });

  test('everything where Eloqua does not say what was left', async () => {
    await reopen({ listsSubscriptions: false });
    simulator.subscribe(ADDRESS, 7);
    simulator.leave(ADDRESS, START, 8);
    simulator.leaveUnnamed('grace@example.com', START);
    const { heard } = await poll(undefined, START);
    expect(heard.map(({ value }) => value).sort()).toEqual(
      [ADDRESS, 'grace@example.com'].flatMap((one) => [one, one]).sort(),
    );
  });

  test('anew for an export that failed', async () => {
    simulator.breakSync('ELQ-00141');
    simulator.leave(ADDRESS, START);
    const failed = await poll(undefined, START);
    expect([failed.heard, failed.more]).toEqual([[], false]);
    expect((await poll(failed.next, START + HOUR)).heard).toHaveLength(2);
  });

  test('page after page', async () => {
    for (let n = 0; n < 1005; n += 1) simulator.leave(`person-${n}@example.com`, START + n);
    expect((await poll(undefined, START)).heard).toHaveLength(2010);
  });

  test('from the beginning where the cursor cannot be read', async () => {
    simulator.leave(ADDRESS, START);
    expect((await poll('{"since":', START)).heard).toHaveLength(2);
  });
});

test.each([
  ['two topics on one group', { groups: { a: 7, b: 7 } }],
  ['a group that is mapped and listed', { otherGroups: [7] }],
  ['evidence that nothing would write', { evidence: { 'acme/newsletter': 'C_News1' } }],
])('Eloqua is not started with %s', (_name, more) => {
  expect(() => settings(more)).toThrow();
});
