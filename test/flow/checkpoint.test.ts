import { describe, expect, it } from 'vitest';
import {
  byPlace,
  checkpointDigest,
  checkpointIn,
  hashOfLeaf,
  LOOK_BACK,
  type Place,
} from '../../lib/domain/checkpoint.ts';
import { CheckpointMade } from '../../lib/domain/event-schema.ts';
import { openJws } from '../../lib/domain/jws.ts';
import { rootOf } from '../../lib/domain/merkle.ts';
import { DAY, HOUR, MINUTE, toIso } from '../../lib/domain/time.ts';
import { checkpoint } from '../../lib/flow/checkpoint.ts';
import { proofsFor } from '../../lib/flow/prove.ts';
import { OPTIONS, type ProvenLog, provenLog, START } from './proven-log.ts';

const run = (log: ProvenLog, over: Partial<typeof OPTIONS> = {}) =>
  checkpoint(log.ports, { ...OPTIONS, ...over })();

const newest = async (log: ProvenLog) => {
  const found = await log.ports.checkpoints.newest();
  if (!found) throw new Error('there is no checkpoint');
  return found;
};

const placeOf = ({ subject, version, recordedAt }: Place): Place => ({ subject, version, recordedAt });

describe('a checkpoint', () => {
  it('holds the versions of its period in order, under a root and a signature that anybody can check', async () => {
    const log = provenLog();
    for (const subject of ['p-2', 'p-10', 'p-1', 'P-3']) log.record(subject);
    log.record('p-1');
    log.advance(7 * MINUTE);
    expect(await run(log)).toEqual({ checkpoints: 1, leaves: 5, behind: 0 });
    const { checkpoint: made, jws } = await newest(log);
    const [leaves = []] = await log.leaves();
    expect(leaves.map(({ subject, version }) => `${subject} ${version}`)).toEqual([
      ...['P-3 1', 'p-1 1', 'p-1 2', 'p-10 1', 'p-2 1'],
    ]);
    expect(made).toMatchObject({
      number: 1,
      size: 5,
      previous: null,
      origin: 'heed',
      to: toIso(START + 5 * MINUTE),
    });
    expect(made.root).toBe(rootOf(leaves.map(hashOfLeaf)).toString('hex'));
    const text = openJws(jws, { typ: 'heed-checkpoint', keys: await log.ports.signer.keys() });
    expect(text && checkpointIn(text)).toEqual(made);
    expect(openJws(jws, { typ: 'heed-manifest', keys: await log.ports.signer.keys() })).toBeUndefined();
    expect(openJws(jws, { typ: 'heed-checkpoint', keys: [] })).toBeUndefined();
  });

  it('names the one before, and begins where that ended', async () => {
    const log = provenLog();
    for (let i = 0; i < 3; i++) {
      log.record('p-1');
      log.advance(5 * MINUTE);
      await run(log);
    }
    const [third, second, first] = (await log.ports.checkpoints.list({ limit: 9 })).map(
      (one) => one.checkpoint,
    );
    if (!first || !second) throw new Error('there are not three');
    expect(third).toMatchObject({ number: 3, from: second.to, previous: checkpointDigest(second) });
    expect(second).toMatchObject({ number: 2, from: first.to, previous: checkpointDigest(first) });
  });

  it('is told to the bus as it is signed, with nothing about anybody', async () => {
    const log = provenLog();
    log.record('p-1');
    log.advance(5 * MINUTE);
    await run(log);
    const { checkpoint: made, jws } = await newest(log);
    expect(log.told).toHaveLength(1);
    expect(CheckpointMade.parse(log.told[0]?.detail).data).toEqual({ ...made, jws });
    expect(JSON.stringify(log.told)).not.toContain('p-1');
  });

  it('leaves what is younger than the index may lag for the next one', async () => {
    const log = provenLog();
    log.record('p-1');
    log.advance(3 * MINUTE);
    log.record('p-1');
    log.advance(MINUTE);
    await run(log);
    expect((await log.leaves()).flat()).toHaveLength(1);
    log.advance(2 * MINUTE);
    await run(log);
    expect((await log.leaves()).map((leaves) => leaves.length)).toEqual([1, 1]);
  });

  it('is not made of nothing, but once a day, and then says so', async () => {
    const log = provenLog();
    log.record('p-1');
    log.advance(5 * MINUTE);
    await run(log);
    for (let hour = 0; hour < 23; hour++) {
      log.advance(HOUR);
      expect(await run(log)).toMatchObject({ checkpoints: 0 });
    }
    log.advance(HOUR);
    expect(await run(log)).toMatchObject({ checkpoints: 1, leaves: 0 });
    expect((await newest(log)).checkpoint).toMatchObject({
      number: 2,
      size: 0,
      root: rootOf([]).toString('hex'),
    });
    log.record('p-1');
    log.advance(DAY / 2);
    expect(await run(log)).toMatchObject({ checkpoints: 1, leaves: 1 });
  });

  it('does not look again at what was quiet when it was looked at', async () => {
    const log = provenLog();
    log.record('p-1');
    log.advance(5 * MINUTE);
    await run(log);
    log.advance(10 * HOUR);
    await run(log);
    log.advance(5 * MINUTE);
    const asked: number[] = [];
    const { recordedIn } = log.ports.records;
    const records = {
      recordedIn: (minute: number) => {
        asked.push(minute);
        return recordedIn(minute);
      },
    };
    await checkpoint({ ...log.ports, records }, OPTIONS)();
    expect(asked).toHaveLength(20);
  });

  it('is the first one of a record that is older than the log, from where that begins, in as many runs as it takes', async () => {
    const log = provenLog();
    log.record('p-1');
    log.advance(2 * DAY);
    log.record('p-1');
    log.advance(DAY);
    const { now } = log.ports.clock;
    const ports = { ...log.ports, begunAt: async () => START - HOUR };
    let minutes = 0;
    const slow = { now: () => now() + minutes * 1_000 };
    const records = {
      recordedIn: (minute: number) => {
        minutes += 1;
        return log.ports.records.recordedIn(minute);
      },
    };
    let runs = 0;
    for (let behind = 1; behind > 0; runs++) {
      minutes = 0;
      ({ behind } = await checkpoint(
        { ...ports, records, clock: slow },
        { ...OPTIONS, longest: HOUR / 4 },
      )());
      expect(minutes).toBeLessThan(1_000);
    }
    expect(runs).toBeGreaterThan(3);
    expect((await log.leaves()).flat().map(({ version }) => version)).toEqual([1, 2]);
    const [first] = (await log.ports.checkpoints.list({ limit: 100 })).slice(-1);
    expect(first?.checkpoint).toMatchObject({ number: 1, from: toIso(START - HOUR) });
  });

  it('follows the one in the archive, whatever somebody made of it in the table', async () => {
    const log = provenLog();
    log.record('p-1');
    log.advance(5 * MINUTE);
    await run(log);
    const first = await newest(log);
    const forged = { ...first, checkpoint: { ...first.checkpoint, origin: 'else', size: 7 } };
    const { checkpoints } = log.ports;
    const spoiled = (one: typeof first): ProvenLog => ({
      ...log,
      ports: { ...log.ports, checkpoints: { ...checkpoints, newest: async () => one } },
    });
    log.record('p-1');
    log.advance(5 * MINUTE);
    await run(spoiled(forged));
    expect((await newest(log)).checkpoint).toMatchObject({
      ...{ number: 2, origin: 'heed' },
      previous: checkpointDigest(first.checkpoint),
    });
    const invented = { ...first, checkpoint: { ...first.checkpoint, number: 9 } };
    await expect(run(spoiled(invented))).rejects.toThrow('checkpoint 9 is not in the archive');
  });

  it('holds nothing twice, though somebody took an earlier one out of the table', async () => {
    const log = provenLog();
    log.record('p-1');
    log.record('p-2', 16 * MINUTE);
    for (const subject of ['p-7', 'p-8', 'p-9']) {
      log.record(subject);
      log.advance(5 * MINUTE);
      await run(log);
    }
    log.advance(5 * MINUTE);
    const checkpoints = { ...log.ports.checkpoints, numbered: async () => undefined };
    await run({ ...log, ports: { ...log.ports, checkpoints } });
    expect((await log.leaves()).flat().map(({ subject }) => subject)).toEqual([
      'p-1',
      'p-7',
      'p-8',
      'p-9',
      'p-2',
    ]);
  });

  it('takes no entry that Heed cannot have written: an archived leaf stays for good', async () => {
    const log = provenLog();
    const real = log.record('p-1');
    const strange = [
      { subject: '', version: 1 },
      { subject: 'p-2', version: Number.NaN },
      { subject: 'p-2', version: 0 },
      { subject: 'p-2', version: 1.5 },
      { recordedAt: toIso(START).replace('Z', '') },
      { recordedAt: toIso(START).replace('Z', '#Z') },
      { recordedAt: toIso(START - HOUR) },
    ];
    const { recordedIn } = log.ports.records;
    const records = {
      recordedIn: async (minute: number) => [
        ...(minute === START ? strange.map((one) => ({ ...real, ...one })) : []),
        ...(await recordedIn(minute)),
      ],
    };
    log.advance(5 * MINUTE);
    const heard: string[] = [];
    const listening = { ...log.ports, records, strange: (name: string) => void heard.push(name) };
    await checkpoint(listening, OPTIONS)();
    expect(heard).toHaveLength(strange.length);
    expect(heard.filter((name) => name === 'p-1:1')).toHaveLength(3);
    expect(heard.filter((name) => /^[0-9a-f]{64}$/.test(name))).toHaveLength(4);
    log.record('p-1');
    log.advance(5 * MINUTE);
    await checkpoint({ ...log.ports, records }, OPTIONS)();
    expect((await log.leaves()).map((leaves) => leaves.map(placeOf))).toEqual([
      [placeOf(real)],
      [expect.objectContaining({ subject: 'p-1', version: 2 })],
    ]);
    const proved = await proofsFor(log.ports)([placeOf(real), { ...placeOf(real), recordedAt: 'garbage' }]);
    expect(proved.map((one) => one?.index)).toEqual([0, undefined]);
  });

  it('holds what was shown late within its look back, to the millisecond, and nothing that was dated back beyond it', async () => {
    const log = provenLog();
    const local = { grain: 1, settle: 1_000 };
    log.advance(30_000);
    log.record('p-1');
    log.advance(5 * MINUTE);
    await run(log, local);
    const { to } = (await newest(log)).checkpoint;
    const dated = (subject: string, ms: number) =>
      log.versions.push({
        ...{ subject, version: 1, recordedAt: toIso(Date.parse(to) - LOOK_BACK + ms) },
        ...{ shownAt: log.now(), digest: 'a'.repeat(64) },
        about: { topics: [], channels: [], preferences: [], identifiersChanged: [] },
      });
    dated('honest', 0);
    dated('dated-back', -1);
    log.advance(5 * MINUTE);
    await run(log, local);
    expect((await log.leaves())[1]?.map(({ subject }) => subject)).toEqual(['honest']);
    await run(log, local);
    expect((await log.leaves()).flat()).toHaveLength(2);
  });

  it('counts a version whose item has lost its digest, with null', async () => {
    const log = provenLog();
    const { digest: _, ...spoiled } = log.record('p-1');
    log.versions.splice(0, 1, { ...spoiled, shownAt: START });
    log.advance(5 * MINUTE);
    await run(log);
    expect((await log.leaves()).flat()).toEqual([{ ...placeOf(spoiled), digest: null }]);
  });

  it('ends with a minute where there is too much for one, or for one run', async () => {
    const log = provenLog();
    for (let minute = 0; minute < 6; minute++) {
      for (let i = 0; i < 10; i++) log.record(`p-${i}`);
      log.advance(MINUTE);
    }
    log.advance(10 * MINUTE);
    expect(await run(log, { most: 15 })).toEqual({ checkpoints: 3, leaves: 60, behind: 0 });
    expect((await log.leaves()).map((leaves) => leaves.length)).toEqual([20, 20, 20]);
  });

  it('that stands in the archive and is not signed by Heed stops the rest', async () => {
    const log = provenLog();
    log.record('p-1');
    log.advance(5 * MINUTE);
    await log.ports.archive.put('checkpoints/0000000001.jws', Buffer.from('e30.e30.e30'));
    await expect(run(log)).rejects.toThrow('is no checkpoint of this log');
  });
});

