import type { Stack } from 'aws-cdk-lib';
import { expect } from 'vitest';
import type { HeedStack } from '../../cdk/stack.ts';
import { functions, servesAuditors, servesPages } from '../../functions/registry.ts';
import { propertiesOf, withNested } from './synth.ts';

export interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: {
    readonly StringEquals?: Readonly<Record<string, string>>;
    readonly 'ForAllValues:StringLike'?: Readonly<Record<string, readonly string[] | string>>;
  };
}

interface Policy {
  readonly id: string;
  readonly in: Stack;
  readonly statements: readonly Statement[];
}

export const actions = ({ Action }: Statement): readonly string[] =>
  typeof Action === 'string' ? [Action] : Action;

/** Under which keys of a table a statement holds; all of them: undefined. */
export const partitionsOf = ({ Condition }: Statement): readonly string[] | undefined => {
  const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
  return typeof keys === 'string' ? [keys] : keys;
};

/** Every policy of a stack and of those inside it. */
export const policiesOf = (stack: HeedStack): readonly Policy[] =>
  withNested(stack).flatMap((each) =>
    propertiesOf(each, 'AWS::IAM::Policy').map((policy) => {
      const statements: readonly Statement[] = policy['PolicyDocument'].Statement;
      return { id: policy.id, in: each, statements };
    }),
  );

/** Which of the stacks a function is in. */
const scopeOf = (stack: HeedStack, name: string): Stack => {
  const spec = functions.find((one) => one.name === name);
  if (spec && servesAuditors(spec)) return stack.auditing;
  return spec && servesPages(spec) ? stack.pages : stack;
};

/** What the role of a function may do. */
export function statementsOf(stack: HeedStack) {
  const policies = policiesOf(stack);
  return (name: string, scope: Stack = scopeOf(stack, name)): readonly Statement[] => {
    const id = name.replaceAll('-', '');
    const found = policies.filter(
      (policy) => policy.in === scope && new RegExp(`^(Functions)?${id}Role`).test(policy.id),
    );
    expect(found).toHaveLength(1);
    return found[0]?.statements ?? [];
  };
}
