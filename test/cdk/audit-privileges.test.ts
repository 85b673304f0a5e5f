import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { functions, servesOneLane } from '../../functions/registry.ts';
import { auditGrantsOn } from '../../lib/aws/audit-grants.ts';
import { auditLogOn } from '../../lib/aws/audit-log.ts';
import { checkpointsOn } from '../../lib/aws/checkpoints.ts';
import { dynamoClient } from '../../lib/aws/dynamo.ts';
import { marksOn } from '../../lib/aws/marks.ts';
import { packJobsOn } from '../../lib/aws/pack-jobs.ts';
import { rightsCasesOn } from '../../lib/aws/rights-cases.ts';
import { searchIndexOn } from '../../lib/aws/search-index.ts';
import { certificateFile } from '../../lib/flow/certify.ts';
import { SEARCH_MARK } from '../../lib/flow/index-versions.ts';
import { checkpointFile, indexFile, leafFile, tileFile } from '../../lib/flow/leaf-files.ts';
import type { PackJob } from '../../lib/flow/packs/job.ts';
import { aChange, aFindable, aVersion } from '../aws-store/builders.ts';
import { actions, partitionsOf, type Statement, statementsOf } from './roles.ts';
import { aStack } from './synth.ts';

const policyOf = statementsOf(aStack());

/** One write into the auditors' table, as IAM is asked about it. */
interface Write {
  readonly action: string;
  readonly partitions: readonly string[];
}

const Keyed = z.object({ pk: z.object({ S: z.string() }) });
const Input = z.object({
  Item: Keyed.optional(),
  TransactItems: z
    .array(
      z.object({
        Put: z.object({ Item: Keyed }).optional(),
        Update: z.object({ Key: Keyed }).optional(),
        Delete: z.object({ Key: Keyed }).optional(),
        ConditionCheck: z.object({ Key: Keyed }).optional(),
      }),
    )
    .default([]),
  RequestItems: z.record(z.string(), z.array(z.object({ PutRequest: z.object({ Item: Keyed }) }))).optional(),
});

const asked = (
  action: string,
  ...items: readonly (z.infer<typeof Keyed> | undefined)[]
): readonly Write[] => {
  const partitions = items.flatMap((item) => item?.pk.S ?? []);
  return partitions.length === 0 ? [] : [{ action: `dynamodb:${action}`, partitions }];
};

/** In a transaction each part is asked about as if it came by itself, in a batch all at once. */
function writesIn(input: unknown): readonly Write[] {
  const { Item, TransactItems, RequestItems = {} } = Input.parse(input);
  const batch = Object.values(RequestItems).flat();
  return [
    ...asked('PutItem', Item),
    ...TransactItems.flatMap(({ Put, Update, Delete, ConditionCheck }) => [
      ...asked('PutItem', Put?.Item),
      ...asked('UpdateItem', Update?.Key),
      ...asked('DeleteItem', Delete?.Key),
      ...asked('ConditionCheckItem', ConditionCheck?.Key),
    ]),
    ...asked('BatchWriteItem', ...batch.map(({ PutRequest }) => PutRequest.Item)),
  ];
}

/** What somebody writes who is given this client, which sends nothing. */
async function writesOf(
  by: (client: ReturnType<typeof dynamoClient>) => Promise<void>,
): Promise<readonly Write[]> {
  const client = dynamoClient();
  const writes: Write[] = [];
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        writes.push(...writesIn(input));
        return { output: { $metadata: {} }, response: undefined };
      },
    { step: 'initialize', priority: 'high', name: 'captured' },
  );
  await by(client);
  return writes;
}

const AT = '2026-05-01T12:00:00.000Z';

const noted = () =>
  writesOf(async (client) => {
    const audit = { at: AT, operation: 'history', query: {}, rows: 1, status: 200 };
    const log = auditLogOn(client, 'audit');
    await log.write({ ...audit, id: 'a-1', who: { client: 'console', person: 'alice' }, subject: 'p-1' });
    await log.write({ ...audit, id: 'a-2', who: { client: 'console' } });
  });

const indexed = () =>
  writesOf(async (client) => {
    const version = { subject: 'p-1', version: 1, recordedAt: AT, occurredAt: AT };
    const facts = {
      source: 'form',
      actor: 'subject' as const,
      topics: ['acme/news'],
      channels: ['email'],
      states: [],
    };
    await searchIndexOn(client, 'audit').write([{ ...version, ...facts }]);
    await marksOn(client, 'audit').write(SEARCH_MARK, { lowWater: 1, setup: '' });
  });

const checkpointed = () =>
  writesOf(async (client) => {
    const checkpoints = checkpointsOn({ client, table: 'audit' });
    const [from, to, at] = [AT, AT, AT];
    const head = { format: 'heed-checkpoint/1', origin: 'heed', number: 1, size: 0, previous: null } as const;
    await checkpoints.add({ checkpoint: { ...head, from, to, at, root: 'a'.repeat(64) }, jws: 'signed' });
    await checkpoints.noteQuiet(1);
  });

const aJob: PackJob = {
  ...{ id: 'k-1', createdAt: AT, wanted: { kind: 'subject', subject: 'p-1' }, state: 'waiting' },
  ...{ notBefore: 0, revision: 0, leasedUntil: 0, tries: 0, parts: 0, entries: 0, bytes: 0, versions: 0 },
  cursor: { phase: 'versions', pieces: 0, proofs: 0 },
};

const packed = () =>
  writesOf(async (client) => {
    const jobs = packJobsOn(client, 'audit');
    await jobs.add(aJob);
    await jobs.save({ ...aJob, state: 'running', revision: 1 });
    await jobs.note(aJob, 1, { tag: 't', entries: [], checkpoints: [1] });
    await jobs.save({ ...aJob, state: 'done', revision: 2 });
  });

