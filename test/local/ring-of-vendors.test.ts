import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineConfig } from '../../lib/config.ts';
import { CurrentAnswer } from '../../lib/http/delivery-schemas.ts';
import { RecordAnswer } from '../../lib/http/schemas.ts';
import { type Api, apiAt } from '../../local/demo/api.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { aPerson, identifierOf } from '../destinations/people.ts';
import { NEWS } from '../destinations/stage.ts';
import type { Case, Person } from '../destinations/table.ts';
import { tableFiles } from '../destinations/tables.ts';
import { until } from './until.ts';

const CHANNEL = 'email';
const LONG = 120_000;

/** Every destination that reports back, in the first of the ways it can be set up, before its own vendor. */
const files = await tableFiles();
const rows: readonly Case[] = files.flatMap(({ tables: [table] }) => {
  const row = table?.make();
  return row?.report || row?.leave ? [row] : [];
});
const byId = <T>(of: (row: Case) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(rows.map((row) => [row.destination.id, of(row)]));

const everything = { topics: ['*'], channels: ['*'], states: ['granted' as const, 'withdrawn' as const] };
const kinds = [...new Set(['email', 'phone', 'customer', 'hubspot', ...rows.flatMap(kindsOf)])];
function kindsOf({ destination }: Case): readonly string[] {
  return destination.identifiedBy;
}

const config = defineConfig({
  schemas: 'https://schemas.acme.example/heed',
  brands: { acme: { title: 'Acme' } },
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  purposes: {
    marketing: { title: 'M', controller: 'Acme', retention: 'P1Y', recipients: [], jurisdiction: [] },
  },
  topics: { [NEWS]: { title: 'Newsletter', purpose: 'marketing' } },
  preferenceKeys: {},
  identifiers: Object.fromEntries(
    kinds.map((kind) => [kind, kind === 'email' || kind === 'phone' ? { type: kind } : { type: 'id' }]),
  ),
  notices: { 'marketing/3/en': 'a'.repeat(64) },
  sources: {
    ...byId(({ destination: { title } }) => ({
      ...{ title, actors: ['subject' as const, 'system' as const], ...everything },
    })),
    office: { title: 'Office', actors: ['subject', 'system'], identifiers: ['*'], ...everything },
  },
  destinations: byId((row) => ({ settings: row.settings([NEWS]) })),
});

let engine: Engine;
let api: Api;
let token = '';
const warnings: string[] = [];

beforeAll(async () => {
  const vendors = byId((row) => () => ({
    ...{ start: row.simulator.start, stop: row.simulator.stop, secret: row.secret },
    get url() {
      return row.simulator.url;
    },
  }));
  engine = await startEngine({
    ...{ config, vendors, port: 0, destinations: byId(({ destination }) => destination) },
    ...{ line: () => undefined, warn: (line) => void warnings.push(line) },
  });
  api = apiAt(engine.url);
  token = await api.token({ scope: 'preferences:write preferences:read audit:read' });
}, LONG);
afterAll(async () => {
  await api.close();
  await engine.stop();
  expect(warnings).toEqual([]);
}, LONG);

/** A person as one vendor knows them. */
const asKnownTo = (row: Case, n: number): Person =>
  aPerson(row, n, { subject: `person-${n}`, email: `person-${n}@example.com` });

async function says(n: number, kind: 'subject' | 'system', state: string, at: number): Promise<void> {
  const own = rows.flatMap((row) =>
    kindsOf(row).map((one) => [one, identifierOf(asKnownTo(row, n), one)] as const),
  );
  const hubspot = rows
    .filter(({ destination }) => destination.id === 'hubspot')
    .map((row) => asKnownTo(row, n).own);
  const body = {
    choices: [{ topic: NEWS, channel: CHANNEL, state }],
    identifiers: { ...Object.fromEntries(own), hubspot: hubspot[0] },
    evidence: {
      ...{ source: 'office', actor: { kind }, method: 'form', legalBasis: 'consent' },
      ...{
        occurredAt: new Date(at).toISOString(),
        notice: { id: 'marketing', version: '3', language: 'en' },
      },
    },
  };
  expect((await api.post(`/v1/subjects/person-${n}/changes`, body, { token })).status).toBe(201);
}

const versionOf = async (n: number): Promise<number> =>
  RecordAnswer.parse((await api.get(`/v1/subjects/person-${n}`, token)).body).version;

const isTold = async (n: number, version: number): Promise<boolean> => {
  const { body } = await api.get(`/v1/subjects/person-${n}/deliveries`, token);
  const { deliveries } = CurrentAnswer.parse(body);
  return deliveries.every((one) => one.outcome === 'delivered' && one.version === version && !one.behind);
};

/** Those who would still write to the person. */
const writers = (n: number): readonly string[] =>
  rows
    .filter((row) => row.permitted(asKnownTo(row, n), NEWS, CHANNEL) !== false)
    .map(({ destination }) => destination.id);

/** The vendor tells that the person left, by its own signed notice or where it is asked. */
async function tells(row: Case, n: number): Promise<void> {
  const { id } = row.destination;
  const occurredAt = Math.floor(Date.now() / 1000) * 1000;
  const said = { who: asKnownTo(row, n), topic: NEWS, channel: CHANNEL, occurredAt };
  const status = await row.report?.({ url: `${engine.url}/v1/destinations/${id}/notices`, ...said });
  expect([id, status ?? 200]).toEqual([id, 200]);
  if (row.report) return;
  row.leave?.(said.who, NEWS, CHANNEL, occurredAt);
  await engine.poll(id);
}

test('what a person leaves at any vendor that reports reaches all the others, and falls silent within one round', {
  timeout: LONG,
}, async () => {
  const people = rows.map((_, n) => n);
  for (const n of people) {
    for (const row of rows) row.enter(asKnownTo(row, n));
    await says(n, 'subject', 'granted', Date.now() - 3_600_000);
  }
  for (const n of people) await until(`person ${n} is let in`, () => isTold(n, 1), LONG);
  for (const [n, row] of rows.entries()) await tells(row, n);
  for (const n of people) {
    await until(`what person ${n} said is heard`, async () => (await versionOf(n)) === 2, LONG);
    await until(`all are told of person ${n}`, () => isTold(n, 2), LONG);
    expect([n, writers(n)]).toEqual([n, []]);
  }
  for (const row of rows) await tells(row, 0);
  await until('the lanes are empty', () => isTold(0, 2), LONG);
  expect(await versionOf(0)).toBe(2);
});

test('what a system withdrew is told back by every vendor, and becomes nobody’s own act', {
  timeout: LONG,
}, async () => {
  const n = rows.length;
  for (const row of rows) row.enter(asKnownTo(row, n));
  await says(n, 'subject', 'granted', Date.now() - 3_600_000);
  await until('all are let in', () => isTold(n, 1), LONG);
  await says(n, 'system', 'withdrawn', Date.now());
  await until('all are told', () => isTold(n, 2), LONG);
  expect(writers(n)).toEqual([]);
  for (const row of rows) await tells(row, n);
  expect(await versionOf(n)).toBe(2);
});

test('there are at least a dozen of them', () => {
  expect(rows.length).toBeGreaterThan(12);
});
