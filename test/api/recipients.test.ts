import { describe, expect, test } from 'vitest';
import config from '../../heed.config.ts';
import { destinations } from '../../lib/destinations/index.ts';
import { lanesOf } from '../../lib/flow/lanes.ts';
import { type Registered, registerOf } from '../../lib/flow/recipients.ts';
import { RecipientsAnswer, RegisterAnswer } from '../../lib/http/recipient-operations.ts';
import type { LogEntry, TrailEntry } from '../../lib/ports.ts';
import { access, type Rig, rig } from './rig.ts';

const at = (minute: number): string => `2026-05-01T12:0${minute}:00.000Z`;

const entry = (minute: number, more: Partial<TrailEntry> = {}): TrailEntry => ({
  ...{ version: minute, at: at(minute), attempts: 1, outcome: 'delivered' },
  ...more,
});

const known = (destination: string, enabled = true): Registered => ({
  ...{ destination, title: destination.toUpperCase(), enabled, data: [], topics: [], channels: [] },
  ...{ recipient: null, erases: 'suppress' },
});

const register = [
  known('crm'),
  known('quiet'),
  known('gone', false),
  known('lake'),
  known('former-lake', false),
];

function settled(on: Rig, destination: string, trail: readonly TrailEntry[], revision = trail.length): void {
  const last = trail.at(-1);
  const version = Math.max(0, ...trail.map((one) => (one.outcome === 'delivered' ? one.version : 0)));
  on.store.deliveries.push({
    ...{ subject: 'alice', destination, version, revision, trail },
    ...(last && { answered: { version: last.version, outcome: last.outcome, at: last.at } }),
  });
}

async function rowsOf(on: Rig) {
  const token = await on.mint(access('audit:read'));
  const answer = await on.call('recipients', { subject: 'alice', token });
  return RecipientsAnswer.parse(JSON.parse(answer.body)).recipients;
}

test('nobody was told of somebody nobody spoke of', async () => {
  expect(await rowsOf(rig({ register }))).toEqual([]);
});

test('a row for whoever was ever told, disabled or not, with the first and the last time', async () => {
  const on = rig({ register });
  settled(on, 'crm', [entry(3), entry(4)], 5);
  on.store.archived.push({ destination: 'crm', trail: [entry(1), entry(2)] });
  settled(on, 'gone', [entry(2)]);
  const logged = { subject: 'alice', attempts: 1, outcome: 'delivered' } as const;
  for (const minute of [2, 1, 5])
    on.store.logged.push({ ...logged, destination: 'former-lake', version: minute, at: at(minute) });
  const rows = await rowsOf(on);
  expect(
    rows.map(({ destination, enabled, firstToldAt, lastToldAt, version }) => [
      ...[destination, enabled, firstToldAt, lastToldAt, version],
    ]),
  ).toEqual([
    ['crm', true, at(1), at(4), 4],
    ['gone', false, at(2), at(2), 2],
    ['former-lake', false, at(1), at(5), 5],
  ]);
  expect(on.store.audits.at(-1)).toMatchObject({ operation: 'recipients', subject: 'alice', rows: 3 });
});

test('one that is not declared any more is named by its id', async () => {
  const on = rig({ register });
  settled(on, 'bygone', [entry(1)]);
  const logged = { subject: 'alice', version: 1, at: at(1), attempts: 1, outcome: 'delivered' } as const;
  for (const destination of ['bygone-lake', 'bus']) on.store.logged.push({ ...logged, destination });
  expect(await rowsOf(on)).toMatchObject([
    { destination: 'bygone', title: 'bygone', recipient: null, enabled: false },
    { destination: 'bygone-lake', title: 'bygone-lake', recipient: null, enabled: false, version: 1 },
  ]);
});

test('a request that failed has told; an answer without a request has not', async () => {
  const on = rig({ register });
  settled(on, 'crm', [entry(1, { outcome: 'failed', reason: 'http-422' })]);
  settled(on, 'quiet', [
    entry(1, { outcome: 'skipped', reason: 'no-identifier', attempts: 0 }),
    entry(2, { outcome: 'skipped', reason: 'nothing-to-say', attempts: 0 }),
    entry(3, { outcome: 'held', reason: 'paused', attempts: 0 }),
  ]);
  on.store.logged.push({
    ...{ subject: 'alice', destination: 'lake', version: 1, at: at(1), attempts: 2 },
    ...{ outcome: 'retry', reason: 'http-500' },
  });
  expect(await rowsOf(on)).toMatchObject([
    { destination: 'crm', version: 0, outcome: 'failed', firstToldAt: at(1) },
    { destination: 'lake', version: 0, outcome: 'pending' },
  ]);
});

