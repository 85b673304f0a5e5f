import { GetItemCommand, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '../../lib/domain/time.ts';
import { type Engine, startEngine } from './engine.ts';
import { type ErasingRig, erasingOn } from './erasing.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const WHO = ['ada', 'bea', 'cleo'] as const;

/** What people who share one address do about it, in any order. */
const acts = fc.array(
  fc.record({
    who: fc.constantFrom(...WHO),
    does: fc.constantFrom(
      'named',
      'asks',
      'confirms',
      'confirms it',
      'confirms it late',
      'gives up',
      'erased',
    ),
  }),
  { minLength: 6, maxLength: 14 },
);

type Act =
  typeof acts extends fc.Arbitrary<infer T> ? (T extends readonly (infer One)[] ? One : never) : never;

const subjectIn = (who: string, email: string): string => `${who}-${email.split('@')[0]}`;

/** What became of it. */
async function does(rig: ErasingRig, { does: act, who }: Act, email: string): Promise<string> {
  const subject = subjectIn(who, email);
  if (act === 'named') return rig.named(subject, { email });
  if (act === 'asks') return rig.askedBy(subject, email);
  if (act === 'confirms') return rig.confirmedBy(subject);
  if (act === 'confirms it') return rig.confirmedBy(subject, email);
  if (act === 'confirms it late') return rig.confirmedBy(subject, email, Date.now() - MINUTE);
  if (act === 'gives up') return rig.named(subject, { email: null });
  if (!(await rig.ports.records.newest(subject))) return 'nobody';
  return (await rig.erase(subject)) ? 'erased' : 'never ends';
}

/** Everybody who goes by the address is found and counted, and knows that others do. */
async function isWhole(rig: ErasingRig, email: string): Promise<boolean> {
  const name = await rig.nameOf(email);
  const Key = { pk: { S: `I#email#${name.hash}` }, sk: { S: '#' } };
  const { Item } = await engine.client.send(new GetItemCommand({ TableName: 'records', Key }));
  const entries = await Promise.all(
    WHO.map(async (who) => {
      const { current } = await rig.ports.identifiers.of(subjectIn(who, email));
      return current.filter(({ hash }) => hash === name.hash).map(({ shared }) => ({ who, shared }));
    }),
  );
  const living = entries.flat();
  const [suppressed] = await rig.ports.identifiers.suppressed([name]);
  const expected = [...living.map(({ who }) => subjectIn(who, email)), ...(suppressed?.kept ?? [])].sort();
  return (
    (await rig.holdersOf(email)).join() === expected.join() &&
    Number(Item?.['holders']?.N ?? 0) === expected.length &&
    (living.length < 2 || living.every(({ shared }) => shared))
  );
}

const NEVER = ['busy', 'never ends', 'invalid-change'];

let runs = 0;

const staysWhole = (rig: ErasingRig) =>
  fc.asyncProperty(acts, async (all) => {
    runs += 1;
    const email = `run-${runs}@example.com`;
    for (const act of all) {
      if (NEVER.includes(await does(rig, act, email))) return false;
      if (!(await isWhole(rig, email))) return false;
    }
    return true;
  });

/** Who is kept at a suppressed address is not forgotten when she comes back. */
function forgetful(client: Engine['client']): Engine['client'] {
  return new Proxy(client, {
    get: (target, name, receiver) => {
      const member: unknown = Reflect.get(target, name, receiver);
      if (name !== 'send' || typeof member !== 'function') return member;
      return (...args: readonly unknown[]) => {
        const [command] = args;
        if (command instanceof TransactWriteItemsCommand) command.input.TransactItems?.forEach(keepAgain);
        return Reflect.apply(member, target, args);
      };
    },
  });
}

function keepAgain({ Put }: TransactWriteItem): void {
  const kept = Put?.ExpressionAttributeValues?.[':kept'];
  if (Put?.Item && kept) Put.Item['kept'] = kept;
}

describe('an address that several share, of which people are erased and come back in any order,', {
  timeout: 120_000,
}, () => {
  test('leads to everybody who goes by it, and to nobody else', () =>
    fc.assert(staysWhole(erasingOn(engine)), { numRuns: 8 }));

  test('would not if whoever comes back were still counted among the erased', async () => {
    const rig = erasingOn({ ...engine, client: forgetful(engine.client) });
    const { failed } = await fc.check(staysWhole(rig), { numRuns: 60, seed: 20_260_501, endOnFailure: true });
    expect(failed, 'no counterexample was found').toBe(true);
  });
});
