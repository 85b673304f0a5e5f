import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { addressOf } from '../../cdk/mail.ts';
import { functionsFor } from '../../functions/registry.ts';
import { aStack, propertiesOf } from './synth.ts';

const stack = aStack();
const find = (type: string, id: RegExp) => propertiesOf(stack, type).filter((one) => id.test(one.id));

describe('confirmations', () => {
  test('are asked for by their event on the public bus, and by no other', () => {
    const [rule, ...others] = find('AWS::Events::Rule', /confirmations/i);
    expect(others).toEqual([]);
    expect(rule?.['EventPattern']).toEqual({
      source: ['heed'],
      'detail-type': ['preferences.confirmation-requested.v1'],
    });
    expect(JSON.stringify(rule?.['EventBusName'])).toContain('Bus');
    const [target] = rule?.['Targets'] ?? [];
    expect(JSON.stringify(target.Arn)).toContain('FunctionsconfirmationsFunction');
    expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
    expect(JSON.stringify(target.DeadLetterConfig)).toContain('confirmationsDeadLetters');
  });

  test('that the function fails on, for good, end in the same dead letters', () => {
    const [fn] = find('AWS::Lambda::Function', /^Functionsconfirmations/);
    expect(JSON.stringify(fn?.['DeadLetterConfig'])).toContain('confirmationsDeadLetters');
    const [queue] = find('AWS::SQS::Queue', /confirmationsDeadLetters/);
    expect(queue).toMatchObject({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true });
  });

  test('that are dead sound an alarm which begins with what breaks for people', () => {
    const [alarm] = find('AWS::CloudWatch::Alarm', /confirmationsDead/);
    expect(alarm).toMatchObject({
      AlarmName: 'Heed/confirmations/dead',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
      AlarmDescription: expect.stringMatching(/^people who asked for something get no message/),
    });
  });

  test('are sent as one address of one identity, and nothing else may send mail', () => {
    const sending = propertiesOf(stack, 'AWS::IAM::Policy').flatMap(({ id, ...policy }) =>
      policy['PolicyDocument'].Statement.filter((one: unknown) => JSON.stringify(one).includes('"ses:')).map(
        (statement: object) => ({ id, ...statement }),
      ),
    );
    expect(sending).toEqual([
      {
        id: expect.stringMatching(/^FunctionsconfirmationsRole/),
        Action: 'ses:SendEmail',
        Effect: 'Allow',
        Condition: { StringEquals: { 'ses:FromAddress': 'preferences@acme.example' } },
        Resource: [expect.anything(), expect.anything()],
      },
    ]);
    const resources = JSON.stringify(sending[0].Resource);
    expect(resources).toContain('identity/preferences@acme.example');
    expect(resources).toContain('identity/acme.example');
    expect(resources).not.toContain('*');
  });

  test('may use the configuration set, and the region, that are named', () => {
    const confirmations = {
      from: 'news@acme.example',
      region: 'eu-central-1',
      configurationSet: 'transactional',
    };
    const policies = JSON.stringify(propertiesOf(aStack({ confirmations }), 'AWS::IAM::Policy'));
    expect(policies).toContain(':ses:eu-central-1:');
    expect(policies).toContain('configuration-set/transactional');
  });

  test('have no function, rule or queue where the configuration does not say how they are sent', () => {
    const unsent = functionsFor({ preferenceCentre: {} });
    const without = aStack({ functions: unsent, confirmations: undefined });
    expect(JSON.stringify(propertiesOf(without, 'AWS::Lambda::Function'))).not.toContain('confirmations');
    expect(propertiesOf(without, 'AWS::Events::Rule').filter(({ id }) => /confirmations/.test(id))).toEqual(
      [],
    );
    expect(JSON.stringify(propertiesOf(without, 'AWS::IAM::Policy'))).not.toContain('ses:SendEmail');
    expect(unsent.map(({ name }) => name)).toContain('confirm');
  });

  test('leave nothing for cdk-nag to find', () => {
    expect(new AwsSolutionsChecks().validateScope(stack).violations).toEqual([]);
  });
});

test.each([
  ['Acme <preferences@acme.example>', 'preferences@acme.example'],
  ['"Acme, Denmark" <a@b.example> ', 'a@b.example'],
  ['a@b.example', 'a@b.example'],
])('the address of %s is %s', (from, address) => {
  expect(addressOf(from)).toBe(address);
});