test('what timed out before its lane was paused may have arrived; what was put back has not left', async () => {
  const on = rig({ register });
  settled(on, 'crm', [entry(1, { outcome: 'held', reason: 'paused', attempts: 2 })]);
  const back = { version: 1, at: at(1), until: at(9), reason: 'requeued' };
  const none = { subject: 'alice', version: 0, revision: 1, trail: [] };
  on.store.deliveries.push({ ...none, destination: 'quiet', retrying: { ...back, attempts: 0 } });
  on.store.deliveries.push({ ...none, destination: 'gone', retrying: { ...back, attempts: 1 } });
  on.store.logged.push({
    ...{ subject: 'alice', destination: 'lake', version: 1, at: at(1), attempts: 0 },
    ...{ outcome: 'retry', reason: 'requeued' },
  });
  expect(await rowsOf(on)).toMatchObject([
    { destination: 'crm', version: 0, outcome: 'held' },
    { destination: 'gone', version: 0, outcome: 'pending', firstToldAt: at(1), lastToldAt: at(1) },
  ]);
});

describe('of a destination that is told every version', () => {
  const told = async (...versions: readonly (readonly [number, string, LogEntry['outcome']])[]) => {
    const on = rig({ register });
    for (const [version, when, outcome] of versions)
      on.store.logged.push({
        ...{ subject: 'alice', destination: 'lake', version, attempts: 1, outcome },
        at: `2026-05-01T${when}:00.000Z`,
      });
    const [{ firstToldAt, lastToldAt, ...row } = { firstToldAt: '', lastToldAt: '' }] = await rowsOf(on);
    return { ...row, first: firstToldAt.slice(11, 16), last: lastToldAt.slice(11, 16) };
  };

  test.each(['failed', 'retry'] as const)(
    'what it has is the newest delivered, not the newest sent: %s',
    async (then) => {
      expect(
        await told([1, '10:01', 'delivered'], [2, '10:02', 'delivered'], [3, '10:03', then]),
      ).toMatchObject({ version: 2, outcome: then === 'retry' ? 'pending' : then });
    },
  );

  test('an old version that was sent again was told last', async () => {
    const row = await told([1, '10:01', 'delivered'], [2, '11:00', 'delivered'], [3, '10:03', 'delivered']);
    expect(row).toMatchObject({ first: '10:01', last: '11:00', version: 3 });
  });

  test('an old version that was sent again, or still is, is not the first that was told', async () => {
    const later = [
      [2, '10:02', 'delivered'],
      [3, '10:05', 'delivered'],
    ] as const;
    expect(await told([1, '11:00', 'delivered'], ...later)).toMatchObject({ first: '10:02', last: '11:00' });
    expect(await told([1, '12:30', 'retry'], ...later)).toMatchObject({ first: '10:02', last: '12:00' });
  });
});

test('the register has every destination of the configuration that holds a copy, and who is behind it', async () => {
  const whole = registerOf(config, lanesOf(config, destinations));
  const on = rig({ register: whole });
  const token = await on.mint(access('audit:read'));
  const { recipients } = RegisterAnswer.parse(JSON.parse((await on.call('register', { token })).body));
  const copies = Object.keys(config.destinations).filter((id) => destinations[id]?.kind !== 'watch');
  expect(recipients.map(({ destination }) => destination)).toEqual(copies);
  expect(recipients.filter(({ recipient }) => recipient === null)).toEqual([]);
  expect(recipients.find(({ destination }) => destination === 'hubspot')).toMatchObject({
    recipient: { purpose: 'Direct marketing', role: 'processor' },
    ...{ channels: ['email'], topics: ['acme/newsletter', 'acme/offers', 'acme/surveys'] },
  });
});

test('one that is disabled stays in the register', () => {
  const disabled = {
    ...config.destinations,
    hubspot: { enabled: false, paused: false, settings: {} },
  };
  const whole = registerOf(
    { ...config, destinations: disabled },
    lanesOf({ ...config, destinations: disabled }, destinations),
  );
  expect(whole.find(({ destination }) => destination === 'hubspot')).toMatchObject({
    ...{ enabled: false, recipient: null, topics: [], erases: 'suppress' },
  });
});
