import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import config from '../../heed.config.ts';
import type { ChangeBody } from '../../lib/domain/change.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { attemptOf } from '../../lib/domain/idempotency.ts';
import { HOUR, MINUTE, toIso, toMs } from '../../lib/domain/time.ts';
import { type Accepted, accept } from '../../lib/flow/accept.ts';
import { type AskPorts, askErasure, readErasure, setHold } from '../../lib/flow/ask-erasure.ts';
import { advance } from '../../lib/flow/erase.ts';
import { erasureTold } from '../../lib/flow/erasure-told.ts';
import { heedKeyword } from '../../lib/flow/keyword.ts';
import { restrict } from '../../lib/flow/restrict.ts';
import { isOnHold } from '../../lib/flow/rights-case.ts';
import { StillClock } from '../api/rig.ts';
import { memory } from '../memory.ts';
import { rightsInMemory } from '../memory-rights.ts';

const ADA = 'p-ada';
const EMAIL = 'ada@example.com';
const BY = { client: 'desk', person: 'bob' };
const NEWS = { topic: 'acme/newsletter', channel: 'email' };
const ALL = { sources: ['*'] };

const REST = MINUTE;

/** One person of a store in memory, told to one destination that answers when the test says so. */
function somebody() {
  const store = memory();
  const clock = new StillClock();
  const rights = rightsInMemory(store);
  const { catalogue } = config;
  const interest = { topics: 'all', channels: 'all' } as const;
  const destinations = [{ id: 'crm', title: 'CRM', kind: 'state' as const, interest }];
  let ids = 0;
  const ports: AskPorts = {
    ...{ ...store, ...rights, catalogue, clock, destinations, withinHours: 24, rest: REST },
    newId: () => String(++ids),
  };
  const say = (body: ChangeBody, subject = ADA): Promise<Accepted> => {
    clock.advance(1);
    const evidence = {
      ...{ source: 'call-centre', actor: { kind: 'subject' as const }, method: 'call' },
      ...{ legalBasis: 'consent' as const, occurredAt: toIso(clock.now()) },
      notice: { id: 'marketing', version: '3', language: 'en' },
      ...body.evidence,
    };
    return accept(ports)({ subject, body: { ...body, evidence }, caller: ALL });
  };
  const newest = async () => (await store.records.newest(ADA))?.version;
  return {
    ...{ store, clock, rights, ports, say, newest },
    /** The same where the preference centre is trusted to say that somebody has confirmed. */
    trusting: (body: ChangeBody, subject = ADA): Promise<Accepted> => {
      const confirmed = { ...catalogue.sources['preference-center'], confirmed: true };
      const sources = { ...catalogue.sources, 'preference-center': confirmed };
      Object.assign(ports, { catalogue: { ...catalogue, sources } });
      return say(body, subject);
    },
    grant: (subject = ADA) => say({ choices: [{ ...NEWS, state: 'granted' }] }, subject),
    stop: () => say({ choices: [{ ...NEWS, state: 'withdrawn' }] }),
    arrive: () => say({ choices: [{ ...NEWS, state: 'granted' }], identifiers: { email: EMAIL } }),
    /** The destination answers the newest version, and has nothing else under way. */
    answer: async (after = 2 * REST) => {
      clock.advance(after);
      const version = (await newest())?.version ?? 0;
      const at = toIso(clock.now());
      const answered = { version, outcome: 'delivered' as const, at };
      const trail = [{ version, at, attempts: 1, outcome: 'delivered' as const }];
      store.deliveries.splice(0);
      store.deliveries.push({ subject: ADA, destination: 'crm', version, revision: 1, answered, trail });
    },
    ask: () => askErasure(ports)({ subject: ADA, by: BY, reason: 'asked-by-mail' }),
    view: () => readErasure(ports)(ADA),
    hold: (action: 'place' | 'release') =>
      setHold(ports)({ subject: ADA, by: BY, action, reason: 'litigation' }),
  };
}

type Person = ReturnType<typeof somebody>;

const typeOf = (accepted: Accepted): string =>
  accepted.kind === 'refused' ? accepted.refusal.type : accepted.kind;

