import { describe, expect, test } from 'vitest';
import type { Signer } from '../../lib/audit-ports.ts';
import { checkpointProofs } from '../../lib/flow/packs/checkpoint-proofs.ts';
import { PACK_SIZES, type PackSizes } from '../../lib/flow/packs/job.ts';
import { type WorkPorts, workOnPacks } from '../../lib/flow/packs/work.ts';
import { type LocalPacks, packsInMemory } from '../../local/pack-files.ts';
import { localSigner, newSigningSecret } from '../../local/signing.ts';
import { aGrant, aStop } from '../api/rig.ts';
import { post } from '../api/steps.ts';
import { ASK, filesIn, jobsInMemory, type PackRig, packRig, WATCH } from './pack-rig.ts';

/** So small that a few versions make many parts and pieces. */
const SMALL: PackSizes = { part: 1_500, page: 2, pieceBytes: 1e9, pieceVersions: 2, pieceCheckpoints: 1 };
const LEASE = 60_000;

const portsOf = ({ app, files, on }: PackRig, sizes: PackSizes = PACK_SIZES): WorkPorts => ({
  ...{ sizes, files, jobs: app.jobs, signer: app.signer, clock: on.clock, records: on.store.records },
  proofs: checkpointProofs(app),
});

const work = (one: PackRig, ports: WorkPorts): Promise<void> =>
  workOnPacks(ports)({ until: one.on.clock.now() + 1e9, lease: LEASE });

/** Three people say something, again and again; checkpoints come in between, and not after the last. */
async function past(one: PackRig): Promise<void> {
  for (const round of [1, 2, 3]) {
    for (const subject of ['alice', 'bob', 'carol']) {
      const occurredAt = `2026-05-01T10:0${round}:00Z`;
      const grant = { ...aGrant(), evidence: { ...aGrant().evidence, occurredAt } };
      await post(one.on, { ...grant, identifiers: { email: `${subject}${round}@example.com` } }, subject);
      one.on.clock.advance(500);
    }
    if (round < 3) await one.prove();
    await post(one.on, aStop(), 'alice');
    one.on.clock.advance(500);
  }
}

const FROM = '2026-05-01T12:00:00.000Z';

async function asked(one: PackRig, body: object): Promise<string> {
  const answer = await one.ask(ASK, { body });
  expect(answer.statusCode).toBe(202);
  const { id } = JSON.parse(answer.body);
  expect(answer.headers['location']).toBe(`/v1/evidence-packs/${id}`);
  return id;
}

async function fetched(one: PackRig, id: string): Promise<Buffer> {
  const answer = await one.ask(WATCH, { path: { pack: id } });
  const { state, file } = JSON.parse(answer.body);
  expect(state).toBe('done');
  return Buffer.from(one.files.opened(String(file).split('/').at(-1) ?? '') ?? []);
}

const untilNow = ({ on }: PackRig) => ({ from: FROM, to: new Date(on.clock.now()).toISOString() });

/** Each minute takes so long to be listed, ms. */
function slowed({ on: { clock } }: PackRig, ports: WorkPorts): WorkPorts {
  const { recordedIn } = ports.records;
  const slowly: typeof recordedIn = (minute) => {
    clock.advance(5);
    return recordedIn(minute);
  };
  return { ...ports, records: { ...ports.records, recordedIn: slowly } };
}

/** Runs of four minutes until it is done, and what was seen of the job after each. */
async function inRuns({ on: { clock } }: PackRig, ports: WorkPorts, id: string): Promise<Set<string>> {
  const states = new Set<string>();
  for (let run = 0; run < 20 && !states.has('done'); run++) {
    const until = clock.now() + 240_000;
    await workOnPacks(ports)({ until, lease: LEASE });
    expect(clock.now()).toBeLessThan(until + 10_000);
    const { state = '', rest, parts, tries, leasedUntil } = (await ports.jobs.read(id)) ?? {};
    states.add(state).add(rest === undefined ? 'nothing kept' : 'something kept');
    if (state === 'running') expect([parts, tries, leasedUntil]).toEqual([0, 0, 0]);
  }
  return states;
}

