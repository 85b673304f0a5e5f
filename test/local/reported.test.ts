import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import shipped from '../../heed.config.ts';
import type { HeedConfig } from '../../lib/config.ts';
import { destinations } from '../../lib/destinations/index.ts';
import { type Api, apiAt } from '../../local/demo/api.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { pause } from '../../local/pause.ts';
import type { StandIn } from '../../local/vendors.ts';
import { aPerson, identifierOf } from '../destinations/people.ts';
import type { Case, Person } from '../destinations/table.ts';
import { tableFiles } from '../destinations/tables.ts';
import { until } from './until.ts';

const NEWS = 'acme/newsletter';
const OFFERS = 'acme/offers';
const SLOW = 180_000;
/** People whose story is played at once: more would only wait for each other. */
const AT_ONCE = 2;
/** How long a vendor may take to hear of something, ms. */
const LONGEST = 60_000;

/** How much a case has to say of its own accord. */
const reports = ({ report, leave }: Case): number => (report ? 2 : 0) + (leave ? 1 : 0);

/** Each destination in one of the ways it can be set up: one in which it reports, where there is one. */
const files = await tableFiles();
const cases = new Map<string, Case>();
for (const row of files.flatMap(({ tables }) => tables.map(({ make }) => make()))) {
  const known = cases.get(row.destination.id);
  if (!known || reports(row) > reports(known)) cases.set(row.destination.id, row);
}
const rows = [...cases.values()];
const reporting = rows.filter((row) => reports(row) > 0);

/** Every run begins with another of them; `HEED_TESTS=all` (as in .ci/run) lets each of them report. */
const seed = Date.now() % reporting.length;
const turns = [...reporting.keys()].map((turn) => (seed + turn) % reporting.length);
const telling = process.env['HEED_TESTS'] === 'all' ? turns : turns.slice(0, 8);

/** Everybody tells everybody: the example configuration with the destinations as their tables set them up. */
const config: HeedConfig = {
  ...shipped,
  destinations: Object.fromEntries(
    rows.map((row) => [
      row.destination.id,
      { enabled: true, paused: false, settings: row.settings([NEWS, OFFERS]) },
    ]),
  ),
};

const standIn = ({ simulator, secret }: Case): StandIn => ({
  start: simulator.start,
  stop: simulator.stop,
  secret,
  get url() {
    return simulator.url;
  },
});

/** One person for each destination that reports; each vendor knows them by an id of its own. */
const personOf = (row: Case, who: number): Person => aPerson(row, who + 1, { subject: `person-${who}` });

/** A channel that a destination has, and that Heed lets it speak about. */
function channelOf(row: Case): string {
  const { channels = [] } = shipped.sources[row.destination.id] ?? {};
  const found = row.channels.find((channel) => channels.includes('*') || channels.includes(channel));
  if (found === undefined) throw new Error(`${row.destination.id} may speak about no channel it has`);
  return found;
}

const warnings: string[] = [];
let engine: Engine;
let api: Api;
let token: string;

beforeAll(async () => {
  const vendors = Object.fromEntries(rows.map((row) => [row.destination.id, () => standIn(row)]));
  const warn = (line: string): void => void warnings.push(line);
  engine = await startEngine({ config, port: 0, vendors, warn, line: () => undefined });
  api = apiAt(engine.url);
  token = await api.token({ scope: 'preferences:write preferences:read audit:read' });
  for (const row of rows) for (const who of reporting.keys()) row.enter(personOf(row, who));
}, SLOW);
afterAll(async () => {
  await api.close();
  await engine.stop();
}, SLOW);

/** Somebody grants the newsletter on every channel, and gives every identifier there is. */
async function grant(who: number): Promise<number> {
  const kinds = Object.keys(config.identifiers);
  const identifiers = kinds.map((kind) => {
    const row = cases.get(kind) ?? rows[0];
    return [kind, row ? identifierOf(personOf(row, who), kind) : ''] as const;
  });
  const change = {
    choices: config.channels.map((channel) => ({ topic: NEWS, channel, state: 'granted' })),
    identifiers: Object.fromEntries(identifiers),
    evidence: {
      ...{ source: 'call-centre', actor: { kind: 'agent' }, method: 'call', legalBasis: 'consent' },
      occurredAt: new Date(Date.now() - 60_000).toISOString(),
      notice: { id: 'marketing', version: '3', language: 'en' },
    },
  };
  return (await api.post(`/v1/subjects/person-${who}/changes`, change, { token })).status;
}

/** The vendor says so by its own signed notice; one that sends none is asked. */
async function unsubscribe(row: Case, who: number): Promise<number> {
  const { id } = row.destination;
  const person = personOf(row, who);
  const said = { topic: NEWS, channel: channelOf(row), occurredAt: Math.floor(Date.now() / 1000) * 1000 };
  const url = `${engine.url}/v1/destinations/${id}/notices`;
  if (row.report) return row.report({ url, who: person, ...said });
  row.leave?.(person, NEWS, said.channel, said.occurredAt);
  await engine.poll(id);
  return 200;
}

/** Vendors that do not have a person in this state on these channels, as `vendor channel`. */
const differing = (who: number, state: boolean, channelsOf: (row: Case) => readonly string[]) =>
  rows.flatMap((row) =>
    channelsOf(row)
      .filter((channel) => row.permitted(personOf(row, who), NEWS, channel) !== state)
      .map((channel) => `${row.destination.id} ${channel}`),
  );

/** Waits, and says who it waited for in vain. All vendors are looked at each time: not too often. */
async function none(differ: () => readonly string[]): Promise<void> {
  const nobody = async (): Promise<boolean> => {
    await pause(100);
    return differ().length === 0;
  };
  await until('nobody differs', nobody, LONGEST).catch(() => undefined);
  expect(differ()).toEqual([]);
}

async function everybody(act: (who: number) => Promise<void>): Promise<void> {
  const waiting = [...telling];
  const worker = async (): Promise<void> => {
    for (let who = waiting.shift(); who !== undefined; who = waiting.shift()) await act(who);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

describe('with every destination wired to every other', () => {
  test('every one is there, and each that can report does so in its own way', () => {
    const copies = Object.values(destinations).filter(({ kind }) => kind !== 'watch');
    expect([...cases.keys()].toSorted()).toEqual(copies.map(({ id }) => id).toSorted());
    for (const { id, receive, poll } of copies) {
      const row = cases.get(id);
      const ways = { notices: receive !== undefined, polled: receive === undefined && poll !== undefined };
      const has = {
        notices: row?.report !== undefined,
        polled: row?.report === undefined && row?.leave !== undefined,
      };
      expect({ id, ...has }).toEqual({ id, ...ways });
    }
  });

  test(`an unsubscribe that one of them reports stops all the others (${telling.length} of them, from number ${seed})`, {
    timeout: SLOW,
  }, async () => {
    expect(files.filter(({ fault }) => fault)).toEqual([]);
    await everybody(async (who) => {
      const reporter = reporting[who];
      if (!reporter) return;
      expect(await grant(who)).toBe(201);
      await none(() => differing(who, true, ({ channels }) => channels));
      const channel = channelOf(reporter);
      expect([reporter.destination.id, await unsubscribe(reporter, who)]).toEqual([
        reporter.destination.id,
        200,
      ]);
      await none(() => differing(who, false, ({ channels }) => channels.filter((one) => one === channel)));
    });
    expect(warnings).toEqual([]);
  });
});