/** Every ciphertext that was ever stored of her, opened: what could still be read. */
async function readable({ store }: Person): Promise<readonly string[]> {
  const versions = await store.records.history(ADA, { limit: 1_000 });
  const sealed = versions.flatMap(({ version: { record, change } }) => [
    ...[...record.identifiers, ...change.identifiers].map((entry) => entry.sealed),
    ...[change.evidence, ...Object.values(record.evidence)].map(({ personal }) => personal),
  ]);
  const opened = await Promise.all(
    sealed.map((text) => (typeof text === 'string' ? store.seals.open(ADA, text) : undefined)),
  );
  return opened.filter((text) => text !== undefined);
}

describe('an erasure', () => {
  test('withdraws everything at once, waits until everybody has answered, and then destroys the key', async () => {
    const one = somebody();
    await one.arrive();
    const asked = await one.ask();
    expect(asked).toMatchObject({
      kind: 'taken',
      view: { state: 'telling', told: [{ outcome: 'pending' }] },
    });
    expect((await one.newest())?.changed).toContainEqual({ ...NEWS, from: 'granted', to: 'withdrawn' });
    expect(await readable(one)).toContain(EMAIL);
    await one.answer();
    await advance(one.ports)(ADA);
    expect(await one.view()).toMatchObject({
      state: 'done',
      told: [{ destination: 'crm', outcome: 'delivered' }],
    });
    expect(await readable(one)).toEqual([]);
    expect((await one.newest())?.record.identifiers).toEqual([expect.objectContaining({ sealed: null })]);
  });

  test('waits until nothing that was sent before can arrive any more: she could not be told again after that', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    const { recordedAt = '' } = (await one.newest()) ?? {};
    await one.answer(toMs(recordedAt) + REST - 1 - one.clock.now());
    await advance(one.ports)(ADA);
    expect((await one.view())?.state).toBe('telling');
    one.clock.advance(1);
    await advance(one.ports)(ADA);
    expect((await one.view())?.state).toBe('done');
  });

  test('names as exceptions who had not answered when the time was over', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    one.clock.advance(24 * HOUR);
    await advance(one.ports)(ADA);
    const [, payload = ''] = ((await one.view())?.certificate ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      exceptions: [{ destination: 'crm', outcome: 'pending' }],
      suppressed: ['email'],
    });
  });

  test('says of a system that is not enabled any more that nobody told it, and waits for none', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    await one.answer();
    one.store.deliveries.push(
      ...one.store.deliveries.map((item) => ({ ...item, destination: 'former', version: 1 })),
    );
    await advance(one.ports)(ADA);
    const [, payload = ''] = ((await one.view())?.certificate ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      exceptions: [{ destination: 'former', outcome: 'pending', reason: 'not-enabled' }],
    });
  });

  test.each([
    ['only to stop, where somebody else goes by her address', 'p-bob', 'suppress'],
    ['to erase, where the other is a stop kept for it', 'unknown:email:hash', 'erase'],
  ])('says that a system which can erase was asked %s', async (_, other, how) => {
    const one = somebody();
    await one.arrive();
    const identifiers = {
      ...one.ports.identifiers,
      of: async () => ({
        revision: 1,
        current: [{ kind: 'email', hash: 'hash', sealed: '', shared: true }],
        retired: [],
      }),
      holders: async () => [ADA, other],
    };
    const interest = { topics: 'all', channels: 'all' } as const;
    const crm = { id: 'crm', title: 'CRM', kind: 'state' as const, interest };
    const destinations = [{ ...crm, erases: true, identifiedBy: ['email'] }];
    const told = await erasureTold({ ...one.ports, identifiers, destinations }, ADA, 1);
    expect(told).toMatchObject([{ destination: 'crm', how }]);
  });

  test('names the key it destroys also where nothing that was sealed stands any more', async () => {
    const one = somebody();
    await one.arrive();
    await one.say({ identifiers: { email: null } });
    const key = one.store.seals.keyOf(await one.store.seals.seal(ADA, ''));
    await one.ask();
    await one.answer();
    await one.ask();
    expect((await one.newest())?.standing?.destroyed).toContain(key);
  });

  test('leaves of a request that may be repeated no digest that a guessed address would fit', async () => {
    const one = somebody();
    const body = { identifiers: { phone: '+4512345678' }, evidence: { source: 'call-centre' } };
    const attempt = attemptOf('desk', 'key-1', body);
    const say = () => accept(one.ports)({ subject: ADA, body, caller: ALL, attempt });
    expect(typeOf(await say())).toBe('recorded');
    expect(await say()).toMatchObject({ kind: 'recorded', replayed: true });
    const { remembered = [] } = (await one.store.records.newest(ADA)) ?? {};
    expect(remembered).toHaveLength(1);
    expect(remembered.join()).not.toContain(attempt.body);
  });

  test('takes stops while it is under way, and nothing else', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    expect(typeOf(await one.grant())).toBe('erasing');
    expect(typeOf(await one.say({ identifiers: { phone: '+4512345678' } }))).toBe('erasing');
    expect(typeOf(await one.stop())).toBe('recorded');
    await one.answer();
    await advance(one.ports)(ADA);
    expect((await one.view())?.state).toBe('telling');
    expect((await one.newest())?.change.evidence.method).toBe('erasure');
  });

  test('is the same one however often it is asked for, until something is said anew', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    await one.answer();
    await one.ask();
    const { certificate } = (await one.view()) ?? {};
    const { version } = (await one.newest()) ?? {};
    expect(await one.ask()).toMatchObject({ view: { state: 'done', certificate } });
    expect((await one.newest())?.version).toBe(version);
    expect(typeOf(await one.grant())).toBe('recorded');
    expect(await one.ask()).toMatchObject({ view: { state: 'telling' } });
  });

  test('of somebody nobody has spoken of has nothing to do', async () => {
    const one = somebody();
    expect(await one.ask()).toMatchObject({ kind: 'taken', view: { state: 'done', told: [], remains: [] } });
    expect(one.store.size()).toBe(0);
  });
});

