import { systemClock } from '../../lib/aws/system-clock.ts';
import type { HttpEvent } from '../../lib/http/message.ts';
import { problem } from '../../lib/http/problem.ts';
import type { Step } from './api.ts';
import { framesOf } from './frames.ts';
import { metricLine, type WriteLine } from './line.ts';

/** What is over in a moment, and nobody's fault: no alarm counts it. */
const PASSING = new Set(['UnlistedCheckpointError']);

/** AWS asks for patience, or something has only just been made: the caller may well try again. */
const BUSY: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  ...PASSING,
]);

/** Something could not be put on record. Its message is for the caller, its cause for the log. */
export class UnrecordedError extends Error {
  override readonly name = 'UnrecordedError';
}

/**
 * Logs what nobody expected: where it was, not what was in it. Gives its kind. CloudWatch counts it (`cdk/answers.ts`): Lambda
 * takes what is answered for a success.
 */
export function told(name: string, line: WriteLine, { error, event }: Failure): string {
  const kind = error?.name ?? 'Error';
  const at = framesOf(error);
  const passing = PASSING.has(kind);
  line({
    ...(passing ? { function: name } : metricLine(systemClock.now(), { function: name }, { Unexpected: 1 })),
    ...{ level: passing ? 'warn' : 'error', message: 'unexpected', route: event.routeKey, error: kind, at },
    ...(error?.cause instanceof Error && { cause: error.cause.name }),
  });
  return kind;
}

interface Failure {
  readonly error: Error | null;
  readonly event: HttpEvent;
}

/** Answers what nobody expected. The caller learns nothing. */
export const unexpected = (name: string, line: WriteLine): Step => ({
  onError: function answerUnexpected(failure) {
    const kind = told(name, line, failure);
    if (failure.error instanceof UnrecordedError) return problem('busy', { detail: failure.error.message });
    return problem(BUSY.has(kind) ? 'busy' : 'unexpected');
  },
});
