import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONGEST_AUDIT } from '../../lib/domain/audit-grant.ts';
import { toMs } from '../../lib/domain/time.ts';
import {
  type AuditGrantCases,
  approveAuditGrant,
  proposeAuditGrant,
  revokeAuditGrant,
} from '../../lib/flow/audit-grants.ts';
import { grantsInMemory } from '../memory-grants.ts';

const PEOPLE = ['ann', 'bob', 'cid'] as const;
const HOUR = 3_600_000;

const person = fc.constantFrom(...PEOPLE);
const which = fc.nat(3);
const anAct = fc.oneof(
  fc.record({
    kind: fc.constant('propose' as const),
    by: person,
    person,
    hours: fc.integer({ min: 1, max: 900 }),
  }),
  fc.record({ kind: fc.constant('approve' as const), by: person, which }),
  fc.record({ kind: fc.constant('revoke' as const), by: person, which }),
  fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 400 }) }),
);
type Act = typeof anAct extends fc.Arbitrary<infer T> ? T : never;

/** What was said about one grant, in order: nothing is remembered but that. */
interface Told {
  readonly person: string;
  readonly by: string;
  readonly until: number;
  readonly said: { readonly kind: 'approve' | 'revoke'; readonly by: string; readonly at: number }[];
}

/** Written from the rule, not from the code: the first valid approval before any revocation opens it for a while. */
function mayRead({ person: whose, by, until, said }: Told, who: string, now: number): boolean {
  if (whose !== who || said.some(({ kind }) => kind === 'revoke')) return false;
  const approval = said.find(
    (act) => act.kind === 'approve' && act.by !== by && act.by !== whose && act.at < until,
  );
  return approval !== undefined && now < Math.min(until, approval.at + LONGEST_AUDIT);
}

/** Exactly what may be read by the rule stands in the store. */
async function agrees(told: readonly Told[], grants: AuditGrantCases, now: number): Promise<boolean> {
  for (const who of PEOPLE) {
    const open = (await grants.standing(who, now)).map((grant) => grant.id).sort();
    const right = told.flatMap((one, n) => (mayRead(one, who, now) ? [`g${n}`] : [])).sort();
    if (JSON.stringify(open) !== JSON.stringify(right)) return false;
  }
  return true;
}

async function holds(acts: readonly Act[], grants: AuditGrantCases): Promise<boolean> {
  let now = Date.UTC(2026, 4, 1);
  const ports = { grants, clock: { now: () => now } };
  const told: Told[] = [];
  for (const act of acts) {
    const id = (n: number): string => `g${n % Math.max(1, told.length)}`;
    if (act.kind === 'wait') now += act.hours * HOUR;
    else if (act.kind === 'propose') {
      const until = now + act.hours * HOUR;
      await proposeAuditGrant(ports)(
        { id: `g${told.length}`, person: act.person, purpose: 'why', until },
        act.by,
      );
      told.push({ person: act.person, by: act.by, until, said: [] });
    } else {
      await (act.kind === 'approve' ? approveAuditGrant : revokeAuditGrant)(ports)(id(act.which), act.by);
      told[act.which % Math.max(1, told.length)]?.said.push({ kind: act.kind, by: act.by, at: now });
    }
    if (!(await agrees(told, grants, now))) return false;
  }
  return true;
}

const lives = fc.array(anAct, { maxLength: 25 });

test('whatever is proposed, approved and revoked by whom and when: exactly what the rule says stands', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (acts) => holds(acts, grantsInMemory())),
    { numRuns: 300 },
  );
});

const liars: Readonly<Record<string, (honest: AuditGrantCases) => AuditGrantCases>> = {
  'forgets the time': (honest) => ({
    ...honest,
    standing: async (who, at) => honest.standing(who, at - 200 * HOUR),
  }),
  'forgets who proposed': (honest) => ({
    ...honest,
    read: async (id) => {
      const grant = await honest.read(id);
      return grant && { ...grant, proposed: { ...grant.proposed, by: 'nobody' } };
    },
  }),
  'forgets revocations': (honest) => ({ ...honest, revoke: async () => true }),
  'lets the grantee approve': (honest) => ({
    ...honest,
    read: async (id) => {
      const grant = await honest.read(id);
      return grant && { ...grant, person: 'nobody' };
    },
  }),
};

test.each(Object.entries(liars))('a store that %s is noticed', async (_what, lie) => {
  const found = await fc.check(
    fc.asyncProperty(lives, async (acts) => holds(acts, lie(grantsInMemory()))),
    { numRuns: 500, seed: 20_260_501 },
  );
  expect(found.failed).toBe(true);
});

test('an end further away than thirty days is cut short', async () => {
  const now = Date.UTC(2026, 4, 1);
  const grants = grantsInMemory();
  const ports = { grants, clock: { now: () => now } };
  await proposeAuditGrant(ports)(
    { id: 'g', person: 'ann', purpose: 'why', until: now + 2 * LONGEST_AUDIT },
    'bob',
  );
  await approveAuditGrant(ports)('g', 'cid');
  const [grant] = await grants.standing('ann', now);
  expect(toMs(grant?.until ?? '')).toBe(now + LONGEST_AUDIT);
});
