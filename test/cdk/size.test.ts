import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { aDestination, aStack, propertiesOf, withNested } from './synth.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html (2026-07). */
const MOST_RESOURCES = 500;
const MOST_TEMPLATE_BYTES = 1_000_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (2026-07). */
const MOST_ENVIRONMENT_BYTES = 4096;
/** Inline policies of one role, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (2026-07). */
const MOST_POLICY_CHARACTERS = 10_240;
/** What a reference comes to when it is resolved: an ARN with a generated name. */
const REFERENCE = 'x'.repeat(130);

const stack = aStack({
  destinations: Array.from({ length: 40 }, (_, n) => aDestination({ id: `destination-number-${n}` })),
});

/** A value with every reference written out at its likely length. */
const resolved = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && ('Ref' in part || 'Fn::GetAtt' in part) ? REFERENCE : part,
  );

test('forty destinations fit: each has a stack of its own', () => {
  expect(stack.lanes).toHaveLength(40);
  for (const each of withNested(stack)) {
    const template = Template.fromStack(each).toJSON();
    expect(Object.keys(template['Resources']).length).toBeLessThan(MOST_RESOURCES / 2);
    expect(JSON.stringify(template).length).toBeLessThan(MOST_TEMPLATE_BYTES / 2);
  }
});

test('with forty destinations no role outgrows what its policy may hold', () => {
  for (const each of withNested(stack)) {
    for (const policy of propertiesOf(each, 'AWS::IAM::Policy')) {
      expect(resolved(policy['PolicyDocument']).length).toBeLessThan(MOST_POLICY_CHARACTERS);
    }
  }
});

test('with forty destinations no environment outgrows what Lambda takes', () => {
  for (const each of withNested(stack)) {
    for (const lambda of propertiesOf(each, 'AWS::Lambda::Function')) {
      expect(resolved(lambda['Environment'].Variables).length).toBeLessThan(MOST_ENVIRONMENT_BYTES);
    }
  }
});