/** An erasure writes into three tables at once; of those, this one. */
const decided = async () =>
  (await allDecided()).filter(({ partitions }) => partitions[0]?.startsWith('CASE'));

const allDecided = () =>
  writesOf(async (client) => {
    const cases = rightsCasesOn(client, { audit: 'audit', records: 'records', keys: 'keys' });
    const erasure = { id: 'c-1', requestedAt: AT, due: AT, until: AT, by: { client: 'desk' }, told: [] };
    await cases.write({ subject: 'p-1', revision: 1, holds: [] });
    await cases.write({ subject: 'p-1', revision: 2, holds: [], erasure: { ...erasure, state: 'telling' } });
    const rightsCase = { subject: 'unknown:p', revision: 1, holds: [] };
    const identifiers = { revision: 0, current: [], retired: [] };
    const stored = aVersion('unknown:p', aChange(1));
    const owner = { subject: 'p-1', revision: 2, holds: [] };
    const rest = { stored, findable: aFindable(), identifiers, suppress: [], rightsCase };
    expect(await cases.erase({ ...rest, owner })).toBe(true);
  });

const letIn = () =>
  writesOf(async (client) => {
    const grants = auditGrantsOn(client, 'audit');
    const act = { at: AT, by: 'bob' };
    const grant = { id: 'g-1', person: 'alice', purpose: 'a complaint', until: AT, proposed: act };
    await grants.propose(grant);
    await grants.approve(grant, act);
    await grants.revoke(grant, act);
  });

const matches = (pattern: string, partition: string): boolean =>
  pattern.endsWith('*') ? partition.startsWith(pattern.slice(0, -1)) : partition === pattern;

/** As IAM decides. */
const allows = (statement: Statement, { action, partitions }: Write): boolean =>
  JSON.stringify(statement.Resource).includes('StorageAudit') &&
  actions(statement).includes(action) &&
  partitions.every((one) => (partitionsOf(statement) ?? ['*']).some((pattern) => matches(pattern, one)));

const may = (name: string, write: Write): boolean => policyOf(name).some((each) => allows(each, write));

const central = functions.filter((spec) => !servesOneLane(spec)).map(({ name }) => name);

/** Who answers auditors, and so notes that they asked. */
const NOTING = functions.filter(({ needs }) => needs.includes('audit:note')).map(({ name }) => name);

describe('the auditors’ table', () => {
  test.each([
    { what: 'the log of audits', writes: noted, by: NOTING },
    { what: 'the search index', writes: indexed, by: ['index'] },
    { what: 'checkpoints', writes: checkpointed, by: ['checkpoint'] },
    { what: 'bulk packs', writes: packed, by: ['evidence', 'packs'] },
    { what: 'cases of erasure', writes: decided, by: ['rights', 'erasures'] },
    { what: 'audit grants', writes: letIn, by: ['grants'] },
  ])(
    '$what are written by those who have to, and every other function may write none of it',
    async ({ writes, by }) => {
      const all = await writes();
      expect(all.length).toBeGreaterThan(2);
      for (const name of central) {
        const allowed = all.filter((write) => may(name, write));
        expect({ name, allowed }).toEqual({ name, allowed: by.includes(name) ? all : [] });
      }
    },
  );

  test('is noted in by every function that is given the log', () => {
    const given = central.filter((name) =>
      readFileSync(new URL(`../../functions/${name}.ts`, import.meta.url), 'utf8').includes('auditLog()'),
    );
    expect(given.length).toBeGreaterThan(8);
    expect(given.filter((name) => !NOTING.includes(name))).toEqual([]);
  });

  test('whoever answers auditors can delete nothing from it, neither at once nor in a batch', () => {
    const own = ['evidence', 'rights', 'grants'];
    expect(NOTING.length).toBeGreaterThan(12);
    for (const name of NOTING.filter((each) => !own.includes(each))) {
      const here = policyOf(name).filter(({ Resource }) => JSON.stringify(Resource).includes('StorageAudit'));
      const writing = here.flatMap(actions).filter((each) => /(Put|Update|Delete|Write)/.test(each));
      expect({ name, writing }).toEqual({ name, writing: ['dynamodb:PutItem'] });
    }
    const log = { partitions: ['AUDITS#2026-05'] };
    for (const action of ['UpdateItem', 'DeleteItem', 'BatchWriteItem'])
      for (const name of central) expect(may(name, { ...log, action: `dynamodb:${action}` })).toBe(false);
  });
});

describe('the archive', () => {
  const foldersOf = (name: string): readonly string[] =>
    policyOf(name)
      .filter((each) => actions(each).includes('s3:PutObject'))
      .flatMap(({ Resource }) => [
        ...JSON.stringify(Resource).matchAll(/Archive[0-9A-F]{8}Arn"\},"\/([^"]*)"/g),
      ])
      .map(([, files = '']) => files);

  test('takes checkpoints from the function that makes them, certificates from those that erase, nothing from others', () => {
    const puts = central.map((name) => [name, foldersOf(name)] as const).filter(([, put]) => put.length > 0);
    expect(Object.fromEntries(puts)).toEqual({
      checkpoint: ['checkpoints/*', 'counts/*', 'leaves/*'],
      rights: ['certificates/*'],
      erasures: ['certificates/*'],
    });
    const named = { number: 1, root: 'a', to: AT };
    const files = [checkpointFile(1), indexFile(named), leafFile(1, 'a'), tileFile(1, 'a')];
    for (const file of files)
      expect(foldersOf('checkpoint').some((folder) => matches(folder, file))).toBe(true);
    expect(foldersOf('erasures').some((folder) => matches(folder, certificateFile('c-1')))).toBe(true);
  });
});
