import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ledgerOn } from '../../lib/aws/ledger.ts';
import { logOn } from '../../lib/aws/log.ts';
import { logKey } from '../../lib/aws/log-item.ts';
import { marksOn } from '../../lib/aws/marks.ts';
import { sealsOn } from '../../lib/aws/seals.ts';
import { toIso } from '../../lib/domain/time.ts';
import type { Log, LogEntry } from '../../lib/ports.ts';
import { START } from './builders.ts';
import { type Engine, startEngine } from './engine.ts';

let engine: Engine;
let log: Log;
beforeAll(async () => {
  engine = await startEngine();
  log = logOn(engine.client, 'deliveries');
});
afterAll(() => engine.stop());
beforeEach(() => engine.requests.clear());

const anEntry = (change: Partial<LogEntry> = {}): LogEntry => ({
  subject: 's',
  destination: 'warehouse',
  version: 1,
  at: toIso(START),
  attempts: 1,
  outcome: 'delivered',
  reference: 'file-1',
  ...change,
});

describe('the log', () => {
  test('knows exactly the versions it was told', async () => {
    const entries = [anEntry({ version: 1 }), anEntry({ version: 2, outcome: 'retry', reason: 'http-503' })];
    await log.write(entries);
    const versions = [1, 2, 3].map((version) => ({ subject: 's', version }));
    const read = await log.read('warehouse', versions);
    expect(Object.fromEntries(read)).toEqual({ 's:1': entries[0], 's:2': entries[1] });
    expect((await log.read('another', versions)).size).toBe(0);
  });

  test('reads a hundred versions in one request', async () => {
    const versions = Array.from({ length: 100 }, (_, i) => ({ subject: 'long', version: i + 1 }));
    await log.write(versions.map((version) => anEntry(version)));
    engine.requests.clear();
    expect((await log.read('warehouse', versions)).size).toBe(100);
    expect(Object.fromEntries(engine.requests)).toEqual({ BatchGetItemCommand: 1 });
  });

  test('never replaces what was delivered, and replaces anything else', async () => {
    const at = { subject: 'kept' };
    const outcomeNow = async () =>
      (await log.read('warehouse', [{ ...at, version: 1 }])).get('kept:1')?.outcome;
    await log.write([anEntry({ ...at, outcome: 'retry' })]);
    await log.write([anEntry({ ...at, outcome: 'failed' })]);
    expect(await outcomeNow()).toBe('failed');
    await log.write([anEntry(at)]);
    await log.write([anEntry({ ...at, outcome: 'held' })]);
    await log.write([anEntry({ ...at, outcome: 'delivered', reference: 'file-2' })]);
    expect((await log.read('warehouse', [{ ...at, version: 1 }])).get('kept:1')).toEqual(anEntry(at));
  });

  test('replaces an entry only where it is still what was read', async () => {
    const one = { subject: 'replaced', version: 1 };
    const now = async () => (await log.read('warehouse', [one])).get('replaced:1');
    const retry = anEntry({ ...one, outcome: 'retry', reason: 'http-503' });
    expect(await log.replace(retry, undefined)).toBe(true);
    expect(await log.replace({ ...retry, attempts: 0, reason: 'requeued' }, undefined)).toBe(false);
    const changed = [{ attempts: 2 }, { at: toIso(START + 1) }, { outcome: 'failed' as const }];
    for (const change of changed)
      expect(await log.replace(anEntry(one), { ...retry, ...change })).toBe(false);
    expect(await now()).toEqual(retry);
    const whole = { ...anEntry(one), sent: { first: toIso(START), last: toIso(START + 1) } };
    expect(await log.replace(whole, retry)).toBe(true);
    expect(await now()).toEqual(whole);
  });

  test('keeps when an answer is tried again', async () => {
    const one = { subject: 'tried', version: 1 };
    const until = toIso(START + 9);
    const tried = anEntry({
      ...one,
      destination: 'lake',
      outcome: 'held',
      reason: 'gave-up-http-429',
      until,
    });
    await log.write([tried]);
    expect((await log.read('lake', [one])).get('tried:1')).toEqual(tried);
  });

  test('lets an entry go after its time, in whole seconds and never sooner', async () => {
    await log.write([anEntry({ subject: 'short' })], START + 1);
    await log.write([anEntry({ subject: 'ever' })]);
    const itemOf = async (subject: string) =>
      (
        await engine.client.send(
          new GetItemCommand({ TableName: 'deliveries', Key: logKey('warehouse', subject, 1) }),
        )
      ).Item;
    expect((await itemOf('short'))?.['ttl']?.N).toBe(String(START / 1_000 + 1));
    expect(await itemOf('ever')).not.toHaveProperty('ttl');
  });

  test('shows in what is stuck, with its version, and in what is known of the subject', async () => {
    const wrapping = { generate: () => Promise.reject(), unwrap: () => Promise.reject() };
    const seals = sealsOn(engine.client, 'keys', wrapping);
    const ledger = ledgerOn(engine.client, { deliveries: 'deliveries', records: 'records', seals });
    const entry = anEntry({ subject: 'stuck', version: 12, outcome: 'held', reason: 'paused' });
    await log.write([entry]);
    const { items } = await ledger.answeredWith('warehouse', 'held', { limit: 10 });
    expect(items).toEqual([{ subject: 'stuck', version: 12, at: toIso(START) }]);
    expect((await ledger.ofSubject('stuck')).logged).toEqual([entry]);
  });
});

describe('a mark', () => {
  test('is what was last written for its lane', async () => {
    const marks = marksOn(engine.client, 'deliveries');
    expect(await marks.read('hubspot')).toBeUndefined();
    await marks.write('hubspot', { lowWater: START, setup: 'one' });
    await marks.write('hubspot', { lowWater: START + 1, setup: 'two' });
    await marks.write('salesforce', { lowWater: 5, setup: 'other' });
    expect(await marks.read('hubspot')).toEqual({ lowWater: START + 1, setup: 'two' });
    const interest = { topics: 'all', channels: ['email'] } as const;
    const told = { title: 'HubSpot', kind: 'state', interest } as const;
    await marks.write('hubspot', { lowWater: START + 1, setup: 'two', told });
    expect(await marks.read('hubspot')).toEqual({ lowWater: START + 1, setup: 'two', told });
  });
});
