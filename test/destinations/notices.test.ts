import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { sha256 } from '../../lib/domain/digest.ts';
import { type Inbound, inboundOf } from './inbound.fixture.ts';
import { aPerson } from './people.ts';
import { channelsBy, NEWS, OFFERS } from './stage.ts';
import type { Case, Person, Report, Table } from './table.ts';
import { tableFiles } from './tables.ts';

const files = await tableFiles();
const all = files.flatMap(({ tables }) => tables);

/** What a test is played with. */
interface Scene {
  readonly row: Case;
  readonly heed: Inbound;
  readonly ada: Person;
}

let scene: Scene;

async function open(table: Table): Promise<void> {
  const row = table.make();
  await row.simulator.start();
  const heed = await inboundOf(row, [NEWS]);
  const ada = aPerson(row, 1, { subject: 'ada', email: "ada.o'hara+news@example.com" });
  row.enter(ada);
  scene = { row, heed, ada };
}

async function close(): Promise<void> {
  const { row, heed } = scene;
  await heed.close();
  await row.simulator.stop();
}

const timeOf = async (heed: Inbound, who: Person): Promise<number> =>
  Date.parse((await heed.newest(who))?.change.evidence.occurredAt ?? '');

/** The vendor's time: whole seconds, as many vendors tell no less. */
const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1000 - seconds) * 1000;

const reporting = all.filter((table) => table.make().report);

describe.each(reporting.map((table) => [table.title, table] as const))('%s reports', (_title, table) => {
  beforeEach(() => open(table));
  afterEach(close);

  const report = (more: Partial<Report> = {}): Promise<number> => {
    const { row, heed, ada } = scene;
    const [channel = 'email'] = row.channels;
    const send = row.report ?? (async () => 0);
    return send({ url: heed.url, who: ada, topic: NEWS, channel, occurredAt: secondsAgo(60), ...more });
  };

  test.each(table.make().channels)(
    'an unsubscribe from %s: it is the person’s act, and counted once',
    async (channel) => {
      const { heed, ada, row } = scene;
      await heed.say(ada, 'granted', NEWS, channel);
      const occurredAt = secondsAgo(60);
      const reportedAt = secondsAgo(0);
      expect(await report({ channel, occurredAt })).toBe(200);
      expect(await heed.answer(ada, NEWS, channel)).toBe('withdrawn');
      expect(await heed.newest(ada)).toMatchObject({
        version: 2,
        changed: [{ topic: NEWS, channel, from: 'granted', to: 'withdrawn' }],
        change: {
          evidence: {
            ...{ source: row.destination.id, actor: { kind: 'subject' } },
            receivedDigest: sha256(heed.bodies.at(-1) ?? ''),
          },
        },
      });
      const recorded = await timeOf(heed, ada);
      if (row.untold?.includes('time')) expect(recorded).toBeGreaterThanOrEqual(reportedAt);
      else expect(recorded).toBe(occurredAt);
      expect(await report({ channel, occurredAt })).toBe(200);
      expect(heed.size()).toBe(2);
      expect(heed.told()).not.toMatch(/example\.com|\+4520/);
    },
  );

  test.each(knownBy(table))(
    'an unsubscribe from %s of somebody whom Heed knows by %s alone',
    async (channel, kind) => {
      const { heed, ada } = scene;
      await heed.say(ada, 'granted', NEWS, channel, [kind]);
      expect(await report({ channel })).toBe(200);
      expect(await heed.answer(ada, NEWS, channel)).toBe('withdrawn');
    },
  );

  test.each(['signature', 'body', 'age'] as const)('what somebody else sent: a wrong %s', async (spoilt) => {
    const { heed, ada, row } = scene;
    const [channel = 'email'] = row.channels;
    await heed.say(ada, 'granted', NEWS, channel);
    const status = await report({ spoilt });
    if (spoilt !== 'signature' && row.unproved?.includes(spoilt)) {
      expect(row.destination.receive?.signature.kind).toBe(
        spoilt === 'body' ? 'shared-secret' : unsignedTime(row),
      );
      expect(status).not.toBe(401);
    } else {
      expect(status).toBe(401);
      expect(heed.size()).toBe(1);
    }
  });

  const { signature } = table.make().destination.receive ?? {};
  if (signature && 'keys' in signature)
    test('under several keys at once, while they rotate', () => {
      const { destination, secret } = scene.row;
      const parsed = z.record(z.string(), z.unknown()).parse(destination.secret.parse(secret()));
      const longer = Object.entries(parsed).map(([name, value]) => [
        name,
        Array.isArray(value) ? [...value, 'b2xkZXIga2V5IG9mIGl0cyBvd24g'] : value,
      ]);
      const rotating = destination.secret.parse(Object.fromEntries(longer));
      expect(signature.keys(rotating).length).toBe(signature.keys(parsed).length + 1);
    });

  if (signature?.kind === 'shared-secret')
    test.each([
      ['that could be guessed', ['nineteen-characters']],
      ['that has no end', ['k'.repeat(201)]],
      ['that no path can hold', ['a key that is long enough/but not of one part']],
      ['of which there are too many', Array.from({ length: 6 }, (_, n) => `long-enough-key-no-${n}`)],
    ])('under no key %s', (_, keys) => {
      const { destination, secret } = scene.row;
      const parsed = z.record(z.string(), z.unknown()).parse(secret());
      const [name] = Object.entries(parsed).find(([, value]) => Array.isArray(value)) ?? [];
      expect(destination.secret.safeParse(parsed).success).toBe(true);
      expect(destination.secret.safeParse({ ...parsed, [`${name}`]: keys }).success).toBe(false);
    });

  test('what Heed has no topic for: nothing changes', async () => {
    const { heed, ada, row } = scene;
    const [channel = 'email'] = row.channels;
    await heed.say(ada, 'granted', NEWS, channel);
    expect(await report({ topic: OFFERS })).toBe(200);
    expect(await heed.answer(ada, OFFERS, channel)).toBe('none');
    /** A vendor that says goodbye to a whole channel has said so of the topic that is mapped. */
    expect(heed.size()).toBe(row.untold?.includes('topic') ? 2 : 1);
  });

  test('to an address that is there for whoever looks, and takes nothing that proves nothing', async () => {
    const { heed } = scene;
    for (const url of [heed.url, `${heed.url}/guessed`]) {
      const probe = await fetch(url);
      expect([probe.status, await probe.json()]).toEqual([200, { destination: scene.row.destination.id }]);
      expect((await fetch(url, { method: 'POST', body: '[]' })).status).toBe(401);
    }
    expect(heed.told()).not.toContain('guessed');
    expect(heed.size()).toBe(0);
  });
});