describe('a pack in bulk', () => {
  test('of a period holds every version of it, is valid, and tells nobody’s address', async () => {
    const one = packRig();
    await past(one);
    const id = await asked(one, untilNow(one));
    await work(one, portsOf(one, SMALL));
    const pack = await fetched(one, id);
    expect(await one.judged(pack)).toBe('valid');
    const files = filesIn(pack);
    expect([...files.values()].join('\n')).not.toContain('@example.com');
    expect([...files.keys()]).toContain('versions-000006.jsonl');
    expect([...files.keys()].filter((name) => name.startsWith('leaves/'))).toHaveLength(2);
    expect(JSON.parse(files.get('manifest.json') ?? '')).toMatchObject({ kind: 'period', versions: 12 });
  });

  test('of a period is valid where the first checkpoint in it holds what was recorded before and shown late', async () => {
    const one = packRig();
    const { records } = one.on.store;
    const { recordedIn } = records;
    let hidden = 'alice';
    Object.assign(records, {
      recordedIn: async (minute: number) =>
        (await recordedIn(minute)).filter(({ subject }) => subject !== hidden),
    });
    for (const subject of ['bob', 'alice']) await post(one.on, aGrant(), subject);
    one.on.clock.advance(500);
    const from = new Date(one.on.clock.now()).toISOString();
    await one.prove();
    hidden = 'nobody';
    await post(one.on, aGrant(), 'carol');
    await one.prove();
    const to = new Date(one.on.clock.now()).toISOString();
    await post(one.on, aGrant(), 'dave');
    await one.prove();
    one.on.clock.advance(5_000);
    const id = await asked(one, { from, to });
    await work(one, portsOf(one));
    const pack = await fetched(one, id);
    expect(await one.judged(pack)).toBe('valid');
    const files = filesIn(pack);
    expect(files.get('versions-000001.jsonl')).toMatch(/^[^\n]*"carol"[^\n]*\n$/);
    expect([...files.keys()].filter((name) => name.startsWith('edges-'))).toHaveLength(3);
    expect(files.get('edges-000002.jsonl')).toMatch(/"subject":"alice"/);
  });

  test('of a year in which little was recorded is made in as many short runs as it takes', async () => {
    const one = packRig();
    const { clock } = one.on;
    await post(one.on, aGrant(), 'alice');
    await one.prove();
    for (const [days, subject] of [
      [90, 'bob'],
      [275, 'carol'],
    ] as const) {
      clock.advance(days * 86_400_000);
      await post(one.on, aGrant(), subject);
      await one.prove();
    }
    clock.advance(5_000);
    const id = await asked(one, untilNow(one));
    const kept: string[] = [];
    const keep: LocalPacks['keep'] = (of, rest, bytes) => {
      kept.push(rest);
      return one.files.keep(of, rest, bytes);
    };
    const ports = { ...portsOf(one), files: { ...one.files, keep } };
    const states = await inRuns(one, slowed(one, ports), id);
    expect([...states].sort()).toEqual(['done', 'nothing kept', 'running', 'something kept']);
    expect(kept.length).toBeGreaterThan(1);
    for (const rest of kept) expect(await one.files.kept(id, rest), 'needed no more').toBeUndefined();
    const pack = await fetched(one, id);
    expect(await one.judged(pack)).toBe('valid');
    const files = filesIn(pack);
    expect(JSON.parse(files.get('manifest.json') ?? '')).toMatchObject({ versions: 3 });
    expect([...files.keys()].filter((name) => name.startsWith('versions-'))).toHaveLength(3);
  });

  test('hides no version for an entry of the index that Heed cannot have written, and names what is gone', async () => {
    const one = packRig();
    await past(one);
    const ports = portsOf(one);
    const { recordedIn, raw } = ports.records;
    const strange: WorkPorts['records'] = {
      ...ports.records,
      recordedIn: async (minute) => {
        const found = await recordedIn(minute);
        return [...found, ...found.slice(0, 1).map((entry) => ({ ...entry, version: Number.NaN }))];
      },
    };
    const first = await asked(one, untilNow(one));
    await work(one, { ...ports, records: strange });
    const pack = await fetched(one, first);
    expect(await one.judged(pack)).toBe('valid');
    expect(JSON.parse(filesIn(pack).get('manifest.json') ?? '')).toMatchObject({ versions: 12 });
    const gone: WorkPorts['records'] = {
      ...ports.records,
      raw: async (subject, page) =>
        (await raw(subject, page)).filter(({ version }) => subject !== 'bob' || version !== 2),
    };
    const second = await asked(one, untilNow(one));
    await work(one, { ...ports, records: gone });
    expect(await one.judged(await fetched(one, second))).toMatch(/^bob version 2: is broken/);
  });

  test('of a period with more checkpoints than a pack has room for is refused before it is begun', async () => {
    const one = packRig();
    await past(one);
    const ports = portsOf(one);
    const many = Array.from({ length: 65_533 }, (_, i) => i + 1);
    const id = await asked(one, untilNow(one));
    await work(one, { ...ports, proofs: { ...ports.proofs, during: async () => many } });
    expect(await ports.jobs.read(id)).toMatchObject({
      ...{ state: 'failed', reason: 'too-large: ask for a shorter period' },
      ...{ versions: 0, leasedUntil: 0 },
    });
    expect(await ports.jobs.open()).toEqual([]);
  });

  test('of one source holds what that source said, and nothing else', async () => {
    const one = packRig();
    await past(one);
    const evidence = { source: 'crm-import', actor: { kind: 'system' }, method: 'import' };
    await post(one.on, { ...aStop('acme/offers'), evidence }, 'bob');
    one.on.clock.advance(60_000);
    const id = await asked(one, { ...untilNow(one), source: 'crm-import' });
    await work(one, portsOf(one));
    const pack = await fetched(one, id);
    expect(await one.judged(pack)).toBe('valid');
    expect(JSON.parse(filesIn(pack).get('manifest.json') ?? '')).toMatchObject({
      source: 'crm-import',
      versions: 1,
    });
  });

  test('of one person ends with her newest version when it was begun, proofs and all', async () => {
    const one = packRig();
    await past(one);
    const id = await asked(one, { subject: 'alice' });
    const ports = portsOf(one, SMALL);
    const { raw } = ports.records;
    let pages = 0;
    const meanwhile: typeof raw = async (...of) => {
      if (pages++ === 1) {
        await post(one.on, aStop('acme/offers'), 'alice');
        await one.prove();
      }
      return raw(...of);
    };
    await work(one, { ...ports, records: { ...ports.records, raw: meanwhile } });
    const pack = await fetched(one, id);
    expect(await one.judged(pack)).toBe('valid');
    expect(JSON.parse(filesIn(pack).get('manifest.json') ?? '')).toMatchObject({
      versions: 6,
      newest: { version: 6 },
    });
  });

  test('shows how far it is, and a link that ends after a quarter of an hour', async () => {
    const one = packRig();
    await past(one);
    const id = await asked(one, { subject: 'alice' });
    const state = async () => JSON.parse((await one.ask(WATCH, { path: { pack: id } })).body);
    expect(await state()).toEqual({
      id,
      state: 'waiting',
      subject: 'alice',
      versions: 0,
      bytes: 0,
      parts: 0,
    });
    await work(one, portsOf(one));
    const { file, ...done } = await state();
    expect(done).toMatchObject({ state: 'done', versions: 6, of: 6, parts: 1 });
    const ticket = String(file).split('/').at(-1) ?? '';
    expect(one.files.opened(ticket)?.length).toBe(done.bytes);
    one.on.clock.advance(15 * 60_000);
    expect(one.files.opened(ticket)).toBeUndefined();
    one.on.clock.advance(7 * 86_400_000);
    expect(await state()).toMatchObject({ state: 'done', reason: expect.stringContaining('week') });
  });

  test('is refused for a period that is not over, or runs backwards', async () => {
    const one = packRig();
    const ask = async (body: object) => (await one.ask(ASK, { body })).statusCode;
    expect(await ask({ from: FROM, to: '2027-01-01T00:00:00Z' })).toBe(422);
    expect(await ask({ from: FROM, to: '2026-04-01T00:00:00Z' })).toBe(422);
    expect((await one.ask(WATCH, { path: { pack: 'no-such-pack' } })).statusCode).toBe(404);
  });

  test('that was asked for is on record, with what was asked', async () => {
    const one = packRig();
    const id = await asked(one, { subject: 'alice' });
    expect(one.on.store.audits.at(-1)).toMatchObject({
      operation: 'bulk-evidence',
      query: { subject: 'alice', pack: id },
      subject: 'alice',
    });
    await one.ask(WATCH, { path: { pack: id } });
    const { audits } = await one.on.store.auditLog.list({ subject: 'alice', limit: 10 });
    expect(audits.map(({ operation }) => operation).sort()).toEqual(['bulk-evidence', 'evidence-state']);
  });
});

