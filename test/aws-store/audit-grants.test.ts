import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditGrantsOn } from '../../lib/aws/audit-grants.ts';
import type { AuditGrantCase } from '../../lib/domain/audit-grant.ts';
import { toIso } from '../../lib/domain/time.ts';
import { approveAuditGrant, revokeAuditGrant } from '../../lib/flow/audit-grants.ts';
import { type Engine, startEngine } from './engine.ts';

const NOW = Date.UTC(2026, 4, 1, 12);
const DAY = 86_400_000;
const clock = { now: () => NOW };

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const on = () => auditGrantsOn(engine.client, 'audit');

let made = 0;
const aCase = (more: Partial<AuditGrantCase> = {}): AuditGrantCase => {
  made += 1;
  return {
    id: `${made}`.padStart(25, '0'),
    ...{ person: `alice-${made}`, purpose: 'complaint', reference: 'case-118', until: toIso(NOW + DAY) },
    proposed: { at: toIso(NOW - 1000), by: 'bob' },
    ...more,
  };
};

test('a grant is read as it was proposed, stands once approved, and ends to the millisecond', async () => {
  const grant = aCase({ subject: 'p-1' });
  await on().propose(grant);
  expect(await on().read(grant.id)).toEqual(grant);
  expect(await on().standing(grant.person, NOW)).toEqual([]);
  const act = { at: toIso(NOW), by: 'carol' };
  expect(await on().approve(grant, act)).toBe(true);
  expect(await on().read(grant.id)).toEqual({ ...grant, approved: act });
  const { id, person, purpose, subject, until } = grant;
  expect(await on().standing(person, NOW)).toEqual([{ id, person, purpose, subject, from: act.at, until }]);
  expect(await on().standing(person, NOW - 1)).toEqual([]);
  expect(await on().standing(person, NOW + DAY - 1)).toHaveLength(1);
  expect(await on().standing(person, NOW + DAY)).toEqual([]);
  expect(await on().standing('somebody else', NOW)).toEqual([]);
});

test('of two who approve at once one approves', async () => {
  const grant = aCase();
  await on().propose(grant);
  const approve = approveAuditGrant({ grants: on(), clock });
  const both = await Promise.all([approve(grant.id, 'carol'), approve(grant.id, 'dave')]);
  expect(both.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
  expect(await on().standing(grant.person, NOW)).toHaveLength(1);
});

test('whichever of an approval and a revocation comes first, in the end nothing stands', async () => {
  for (let round = 0; round < 5; round++) {
    const grant = aCase();
    await on().propose(grant);
    const ports = { grants: on(), clock };
    const [, revoked] = await Promise.all([
      approveAuditGrant(ports)(grant.id, 'carol'),
      revokeAuditGrant(ports)(grant.id, 'dave'),
    ]);
    expect(revoked).toMatchObject({ kind: 'done', grant: { state: 'revoked' } });
    expect(await on().standing(grant.person, NOW)).toEqual([]);
    expect((await on().read(grant.id))?.revoked?.by).toBe('dave');
  }
});

test('an approval that read the grant before it was revoked does not make it stand', async () => {
  const grant = aCase();
  await on().propose(grant);
  const client = engine.interrupted([
    ['GetItemCommand', async () => void (await revokeAuditGrant({ grants: on(), clock })(grant.id, 'dave'))],
  ]);
  const answer = await approveAuditGrant({ grants: auditGrantsOn(client, 'audit'), clock })(
    grant.id,
    'carol',
  );
  expect(answer).toEqual({ kind: 'refused', because: 'revoked' });
  expect(await on().standing(grant.person, NOW)).toEqual([]);
  client.destroy();
});

test('a proposal never takes the place of another, and the list is newest first', async () => {
  const grant = aCase();
  await on().propose(grant);
  await expect(on().propose(grant)).rejects.toThrow();
  const two = await on().list({ limit: 2 });
  expect(two.map(({ id }) => id)).toEqual([grant.id, `${made - 1}`.padStart(25, '0')]);
  const [older] = await on().list({ below: grant.id, limit: 1 });
  expect(older?.id).toBe(two[1]?.id);
});
