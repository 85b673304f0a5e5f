import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { HistoryAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { chanceOf } from '../../local/demo/chance.ts';
import { type Hubspot, simulateHubspot } from '../simulators/hubspot.ts';
import { type Salesforce, simulateSalesforce } from '../simulators/salesforce.ts';
import { simulateWebhook, type WebhookSimulator } from '../simulators/webhook.ts';
import { aFolder, afterwards } from './cleanup.ts';
import { type EngineProcess, FEW, runMain } from './engine-process.ts';
import { addressOf, type Speaker, speakTo } from './person.ts';
import { until } from './until.ts';

/** How often it is killed. Every run does so at other moments; `HEED_TESTS=all` (as in .ci/run) more often. */
const ROUNDS = process.env['HEED_TESTS'] === 'all' ? 5 : 2;
const SUBJECTS = Array.from({ length: 24 }, (_, at) => `person-${at}`);
const TOPICS = ['acme/newsletter', 'acme/offers'] as const;
const STATES = ['granted', 'withdrawn'] as const;
const AT_ONCE = 6;
const seed = Date.now() % 100_000;

/** A change that was answered 201. */
interface Acknowledged {
  readonly subject: string;
  readonly version: number;
  readonly topic: string;
  readonly state: string;
}

interface Vendors {
  readonly hubspot: Hubspot;
  readonly salesforce: Salesforce;
  readonly webhook: WebhookSimulator;
}

/** Vendors outlive the engine, as they do. */
async function startVendors(): Promise<Vendors> {
  const vendors = {
    hubspot: simulateHubspot(),
    salesforce: simulateSalesforce({ everyoneIsKnown: true }),
    webhook: simulateWebhook(),
  };
  for (const vendor of Object.values(vendors)) {
    await vendor.start();
    afterwards(vendor.stop);
  }
  return vendors;
}

const secretsOf = (vendors: Vendors): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(vendors).map(([id, { secret }]) => [
      `HEED_SECRET_${id.toUpperCase()}`,
      JSON.stringify(secret()),
    ]),
  );

const Accepted = z.object({ version: z.number() });

/** Posts changes until the engine is gone, and keeps what was acknowledged. */
async function load(speaker: Speaker, acknowledged: Acknowledged[], dead: AbortSignal): Promise<void> {
  const chance = chanceOf(seed + acknowledged.length);
  const poster = async (): Promise<void> => {
    while (!dead.aborted) {
      const said = {
        subject: SUBJECTS[chance.whole(SUBJECTS.length)] ?? '',
        topic: chance.pick(TOPICS),
        state: chance.pick(STATES),
      };
      const answer = await speaker
        .say(said.subject, said.state, { topic: said.topic })
        .catch(() => undefined);
      if (answer?.status === 201) acknowledged.push({ ...said, ...Accepted.parse(answer.body) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, poster));
}

/** The vendors stumble while the engine does: refusals, and answers that get lost after the vendor has done its work. */
function stumble({ hubspot, salesforce, webhook }: Vendors): void {
  hubspot.fail({ status: 503, times: 5, applied: true });
  salesforce.fail({ status: 503, times: 3 });
  webhook.fail({ status: 500, times: 5, applied: true });
}

const aStart = async (data: string, env: Readonly<Record<string, string>>) => {
  const engine: EngineProcess = runMain({
    args: ['--json', '--port', '0', '--data', data],
    env: { ...FEW, ...env },
  });
  afterwards(() => engine.child.kill('SIGKILL') && engine.ended);
  const { url = '' } = await engine.ready();
  return { engine, speaker: await speakTo(url) };
};

const everyVersion = async ({ read }: Speaker, subject: string): Promise<ReadonlyMap<number, unknown>> => {
  const versions = new Map<number, unknown>();
  for (let cursor = ''; ; ) {
    const page = HistoryAnswer.parse(await read(`/v1/subjects/${subject}/history${cursor}`));
    for (const { version, change } of page.versions) versions.set(version, change.choices);
    if (page.next === undefined) return versions;
    cursor = `?cursor=${encodeURIComponent(page.next)}`;
  }
};

/** What differs between the vendors and a record, in words; nothing where they agree. */
const differences = async ({ hubspot, salesforce, webhook }: Vendors, { read }: Speaker, subject: string) => {
  const { choices, version } = RecordAnswer.parse(await read(`/v1/subjects/${subject}`));
  const email = addressOf(subject);
  const missed = Array.from({ length: version }, (_, at) => `${subject}:${at + 1}`).filter(
    (id) => !webhook.received().includes(id),
  );
  const differing = choices.flatMap(({ topic, channel, state }) => {
    const [id, name] = topic === 'acme/newsletter' ? ['1001', 'Newsletter'] : ['1002', 'Offers'];
    const has = {
      hubspot: hubspot.permitted({ identifier: email, topic: id, channel: 'EMAIL' }),
      salesforce: salesforce.permitted({ identifier: email, topic: name, channel: 'Email' }),
      webhook: webhook.permitted({ identifier: subject, topic, channel }),
    };
    return Object.entries(has).flatMap(([vendor, may]) =>
      may === (state === 'granted') ? [] : [`${vendor} ${subject} ${topic}`],
    );
  });
  return [...differing, ...missed.map((id) => `webhook ${id}`)];
};

test(`killed at any moment under load, the engine keeps what it acknowledged and every vendor converges (seed ${seed})`, {
  timeout: 180_000,
}, async () => {
  const data = aFolder();
  const vendors = await startVendors();
  const env = secretsOf(vendors);
  const acknowledged: Acknowledged[] = [];
  const chance = chanceOf(seed);
  for (let round = 0; round < ROUNDS; round++) {
    const { engine, speaker } = await aStart(data, env);
    const dead = new AbortController();
    const before = acknowledged.length;
    const loading = load(speaker, acknowledged, dead.signal);
    stumble(vendors);
    await until('something is acknowledged', () => acknowledged.length > before);
    await after(chance.whole(1_200));
    engine.child.kill('SIGKILL');
    dead.abort();
    await Promise.all([engine.ended, loading]);
  }
  const { engine, speaker } = await aStart(data, env);
  for (const subject of new Set(acknowledged.map((one) => one.subject))) {
    const versions = await everyVersion(speaker, subject);
    for (const { version, topic, state } of acknowledged.filter((one) => one.subject === subject))
      expect(versions.get(version), `${subject}:${version}`).toEqual([{ topic, channel: 'email', state }]);
  }
  const differingOf = async (subjects: readonly string[]) =>
    (await Promise.all(subjects.map((subject) => differences(vendors, speaker, subject)))).flat();
  /** Until the first few agree only they are asked about, and then everybody: reading costs the engine time that it needs to get there. */
  const differing = async () => {
    const some = await differingOf(SUBJECTS.slice(0, 3));
    return some.length > 0 ? some : differingOf(SUBJECTS);
  };
  await expect.poll(differing, { timeout: 90_000, interval: 250 }).toEqual([]);
  engine.child.kill('SIGINT');
  expect((await engine.ended).code).toBe(0);
  expect(acknowledged.length).toBeGreaterThan(ROUNDS);
});