test('a grant for one person asks for her pack and fetches it, and nobody else’s', async () => {
  const one = packRig();
  const { on } = one;
  const token = (person: string) =>
    on.mint({ purpose: 'access', sub: 'console', scope: 'grants:write', sources: [], person });
  const until = new Date(on.clock.now() + 86_400_000).toISOString();
  const body = { person: 'bob', purpose: 'complaint', until, subject: 'alice' };
  const { id } = JSON.parse((await on.call('propose-grant', { token: await token('carol'), body })).body);
  await on.call('approve-grant', { token: await token('dave'), path: { grant: id } });
  const scope = 'preferences:read';
  const asks = async (wanted: object) => (await one.ask(ASK, { body: wanted, scope })).statusCode;
  const other = await asked(one, { subject: 'erin' });
  const period = await asked(one, { from: '2026-04-01T00:00:00.000Z', to: FROM });
  expect(await asks({ subject: 'erin' })).toBe(403);
  expect(await asks({ from: FROM, to: FROM })).toBe(403);
  const made = await one.ask(ASK, { body: { subject: 'alice' }, scope });
  expect(made.statusCode).toBe(202);
  const own: string = JSON.parse(made.body).id;
  const watch = async (pack: string) => (await one.ask(WATCH, { path: { pack }, scope })).statusCode;
  expect([await watch(own), await watch(other), await watch(period)]).toEqual([200, 403, 403]);
});