describe('a proof', () => {
  const check = async (log: ProvenLog, places: readonly Place[]): Promise<number> => {
    const asked: string[] = [];
    const archive = {
      get: (name: string) => {
        asked.push(name);
        return log.ports.archive.get(name);
      },
    };
    const proofs = await proofsFor({ ...log.ports, archive })(places.map(placeOf));
    expect(proofs.every((proof) => proof !== undefined)).toBe(true);
    return asked.length;
  };

  it('of one version among 66,000 takes a few small files', async () => {
    const log = provenLog();
    for (let i = 0; i < 66_000; i++)
      log.versions.push({
        ...{ subject: `p-${i}`, version: 1, recordedAt: toIso(START + (i % 60_000)), shownAt: START },
        ...{
          digest: 'a'.repeat(64),
          about: { topics: [], channels: [], preferences: [], identifiersChanged: [] },
        },
      });
    log.advance(5 * MINUTE);
    await run(log, { firstLook: 6 * MINUTE });
    const sorted = [...log.versions].sort(byPlace);
    for (const at of [0, 255, 256, 40_000, 65_535, 65_536, 65_999]) {
      const place = sorted[at];
      if (!place) throw new Error('there are not as many');
      expect(await check(log, [place])).toBeLessThanOrEqual(7);
    }
  });

  it('is there for what was shown late, in the checkpoint that found it', async () => {
    const log = provenLog();
    log.record('p-1');
    const late = log.record('p-2', 12 * MINUTE);
    for (let i = 0; i < 4; i++) {
      log.advance(5 * MINUTE);
      log.record('p-3');
      await run(log);
    }
    const [proof] = await proofsFor(log.ports)([placeOf(late)]);
    expect(proof?.index).toBe(0);
    expect(Date.parse(proof?.signed.checkpoint.from ?? '')).toBeGreaterThan(Date.parse(late.recordedAt));
  });

  it('is not there for what no checkpoint has', async () => {
    const log = provenLog();
    log.record('p-1');
    log.advance(5 * MINUTE);
    await run(log);
    const young = log.record('p-1');
    const other = { subject: 'p-1', version: 7, recordedAt: toIso(START) };
    expect(await proofsFor(log.ports)([placeOf(young), other])).toEqual([undefined, undefined]);
  });

  it('is refused where the archive no longer holds what it held', async () => {
    const log = provenLog();
    const one = log.record('p-1');
    log.record('p-2');
    log.advance(5 * MINUTE);
    await run(log);
    const spoiled = {
      get: async (name: string) => {
        const bytes = await log.ports.archive.get(name);
        return bytes && name.endsWith('.jsonl')
          ? Buffer.from(Buffer.from(bytes).toString().replace('p-2', 'p-4'))
          : bytes;
      },
    };
    await expect(proofsFor({ ...log.ports, archive: spoiled })([placeOf(one)])).rejects.toThrow(
      'something else',
    );
  });
});
