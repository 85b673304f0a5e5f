import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { functions, servesOneLane } from '../../functions/registry.ts';
import { actions, partitionsOf, policiesOf, statementsOf } from './roles.ts';
import { aDestination, aStack, propertiesOf, withNested } from './synth.ts';

const LIST = `arn:\${AWS::Partition}:ses:eu-west-1:\${AWS::AccountId}:contact-list/people`;

const stack = aStack({ destinations: [aDestination(), aDestination({ id: 'other' })] });

const policies = policiesOf(stack);
const policyOf = statementsOf(stack);

const DIRECT: Readonly<Record<string, readonly string[]>> = {
  StorageWrappingKey: ['kms:Decrypt', 'kms:GenerateDataKey'],
  ArchiveSigningKey: ['kms:Sign', 'kms:GetPublicKey'],
};

/** Needs that are to write into a table. */
const TABLE_WRITES: ReadonlySet<string> = new Set([
  ...['records:write', 'deliveries:write', 'keys:write'],
  ...['audit:note', 'search:write', 'checkpoints:write', 'pack-jobs:write', 'cases:write'],
  'audit-grants:write',
]);

describe('roles', () => {
  test('each function has one of its own', () => {
    const roles = withNested(stack).flatMap((each) => propertiesOf(each, 'AWS::IAM::Role'));
    const lambdas = withNested(stack).flatMap((each) => propertiesOf(each, 'AWS::Lambda::Function'));
    expect(roles).toHaveLength(lambdas.length);
    for (const role of roles) expect(role).not.toHaveProperty('ManagedPolicyArns');
  });

  test('no action has a wildcard', () => {
    const wild = policies
      .flatMap(({ statements }) => statements.flatMap(actions))
      .filter((each) => each.includes('*'));
    expect(wild).toEqual([]);
  });

  test('only X-Ray and ListStreams, which take no narrower one, are allowed on every resource', () => {
    const everywhere = policies.flatMap(({ statements }) =>
      statements.filter(({ Resource }) => Resource === '*').flatMap(actions),
    );
    expect([...new Set(everywhere)].toSorted()).toEqual([
      'dynamodb:ListStreams',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('any other wildcard stands for all lanes of this stack, or for the files of one of its buckets', () => {
    const wild = policies
      .flatMap(({ statements }) => statements.map(({ Resource }) => JSON.stringify(Resource)))
      .filter((resource) => resource.includes('*') && resource !== '"*"');
    expect(wild.length).toBeGreaterThan(0);
    for (const resource of wild) {
      expect(resource).toMatch(
        /:(Heed-lane-|secret:Heed\/destinations\/)\*"\}$|\{"Ref":"referencetoHeedArchive(Packs)?[0-9A-F]{8}Arn"\},"\/([a-z]+\/)?\*"/,
      );
    }
  });

  test('a function without needs may write its logs and traces, and nothing else', () => {
    expect(policyOf('health').flatMap(actions).toSorted()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('only functions that need to write may write', () => {
    for (const spec of functions.filter((each) => !servesOneLane(each))) {
      const { name, needs } = spec;
      const writes = policyOf(name).flatMap(actions).includes('dynamodb:PutItem');
      expect({ name, writes }).toEqual({ name, writes: needs.some((need) => TABLE_WRITES.has(need)) });
    }
  });

  test('a lane reaches its own queue and credentials, and no other lane’s', () => {
    const [lane] = stack.lanes;
    const reach = JSON.stringify(policyOf('deliver', lane));
    expect(reach).toContain('Heed-lane-acme-mail');
    expect(reach).toContain('secret:Heed/destinations/acme-mail-??????');
    expect(reach).not.toContain('other');
  });

  test('what a destination may do in AWS itself its own worker may do, and nobody else', () => {
    const permissions = [
      {
        actions: ['ses:UpdateContact'],
        resources: [LIST],
      },
    ];
    const mailing = aStack({
      destinations: [aDestination({ id: 'mailing', permissions }), aDestination({ id: 'other' })],
    });
    const allowed = withNested(mailing).flatMap((each) =>
      propertiesOf(each, 'AWS::IAM::Policy').filter((policy) =>
        JSON.stringify(policy).includes('ses:UpdateContact'),
      ),
    );
    expect(allowed.map(({ id }) => id)).toEqual([expect.stringMatching(/^deliverRole/)]);
    expect(JSON.stringify(allowed)).toContain(`"Fn::Sub":"${LIST}"`);
    expect(new AwsSolutionsChecks().validateScope(mailing).violations).toEqual([]);
  });

  test.each([
    { actions: ['ses:*'], resources: [LIST] },
    { actions: ['ses:UpdateContact'], resources: ['*'] },
  ])('a destination that asks for $actions on $resources is refused at synth', (permission) => {
    const destinations = [aDestination({ permissions: [permission] })];
    expect(() => aStack({ destinations })).toThrow(/acme-mail asks for a wildcard/);
  });

  test('no function can change a version that is stored, nor a subject key', () => {
    const updates = policies
      .flatMap(({ statements }) => statements)
      .filter((statement) => actions(statement).includes('dynamodb:UpdateItem'));
    expect(updates.length).toBeGreaterThan(0);
    const elsewhere = updates.filter(
      ({ Resource }) => !JSON.stringify(Resource).includes('StorageDeliveries'),
    );
    expect(elsewhere.map(partitionsOf)).toEqual([['GRANTS', 'GRANTS#P#*']]);
  });

  test('the data key is used through AWS services only; only the wrapping key and the one that signs are used directly', () => {
    // Lambda reads the stream with publish's role, and decrypts it for itself.
    const uses = policies
      .filter(({ id }) => !id.startsWith('FunctionspublishRole'))
      .flatMap(({ statements }) => statements)
      .filter((statement) => actions(statement).some((action) => action.startsWith('kms:')));
    const through = uses.filter(({ Condition }) => Condition?.StringEquals?.['kms:ViaService'] !== undefined);
    const direct = uses.filter((use) => !through.includes(use));
    expect(through.length).toBeGreaterThan(0);
    expect(direct.length).toBeGreaterThan(0);
    for (const use of direct) {
      const [, key = ''] = /(StorageWrappingKey|ArchiveSigningKey)/.exec(JSON.stringify(use.Resource)) ?? [];
      for (const action of actions(use)) expect(DIRECT[key]).toContain(action);
    }
  });
});

describe('cdk-nag', () => {
  test('finds nothing that is not acknowledged with a reason', () => {
    expect(new AwsSolutionsChecks().validateScope(stack).violations).toEqual([]);
  });

  test('finds a planted violation', () => {
    const planted = aStack();
    new Bucket(planted, 'Planted');
    /** Only then are references between stacks what they will be. */
    Template.fromStack(planted);
    const rules = new AwsSolutionsChecks().validateScope(planted).violations.map(({ ruleName }) => ruleName);
    expect(rules.toSorted()).toEqual(['AwsSolutions-S1', 'AwsSolutions-S10']);
  });
});
