import type { Context } from 'aws-lambda';
import { functions } from '../functions/registry.ts';

/** How long a function may run, ms. */
export const timeoutOf = (name: string): number =>
  (functions.find((one) => one.name === name)?.timeoutSeconds ?? 30) * 1000;

/** What a function is told of its invocation, as Lambda tells it. */
export function contextFor(name: string): Context {
  const end = Date.now() + timeoutOf(name);
  return {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: '',
    memoryLimitInMB: '512',
    awsRequestId: '',
    logGroupName: '',
    logStreamName: '',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => end - Date.now(),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
