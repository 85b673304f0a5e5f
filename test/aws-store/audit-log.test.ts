import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Audit, AuditLog, AuditsAsked } from '../../lib/audit-ports.ts';
import { auditLogOn } from '../../lib/aws/audit-log.ts';
import { putTogether } from '../../lib/aws/batch-write.ts';
import { DAY, toIso } from '../../lib/domain/time.ts';
import { type Engine, startEngine } from './engine.ts';

let engine: Engine;
let log: AuditLog;

beforeAll(async () => {
  engine = await startEngine();
  log = auditLogOn(engine.client, 'audit');
});
afterAll(() => engine.stop());

/** A read every four days, from January on; every third by a system, every other one about one of two people. */
const anAudit = (turn: number): Audit => ({
  id: `00000000-0000-4000-8000-${String(turn).padStart(12, '0')}`,
  at: toIso(Date.UTC(2026, 0, 1) + turn * 4 * DAY),
  who: {
    client: 'console',
    ...(turn % 3 > 0 && { issuer: 'https://id.acme.example', person: turn % 2 === 0 ? 'alice' : 'bob' }),
  },
  operation: 'history',
  ...(turn % 2 === 0 && { subject: turn % 4 === 0 ? 'p-1' : 'p-2' }),
  query: { limit: '50' },
  rows: turn,
  status: 200,
});

const all = Array.from({ length: 30 }, (_, turn) => anAudit(turn));

async function pages(asked: Omit<AuditsAsked, 'after' | 'limit'>, limit = 4): Promise<readonly Audit[]> {
  const found: Audit[] = [];
  let after: string | undefined;
  do {
    const page = await log.list({ ...asked, limit, ...(after !== undefined && { after }) });
    expect(page.audits.length).toBeLessThanOrEqual(limit);
    found.push(...page.audits);
    after = page.next;
  } while (after !== undefined);
  return found;
}

describe('the log of audits', () => {
  beforeAll(async () => {
    for (const audit of all) await log.write(audit);
  });

  const newestFirst = [...all].reverse();
  const by = (person: string) => newestFirst.filter(({ who }) => (who.person ?? who.client) === person);

  test('lists every read, newest first, over the months', async () => {
    expect(await pages({})).toEqual(newestFirst);
  });

  test.each(['alice', 'bob', 'console'])('lists what %s read', async (person) => {
    expect(by(person).length).toBeGreaterThan(4);
    expect(await pages({ person })).toEqual(by(person));
  });

  test('lists who read about one subject, and what one of them did', async () => {
    const about = newestFirst.filter(({ subject }) => subject === 'p-1');
    expect(await pages({ subject: 'p-1' }, 3)).toEqual(about);
    const alice = about.filter(({ who }) => who.person === 'alice');
    expect(await pages({ subject: 'p-1', person: 'alice' }, 2)).toEqual(alice);
  });

  test('ends a list exactly at its last page', async () => {
    const { next } = await log.list({ limit: all.length });
    expect(next).toBeUndefined();
    expect(await log.list({ person: 'nobody', limit: 10 })).toEqual({ audits: [] });
  });

  test('ends a page early where one reader is hard to find among many, and goes on there', async () => {
    const among = (turn: number): Audit => ({
      ...{ ...anAudit(turn), subject: 'p-busy', at: toIso(Date.UTC(2026, 0, 1) + turn * 1_000) },
      who: { client: 'console', person: turn === 0 ? 'carol' : 'dave' },
    });
    const busy = Array.from({ length: 4_050 }, (_, turn) => among(turn));
    await putTogether(
      { client: engine.client, table: 'audit' },
      busy.map((audit) => ({
        ...{ pk: { S: 'AUDITS#S#p-busy' }, sk: { S: `${audit.at}#${audit.id}` } },
        audit: { S: JSON.stringify(audit) },
      })),
    );
    const first = await log.list({ subject: 'p-busy', person: 'carol', limit: 5 });
    expect(first).toEqual({ audits: [], next: expect.any(String) });
    expect(await pages({ subject: 'p-busy', person: 'carol' })).toEqual(busy.slice(0, 1));
    expect(await pages({ subject: 'p-busy', person: 'dave' }, 4_000)).toHaveLength(4_049);
  });

  test('keeps a page where it was while others read', async () => {
    const first = await log.list({ limit: 5 });
    const [newest] = newestFirst;
    if (!newest || first.next === undefined) throw new Error('there are more');
    await log.write({ ...newest, id: '00000000-0000-4000-8000-999999999999', subject: 'p-9' });
    const second = await log.list({ limit: 5, after: first.next });
    expect(second.audits).toEqual(newestFirst.slice(5, 10));
  });

  test('takes one request for a read, whatever lists it goes into, and never scans', async () => {
    engine.requests.clear();
    await log.write({ ...anAudit(29), subject: 'p-1' });
    await log.list({ limit: 5 });
    expect(engine.requests.get('TransactWriteItemsCommand')).toBe(1);
    expect([...engine.requests.keys()].sort()).toEqual(['QueryCommand', 'TransactWriteItemsCommand']);
  });
});
