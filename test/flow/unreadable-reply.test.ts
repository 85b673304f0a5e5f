import { describe, expect, test } from 'vitest';
import type { Call, Destination, Reply } from '../../lib/destinations/destination.ts';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { runErrands } from '../../lib/flow/calls.ts';
import { NOW } from '../builders.ts';

const clock = { now: () => NOW, sleep: async () => undefined, chance: () => 0 };
const reply = (body: unknown): Reply => ({ status: 200, headers: {}, body });

/** Reads a reply as if it were always what the vendor's documentation says. */
const trusting = ({ body }: Reply) => {
  if (typeof body === 'string') throw new TypeError(`Cannot read ${body}`);
  return undefined;
};

const run = (destination: Destination, calls: Readonly<Record<string, readonly Call[]>>) =>
  runErrands(
    {
      clock,
      vendor: {
        send: async ({ path }) => ({
          kind: 'reply',
          reply: reply(path.includes('odd') ? '<html>alice@example.com</html>' : {}),
        }),
      },
    },
    destination,
    Object.entries(calls).map(([id, of]) => ({ id, calls: of })),
    NOW + 60_000,
  );

const post = (path: string, next?: (reply: Reply) => readonly Call[]): Call => ({
  method: 'POST',
  path,
  ...(next && { next }),
});

describe('a reply that a destination’s file cannot read', () => {
  const { interpret: _, ...plain } = hubspot;

  test('is tried again for its own subject, and keeps no other from being told', async () => {
    const destination = { ...plain, interpret: trusting };
    expect(await run(destination, { a: [post('/odd')], b: [post('/fine')] })).toEqual([
      { kind: 'retry', reason: 'unreadable-reply' },
      { kind: 'delivered' },
    ]);
  });

  test('fails the subject whose next call hangs on it, alone', async () => {
    const next = (got: Reply): readonly Call[] => trusting(got) ?? [];
    expect(await run(plain, { a: [post('/odd', next)], b: [post('/fine', next)] })).toEqual([
      { kind: 'failed', reason: 'unreadable-reply' },
      { kind: 'delivered' },
    ]);
  });

  test('is tried again where it should have answered for every item of a batch', async () => {
    const split = (got: Reply) => trusting(got);
    const batch: Call = { method: 'POST', path: '/odd', items: [1], wrap: (items) => items, split };
    expect(await run(plain, { a: [batch] })).toEqual([{ kind: 'retry', reason: 'unreadable-reply' }]);
  });

  test('delivers nobody where it answers for fewer than were in the batch', async () => {
    const delivered = { kind: 'delivered' } as const;
    const short: Call = {
      ...{ method: 'POST', path: '/fine', items: [1, 2], wrap: (items) => items },
      split: () => [delivered],
    };
    const silent: Call = { ...short, split: () => undefined };
    expect(await run(plain, { a: [short] })).toEqual([{ kind: 'retry', reason: 'unreadable-reply' }]);
    expect(await run(plain, { a: [silent] })).toEqual([delivered]);
  });
});
