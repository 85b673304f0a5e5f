import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../lib/domain/digest.ts';
import type { AskPorts } from '../../lib/flow/ask-erasure.ts';
import { advance } from '../../lib/flow/erase.ts';
import { isOnHold } from '../../lib/flow/rights-case.ts';
import { ADA, EMAIL, type Person, readable, somebody } from './erased-person.ts';

/** Ports whose n-th call dies, before it did anything or after. */
function dying(ports: AskPorts, at: number, after: boolean): AskPorts {
  let calls = 0;
  const wrapped = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...args: readonly unknown[]) => {
          calls += 1;
          const dies = calls === at;
          if (dies && !after) throw new Error('died');
          const result: unknown = await Reflect.apply(member, target, args);
          if (dies) throw new Error('died');
          return result;
        };
      },
    });
  const { records, identifiers, cases, archive, bus, signer } = ports;
  const some = { records, identifiers, cases, archive, bus, signer };
  const mortal = Object.fromEntries(Object.entries(some).map(([name, port]) => [name, wrapped(port)]));
  return { ...ports, ...mortal };
}

type Lie = (one: Person) => Partial<AskPorts>;

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ at: fc.integer({ min: 1, max: 25 }), after: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constantFrom('stop', 'grant', 'answer', 'place', 'release', 'ask') },
  ),
  { maxLength: 14 },
);

const survived = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Error) || error.message !== 'died') throw error;
  }
};

type Happening =
  | { readonly at: number; readonly after: boolean }
  | 'stop'
  | 'grant'
  | 'answer'
  | 'ask'
  | 'place'
  | 'release';

/** False: a hold stood, and something was lost all the same. */
async function happens(one: Person, step: Happening): Promise<boolean> {
  const stood = isOnHold(await one.rights.cases.of(ADA)) && (await hasAddress(one));
  if (typeof step === 'object') await survived(advance(dying(one.ports, step.at, step.after))(ADA));
  else if (step === 'place' || step === 'release') await one.hold(step);
  else await one[step]();
  return !stood || step === 'release' || hasAddress(one);
}

const hasAddress = async (one: Person): Promise<boolean> => (await readable(one)).includes(EMAIL);

/** Whatever dies and whoever speaks meanwhile: it ends with nothing readable, or with a hold and everything. */
const convergesAfterDeaths = (lie: Lie) =>
  fc.asyncProperty(steps, async (happenings) => {
    const one = somebody();
    await one.arrive();
    Object.assign(one.ports, lie(one));
    await one.ask();
    for (const step of happenings) if (!(await happens(one, step))) return false;
    await one.hold('release');
    await one.ask();
    await one.answer();
    await one.ask();
    return isErased(one);
  });

const isCaught = async (lie: Lie): Promise<void> => {
  const { failed } = await fc.check(convergesAfterDeaths(lie), { numRuns: 1_500, seed: 20_260_501 });
  expect(failed, 'no counterexample was found').toBe(true);
};

async function isErased(one: Person): Promise<boolean> {
  const { erasure } = await one.ports.cases.of(ADA);
  const chain = await one.store.records.history(ADA, { limit: 1_000 });
  const linked = chain.every(
    ({ document, digest, version }, i) =>
      sha256(document) === digest && version.previous === (chain[i + 1]?.digest ?? null),
  );
  const archived = one.rights.files.get(`certificates/${erasure?.id}.jws`);
  const told = one.rights.published.map(({ detail }) => JSON.stringify(detail));
  return (
    linked &&
    erasure?.state === 'done' &&
    chain[0]?.digest === erasure.erased?.digest &&
    (await readable(one)).length === 0 &&
    archived !== undefined &&
    Buffer.from(archived).toString() === erasure.certificate &&
    told.some((detail) => detail.includes(erasure.certificate ?? 'none')) &&
    told.every((detail) =>
      [...one.rights.files.values()].some((file) => detail.includes(Buffer.from(file).toString())),
    )
  );
}

describe('an erasure that dies anywhere, again and again, with stops and holds in between,', () => {
  test('converges: nothing readable, one certificate, a whole chain', () =>
    fc.assert(
      convergesAfterDeaths(() => ({})),
      { numRuns: 60 },
    ));
  test('would not if the key outlived its last version', () =>
    isCaught(({ store: { seals } }) => {
      const erase = seals.destroyKey;
      Object.assign(seals, { destroyKey: () => erase('somebody else') });
      return {};
    }));
  test('would not if a certificate could be written twice', () =>
    isCaught(({ rights: { files } }) => ({
      archive: {
        put: async (name, bytes) => {
          files.set(name, bytes);
          return true;
        },
        get: async (name) => files.get(name),
      },
    })));
  test('would not if nobody saw a hold', () =>
    isCaught(({ rights: { cases } }) => ({
      cases: { ...cases, of: async (subject) => ({ ...(await cases.of(subject)), holds: [] }) },
    })));
});
