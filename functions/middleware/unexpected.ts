import { problem } from '../../lib/http/problem.ts';
import type { Step } from './api.ts';
import { framesOf } from './frames.ts';
import type { WriteLine } from './line.ts';

/** AWS asks for patience: the caller may well try again. */
const BUSY: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
]);

/** Answers what nobody expected. The caller learns nothing; the log learns where it was, not what was in it. */
export const unexpected = (name: string, line: WriteLine): Step => ({
  onError: function answerUnexpected({ error, event }) {
    const kind = error?.name ?? 'Error';
    line({
      level: 'error',
      message: 'unexpected',
      function: name,
      route: event.routeKey,
      error: kind,
      at: framesOf(error),
    });
    return problem(BUSY.has(kind) ? 'busy' : 'unexpected');
  },
});