/** Each channel with each kind of identifier by which alone the vendor would be told of a person there. */
function knownBy(table: Table): readonly (readonly [channel: string, kind: string])[] {
  const row = table.make();
  const named = row.destination.identifiedBy.filter((kind) => !row.untold?.some((one) => one === kind));
  return named.flatMap((kind) => channelsBy(row, kind).map((channel) => [channel, kind] as const));
}

/** The kinds of proof that may come without the time of sending. */
function unsignedTime({ destination }: Case): string {
  const { signature } = destination.receive ?? {};
  if (signature?.kind === 'hmac') return signature.timestamp ? 'a signed time' : 'hmac';
  return 'shared-secret';
}

const left = all.filter((table) => table.make().leave);

describe.each(left.map((table) => [table.title, table] as const))('%s is polled', (_title, table) => {
  beforeEach(() => open(table));
  afterEach(close);

  const leave = (occurredAt: number): void => {
    const { row, ada } = scene;
    row.leave?.(ada, NEWS, row.channels[0] ?? 'email', occurredAt);
  };
  const grant = async (): Promise<void> => {
    const { row, heed, ada } = scene;
    await heed.say(ada, 'granted', NEWS, row.channels[0] ?? 'email');
    await heed.deliver(ada);
    await heed.poll();
  };

  test('an unsubscribe is found once, with the vendor’s time', async () => {
    const { row, heed, ada } = scene;
    await grant();
    expect(heed.size()).toBe(1);
    const before = Date.now();
    leave(before);
    await heed.poll();
    expect(await heed.newest(ada)).toMatchObject({
      version: 2,
      changed: [{ topic: NEWS, to: 'withdrawn' }],
      change: {
        evidence: {
          ...{ source: row.destination.id, actor: { kind: 'subject' } },
          receivedDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    });
    expect(Math.abs((await timeOf(heed, ada)) - before)).toBeLessThan(1_000);
    await heed.poll();
    await heed.poll();
    expect(heed.size()).toBe(2);
  });

  test('what Heed itself withdrew there is no news', async () => {
    const { row, heed, ada } = scene;
    await grant();
    await heed.say(ada, 'withdrawn', NEWS, row.channels[0] ?? 'email');
    await heed.deliver(ada);
    await heed.poll();
    await heed.poll();
    expect(heed.size()).toBe(2);
  });

  test('a crash before the cursor is kept loses nothing, and repeats nothing', async () => {
    const { heed } = scene;
    await grant();
    leave(Date.now());
    const mend = heed.breakMark();
    await expect(heed.poll()).rejects.toThrow();
    mend();
    await heed.poll();
    expect(heed.size()).toBe(2);
  });

  test('a vendor that does not answer is asked again from where the last answer ended', async () => {
    const { row, heed } = scene;
    await grant();
    leave(Date.now());
    row.simulator.fail({ status: 503 });
    await heed.poll();
    expect(heed.size()).toBe(1);
    row.simulator.heal();
    await heed.poll();
    expect(heed.size()).toBe(2);
  });
});

test('every destination that reports has a table that lets its vendor report', () => {
  const silent = all.filter((table) => {
    const { destination, report, leave: leaves } = table.make();
    return (destination.receive && !report) || (destination.poll && !leaves);
  });
  expect(silent.map(({ title }) => title)).toEqual([]);
});
