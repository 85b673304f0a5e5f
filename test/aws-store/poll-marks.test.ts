import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerOn } from '../../lib/aws/ledger.ts';
import { pollMarksOn } from '../../lib/aws/poll-marks.ts';
import { sealsOn } from '../../lib/aws/seals.ts';
import { beginPolling, type PollMarks } from '../../lib/flow/poll.ts';
import { localWrapping } from '../../local/wrapping.ts';
import { type Engine, startEngine } from './engine.ts';

let engine: Engine;
let marks: PollMarks;
beforeAll(async () => {
  engine = await startEngine();
  marks = pollMarksOn(engine.client, 'deliveries');
});
afterAll(() => engine.stop());

const clockAt = (now: number) => ({ now: () => now, sleep: async () => undefined, chance: () => 0 });

describe('the mark of a destination that is polled', () => {
  test('is made once, at the moment of the first poll', async () => {
    const first = { revision: 1, since: 1_000, heardUntil: 1_000 };
    expect(await beginPolling({ pollMarks: marks, clock: clockAt(1_000) }, 'once')).toEqual(first);
    expect(await beginPolling({ pollMarks: marks, clock: clockAt(9_000) }, 'once')).toEqual(first);
    expect(await marks.read('once')).toEqual(first);
  });

  test('is moved by one of two who have read the same', async () => {
    const mark = await beginPolling({ pollMarks: marks, clock: clockAt(1) }, 'twice');
    const moved = { ...mark, revision: 2, cursor: 'a', heardUntil: 5 };
    expect(await marks.write('twice', moved)).toBe(true);
    expect(await marks.write('twice', { ...moved, cursor: 'b' })).toBe(false);
    expect(await marks.read('twice')).toEqual(moved);
    expect(await marks.read('another')).toBeUndefined();
  });

  test('is no delivery to whoever goes through the table', async () => {
    await beginPolling({ pollMarks: marks, clock: clockAt(1) }, 'walked');
    const seals = sealsOn(engine.client, 'keys', localWrapping(Buffer.alloc(32)));
    const ledger = ledgerOn(engine.client, { deliveries: 'deliveries', records: 'records', seals });
    const found: unknown[] = [];
    for await (const one of ledger.settledSince(0)) found.push(one);
    expect(found).toEqual([]);
  });
});