/** Signs the same words alike each time, which ECDSA does not: so that packs can be compared byte for byte. */
function steadySigner(): Signer {
  const signer = localSigner(newSigningSecret());
  const known = new Map<string, Promise<string>>();
  const sign: Signer['sign'] = (payload, typ) => {
    const signed = known.get(payload) ?? signer.sign(payload, typ);
    known.set(payload, signed);
    return signed;
  };
  return { ...signer, sign };
}

class Killed extends Error {}

/** Ports of a process that dies at its n-th step, before or after the step was taken. */
function dying(ports: WorkPorts, at: number, after: boolean): WorkPorts {
  let step = 0;
  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...of: unknown[]) => {
          const dies = step++ === at;
          if (dies && !after) throw new Killed();
          const answer: unknown = await Reflect.apply(value, target, of);
          if (dies) throw new Killed();
          return answer;
        };
      },
    });
  return { ...ports, jobs: mortal(ports.jobs), files: mortal(ports.files), records: mortal(ports.records) };
}

/** Parts go behind what is there, wherever they belong. */
function appending(files: LocalPacks): LocalPacks {
  let end = 0;
  const part: LocalPacks['part'] = (id, one) => {
    const at = end;
    end += one.bytes.length;
    return files.part(id, { ...one, at });
  };
  return { ...files, part };
}