describe('a legal hold', () => {
  test('forbids an erasure, and keeps on record who asked', async () => {
    const one = somebody();
    await one.arrive();
    await one.hold('place');
    expect(await one.ask()).toEqual({ kind: 'on-hold' });
    expect(await one.hold('release')).toMatchObject({
      standing: false,
      entries: [{ action: 'release' }, { action: 'refused', by: BY }, { action: 'place' }],
    });
    expect(await one.ask()).toMatchObject({ kind: 'taken' });
  });

  test('stops one that is under way, which has to be asked for again', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    await one.hold('place');
    expect((await one.view())?.state).toBe('stopped');
    await one.answer();
    await one.hold('release');
    await advance(one.ports)(ADA);
    expect(await readable(one)).toContain(EMAIL);
    expect(typeOf(await one.grant())).toBe('recorded');
  });
});

describe('an address that was erased', () => {
  const erased = async (): Promise<Person> => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    await one.answer();
    await advance(one.ports)(ADA);
    return one;
  };
  const brings = (one: Person, state: 'granted' | 'withdrawn', more: Partial<ChangeBody> = {}) =>
    one.say({ choices: [{ ...NEWS, state }], identifiers: { email: EMAIL }, ...more }, 'p-other');
  /** It has to be confirmed first. */
  const EVENTS = { topic: 'orbit/events', channel: 'email', state: 'granted' as const };

  test('is refused, whoever brings it and with whatever', async () => {
    const one = await erased();
    expect(typeOf(await brings(one, 'granted'))).toBe('suppressed');
    expect(typeOf(await brings(one, 'withdrawn'))).toBe('suppressed');
    const evidence = { source: 'crm-import', actor: { kind: 'import' as const }, method: 'file' };
    const refused = await one.say({ identifiers: { email: EMAIL }, evidence }, 'p-other');
    expect(typeOf(refused)).toBe('suppressed');
    expect(JSON.stringify(refused)).not.toContain(EMAIL);
  });

  test('comes with a request of hers that permits nothing, and counts once she has confirmed that', async () => {
    const one = await erased();
    expect(typeOf(await brings(one, 'granted', { choices: [EVENTS] }))).toBe('recorded');
    expect(typeOf(await one.grant('p-other'))).toBe('suppressed');
    const evidence = { source: 'preference-center', method: 'double-opt-in' };
    const sources = {
      'preference-center': { ...config.catalogue.sources['preference-center'], confirmed: true },
    };
    const trusting = { ...config.catalogue, sources: { ...config.catalogue.sources, ...sources } };
    Object.assign(one.ports, { catalogue: trusting });
    expect(typeOf(await one.say({ choices: [EVENTS], evidence }, 'p-other'))).toBe('recorded');
    expect(one.store.suppressions.size).toBe(0);
    expect(typeOf(await one.grant('p-other'))).toBe('recorded');
  });

  test('comes with no request of somebody who has granted something: that would be told to it', async () => {
    const one = await erased();
    await one.grant('p-other');
    expect(typeOf(await brings(one, 'granted', { choices: [EVENTS] }))).toBe('suppressed');
  });

  test('is taken up by nobody else while it is being erased, and by whoever shares it already', async () => {
    const one = somebody();
    await one.arrive();
    expect(typeOf(await one.say({ identifiers: { email: EMAIL } }, 'p-sister'))).toBe('recorded');
    await one.ask();
    expect(typeOf(await one.say({ identifiers: { email: EMAIL } }, 'p-import'))).toBe('erasing');
    expect(typeOf(await one.say({ identifiers: { email: EMAIL } }, 'p-sister'))).toBe('recorded');
  });

  test('is not confirmed from another address: who reads an e-mail has said nothing of a phone number', async () => {
    const one = somebody();
    const phone = '+4512345678';
    await one.say({ choices: [{ ...NEWS, state: 'granted' }], identifiers: { phone } });
    await one.ask();
    await one.answer();
    await one.ask();
    const asks = { choices: [EVENTS], identifiers: { email: 'mallory@example.com' } };
    expect(typeOf(await one.say(asks, 'p-mallory'))).toBe('recorded');
    expect(typeOf(await one.say({ choices: [EVENTS], identifiers: { phone } }, 'p-mallory'))).toBe(
      'suppressed',
    );
    const evidence = { source: 'preference-center', method: 'double-opt-in' };
    const confirmed = { choices: [EVENTS], identifiers: { phone }, evidence };
    expect(typeOf(await one.trusting(confirmed, 'p-mallory'))).toBe('suppressed');
    const called = { topic: 'acme/newsletter', channel: 'sms', state: 'granted' as const };
    expect(typeOf(await one.trusting({ ...confirmed, choices: [called] }, 'p-mallory'))).toBe('recorded');
    expect(one.store.suppressions.size).toBe(0);
  });

  test('is not had by a grant that a restriction only hides', async () => {
    const one = await erased();
    await one.grant('p-other');
    await restrict(one.ports)({ subject: 'p-other', restricted: true });
    expect(typeOf(await brings(one, 'granted', { choices: [EVENTS] }))).toBe('suppressed');
  });

  test('is nobody’s when it sends STOP: it is suppressed already, and no record is begun for it', async () => {
    const one = somebody();
    await one.say({ choices: [{ ...NEWS, state: 'granted' }], identifiers: { phone: '+4512345678' } });
    await one.ask();
    await one.answer();
    await one.ask();
    const { keywords } = config;
    if (!keywords) throw new Error('the configuration declares no keywords');
    const before = one.store.size();
    const lines: unknown[] = [];
    const heed = heedKeyword({ ...one.ports, line: (line) => void lines.push(line) }, keywords);
    expect(await heed('stop', { from: '+4512345678', text: 'STOP' })).toBe('taken');
    expect(one.store.size()).toBe(before);
    expect(lines).toEqual([expect.objectContaining({ reason: 'suppressed' })]);
  });

  test('is not sealed with the key that was destroyed, by a process that has not heard of it', async () => {
    const one = await erased();
    const destroyed = (await one.newest())?.standing?.destroyed ?? [];
    expect(destroyed).toHaveLength(1);
    const { seals } = one.store;
    let stale = destroyed[0];
    const behind = {
      ...seals,
      seal: async (subject: string, text: string) => {
        const sealed = await seals.seal(subject, text);
        return stale === undefined ? sealed : stale + sealed.slice(stale.length);
      },
      forget: () => {
        stale = undefined;
      },
    };
    Object.assign(one.ports, { seals: behind });
    expect(typeOf(await one.say({ identifiers: { phone: '+4512345678' } }))).toBe('recorded');
    Object.assign(one.ports, { seals });
    expect(await readable(one)).toContain('+4512345678');
  });
});

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
  if (typeof step === 'object') await survived(advance(dying(one.ports, step.at, step.after))(ADA));
  else if (step === 'place' || step === 'release') await one.hold(step);
  else await one[step]();
  const held = isOnHold(await one.ports.cases.of(ADA)) && !(await wasErased(one));
  return !held || (await readable(one)).includes(EMAIL);
}

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

const wasErased = async ({ ports }: Person): Promise<boolean> =>
  (await ports.cases.of(ADA)).erasure?.erased !== undefined;

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
});
