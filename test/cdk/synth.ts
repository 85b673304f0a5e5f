import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { LaneSpec } from '../../cdk/lane.ts';
import { HeedStack, type HeedStackProps } from '../../cdk/stack.ts';
import settings from '../../cdk.json' with { type: 'json' };
import { functions } from '../../functions/registry.ts';

/** Stands for every function where a test is about the stack and not about what runs in it. */
const CODE = Code.fromInline("exports.handler = async () => 'done';");

/** A destination that exists nowhere else. */
export const aDestination = (over: Partial<LaneSpec> = {}): LaneSpec => ({
  id: 'acme-mail',
  title: 'Acme Mail',
  impact: 'people keep getting Acme Mail after they withdrew',
  limits: { perSecond: 10, concurrency: 5, batch: 1, settleAfter: 0 },
  pattern: {
    source: ['heed'],
    'detail-type': ['preferences.changed.v1'],
    detail: { data: { channels: ['email'] } },
  },
  permissions: [],
  ...over,
});

/** Heed's stack with the given destinations, its functions without their bundles. */
export const aStack = (over: Partial<HeedStackProps> = {}): HeedStack =>
  new HeedStack(new App({ context: settings.context }), 'Heed', {
    env: { region: 'eu-west-1' },
    destinations: [aDestination()],
    functions,
    audit: { retentionYears: 10, signingKey: 1 },
    confirmations: { from: 'Acme <preferences@acme.example>' },
    codeOf: () => CODE,
    ...over,
  });

/** The stack and the stacks inside it. */
export const withNested = (stack: HeedStack): readonly Stack[] => [
  stack,
  stack.pages,
  stack.auditing,
  stack.answers,
  ...stack.lanes,
];

/** Properties of every resource of a type, by logical id. */
export const propertiesOf = (stack: Stack, type: string) =>
  Object.entries(Template.fromStack(stack).findResources(type)).map(([id, resource]) => ({
    id,
    ...resource['Properties'],
  }));