test('what was kept of a pack that was never made goes after a week, like the packs', async () => {
  const { files, on } = packRig();
  await files.keep('one', '1', Buffer.from('kept'));
  on.clock.advance(6 * 86_400_000);
  await files.begin('two');
  expect(await files.kept('one', '1')).toEqual(Buffer.from('kept'));
  on.clock.advance(2 * 86_400_000);
  await files.begin('three');
  expect(await files.kept('one', '1')).toBeUndefined();
});

describe('a worker that dies at any step', () => {
  const signer = steadySigner();

  async function prepared() {
    const one = packRig({}, signer);
    await past(one);
    return one;
  }

  /** The pack as it comes out where the first worker dies at that step, and the next one starts an hour later. */
  async function madeAfter(
    one: PackRig,
    body: object,
    ...[at, after, spoilt]: readonly [at: number, after: boolean, spoilt?: typeof appending]
  ) {
    const jobs = jobsInMemory();
    const kept = packsInMemory(one.on.clock);
    const files = spoilt?.(kept) ?? kept;
    const app = { ...one.app, jobs, files };
    const again: PackRig = { ...one, app, files };
    const ports = portsOf(again, SMALL);
    await jobs.add({ ...TEMPLATE, wanted: { kind: 'period', from: FROM, to: FROM, ...body } });
    const died = await work(again, dying(ports, at, after)).then(
      () => false,
      (error: unknown) => error instanceof Killed,
    );
    one.on.clock.advance(LEASE);
    await work(again, ports);
    const ticket = (await files.link(TEMPLATE.id))?.split('/').at(-1) ?? '';
    return { died, pack: Buffer.from(files.opened(ticket) ?? []) };
  }

  const TEMPLATE = {
    ...{ id: 'one', createdAt: FROM, state: 'waiting' as const, notBefore: 0, revision: 0, leasedUntil: 0 },
    ...{ tries: 0, parts: 0, entries: 0, bytes: 0, versions: 0 },
    cursor: { phase: 'versions' as const, pieces: 0, proofs: 0 },
  };

  test.each([true, false])('(step taken: %s) leaves the same pack, byte for byte', async (after) => {
    const one = await prepared();
    const body = untilNow(one);
    const { pack: whole } = await madeAfter(one, body, Number.POSITIVE_INFINITY, after);
    expect(await one.judged(whole)).toBe('valid');
    let step = 0;
    for (let died = true; died; step++) {
      const made = await madeAfter(one, body, step, after);
      died = made.died;
      expect(made.pack.equals(whole), `died at step ${step}`).toBe(true);
    }
    expect(step).toBeGreaterThan(20);
  });

  test('in a store that appends what should replace is found out (so the rule can fail)', async () => {
    const one = await prepared();
    const body = untilNow(one);
    const { pack: whole } = await madeAfter(one, body, Number.POSITIVE_INFINITY, true);
    const found: boolean[] = [];
    for (let step = 0; step < 20; step++) {
      const { pack } = await madeAfter(one, body, step, true, appending);
      found.push(!pack.equals(whole));
    }
    expect(found).toContain(true);
  });

  test('while another is at it, that one alone goes on', async () => {
    const one = await prepared();
    const ports = portsOf(one, SMALL);
    const id = await asked(one, { subject: 'alice' });
    await expect(work(one, dying(ports, 12, true))).rejects.toThrow(Killed);
    await work(one, ports);
    expect(await ports.jobs.read(id)).toMatchObject({ state: 'running' });
    one.on.clock.advance(LEASE);
    await work(one, ports);
    expect(await ports.jobs.read(id)).toMatchObject({ state: 'done' });
  });

  test('again and again is given up, and says so', async () => {
    const one = await prepared();
    const ports = portsOf(one);
    const id = await asked(one, { subject: 'alice' });
    const broken = {
      ...ports,
      files: { ...ports.files, part: () => Promise.reject(new TypeError('no room')) },
    };
    for (let run = 0; run < 21; run++) {
      await work(one, broken).catch(() => undefined);
      one.on.clock.advance(LEASE);
    }
    expect(await ports.jobs.read(id)).toMatchObject({ state: 'failed', reason: 'unexpected: TypeError' });
    expect(await ports.jobs.open()).toEqual([]);
  });
});
