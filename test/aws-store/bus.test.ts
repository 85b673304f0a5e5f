import { afterEach, describe, expect, test } from 'vitest';
import { busOn, eventsClient } from '../../lib/aws/bus.ts';
import type { BusEntry } from '../../lib/ports.ts';
import { startBus } from '../../local/bus.ts';
import { loopback } from '../../local/loopback.ts';
import { type Answer, startService } from './bare-server.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const anEntry = (version: number, padding = ''): BusEntry => ({
  type: 'preferences.changed.v1',
  time: '2026-05-01T10:00:00.000Z',
  detail: { id: `s:${version}`, padding },
});

const connect = (endpoint: string) => {
  const client = eventsClient(loopback(endpoint));
  closing.push(() => client.destroy());
  return busOn(client, 'heed');
};

describe('the bus', () => {
  test('takes events as rules see them: source, type, time and detail', async () => {
    const seen: unknown[] = [];
    const engine = await startBus({
      name: 'heed',
      rules: [{ name: 'all', pattern: { source: ['heed'] }, target: async (event) => seen.push(event) }],
    });
    closing.push(engine.stop);
    expect(await connect(engine.endpoint).put([anEntry(1), anEntry(2)])).toEqual([true, true]);
    await expect.poll(() => seen, { timeout: 10_000 }).toHaveLength(2);
    expect(seen).toContainEqual(
      expect.objectContaining({
        source: 'heed',
        'detail-type': 'preferences.changed.v1',
        time: expect.stringMatching(/^2026-05-01T10:00:00/),
        detail: { id: 's:2', padding: '' },
      }),
    );
  });

  const refusing = (refused: number) => ({
    status: 200,
    body: {
      FailedEntryCount: 1,
      Entries: Array.from({ length: 3 }, (_, i) =>
        i === refused
          ? { ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }
          : { EventId: `event-${i}` },
      ),
    },
  });

  test('tells which events were not taken', async () => {
    const service = await startService((): Answer => refusing(1));
    closing.push(service.stop);
    const taken = await connect(service.endpoint).put([1, 2, 3].map((version) => anEntry(version)));
    expect(taken).toEqual([true, false, true]);
  });

  test('is asked nothing when there is nothing to tell', async () => {
    const service = await startService((): Answer => refusing(0));
    closing.push(service.stop);
    expect(await connect(service.endpoint).put([])).toEqual([]);
    expect(service.asked).toEqual([]);
  });

  test('gets large events in several requests, and answers for each of them', async () => {
    const service = await startService(({ input }): Answer => {
      const entries = Array.isArray(input['Entries']) ? input['Entries'] : [];
      return { status: 200, body: { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: 'e' })) } };
    });
    closing.push(service.stop);
    const entries = [1, 2, 3, 4, 5].map((version) => anEntry(version, 'x'.repeat(100_000)));
    expect(await connect(service.endpoint).put(entries)).toEqual([true, true, true, true, true]);
    expect(service.asked).toHaveLength(3);
  });
});
