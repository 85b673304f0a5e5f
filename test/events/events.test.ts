import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type EventType, eventOf } from '../../lib/domain/event.ts';
import { events } from '../../lib/domain/event-schema.ts';
import { breaksOf, schemas } from '../../scripts/event-schemas.ts';
import { access, aGrant, rig } from '../api/rig.ts';

const fixtures = new URL('fixtures/', import.meta.url);
const published = new URL('../../schemas/', import.meta.url);
const read = (name: string, from: URL): unknown => JSON.parse(readFileSync(new URL(name, from), 'utf8'));
const Typed = z.looseObject({ type: z.enum(Object.keys(events)) });

/** Checks an event as somebody would who has only the published schema. */
function holds(type: string, event: unknown): boolean {
  const schema = z.record(z.string(), z.unknown()).parse(read(`${type}.json`, published));
  return new Ajv2020({ validateFormats: false }).validate(schema, event);
}

/** Schemas of documents, which are no events: test/packs holds packs to them, test/api/rights.test.ts exports. */
const DOCUMENTS = [
  'consent-receipt.v1.json',
  'consent-record.v1.json',
  'export.v1.json',
  'kantara-receipt.v1.json',
];

describe('a published schema', () => {
  it.each(Object.entries(schemas()))('%s is what the events’ types say', (name, schema) => {
    expect(read(name, published)).toEqual(schema);
  });

  it('is there for every event, and for nothing else', () => {
    expect(readdirSync(published).sort()).toEqual([...Object.keys(schemas()), ...DOCUMENTS].sort());
  });
});

describe('an event that was ever published', () => {
  const names = readdirSync(fixtures);

  it.each(names)('(%s) can still be read, by type and by schema', (name) => {
    const event = read(name, fixtures);
    const { type } = Typed.parse(event);
    const schema = Object.entries(events).find(([known]) => known === type)?.[1];
    expect(schema?.parse(event)).toEqual(event);
    expect(holds(type, event)).toBe(true);
  });

  it('of every type is among the fixtures', () => {
    const types = names.map((name) => Typed.parse(read(name, fixtures)).type);
    expect([...new Set(types)].sort()).toEqual(Object.keys(events).sort());
  });
});

describe('an event', () => {
  it('of an accepted change fits the published schema and holds no contact data', async () => {
    const { call, mint, store, catalogue } = rig();
    const body = { ...aGrant(), identifiers: { email: 'alice@example.com', phone: '+4532123456' } };
    await call('changes', { subject: 'p-1', token: await mint(access()), body });
    const stored = await store.records.newest('p-1');
    if (!stored) throw new Error('nothing was stored');
    const event = eventOf(stored.version, catalogue);
    expect(holds('preferences.changed.v1', event)).toBe(true);
    expect(JSON.stringify(event)).not.toMatch(/alice|32123456/);
  });
});

describe('a change of a schema', () => {
  const type: EventType = 'preferences.changed.v1';
  const text = JSON.stringify(schemas()[`${type}.json`]);
  const changed = (from: string, to: string): unknown => {
    if (!text.includes(from)) throw new Error(`the schema holds no ${from}`);
    return JSON.parse(text.replace(from, to));
  };
  const breaks = (from: string, to: string) => breaksOf(JSON.parse(text), changed(from, to));

  it('that adds a member which need not be there breaks nobody', () => {
    expect(breaks('"properties":{', '"properties":{"traceparent":{"type":"string"},')).toEqual([]);
  });

  it('that only says it better breaks nobody', () => {
    expect(breaks('never their values', 'never what they are')).toEqual([]);
  });

  it.each([
    {
      what: 'renames a member',
      from: '"occurredAt":{',
      to: '"happenedAt":{',
      says: 'occurredAt has been removed',
    },
    {
      what: 'changes a type',
      from: '"sequence":{"type":"string"',
      to: '"sequence":{"type":"integer"',
      says: 'sequence/type has changed',
    },
    {
      what: 'adds a word to a list',
      from: '["granted","withdrawn","pending"]',
      to: '["granted","withdrawn","pending","paused"]',
      says: 'enum has changed',
    },
    {
      what: 'takes a word from a list',
      from: '["granted","withdrawn","pending"]',
      to: '["granted","withdrawn"]',
      says: 'enum has changed',
    },
    {
      what: 'no longer promises a member',
      from: '"required":["specversion",',
      to: '"required":[',
      says: 'specversion is no longer always there',
    },
    {
      what: 'demands what older events lack',
      from: '"required":["specversion"',
      to: '"required":["traceparent","specversion"',
      says: 'traceparent is not in older events',
    },
    { what: 'narrows a pattern', from: '^[0-9]+$', to: '^[1-9]+$', says: 'pattern has changed' },
    {
      what: 'forbids members to come',
      from: '"required":["specversion"',
      to: '"additionalProperties":false,"required":["specversion"',
      says: 'additionalProperties has changed',
    },
  ])('that $what is refused', ({ from, to, says }) => {
    expect(breaks(from, to).join('\n')).toContain(says);
  });
});
