import { NestedStack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { FunctionSpec } from '../functions/registry.ts';
import { type Alarms, functionMetric } from './watching.ts';

export interface AnswersProps {
  readonly functions: readonly FunctionSpec[];
  readonly alarms: Alarms;
}

/**
 * An alarm for each function that answers requests, on what it answered with a 500 or 503 because of an error nobody expected:
 * for Lambda such an invocation has succeeded, and is none of its errors. The function tells of it itself
 * (`functions/middleware/unexpected.ts`).
 */
export class Answers extends NestedStack {
  constructor(scope: Construct, id: string, { functions, alarms }: AnswersProps) {
    super(scope, id, { description: 'Heed: alarms on what requests were answered' });
    for (const { name, impact } of functions.filter(({ trigger }) => trigger.kind === 'route'))
      alarms.add(new Construct(this, name), 'Unexpected', {
        about: name,
        metric: functionMetric('Unexpected', name, 'Sum'),
        above: 0,
        impact,
        because: `function ${name} answered with an error of ours in the last five minutes`,
      });
  }
}
