import middy, { type MiddyfiedHandler } from '@middy/core';
import { framesOf } from './frames.ts';
import { printLine, type WriteLine } from './line.ts';

/** A function that failed: what is thrown out of it names it, and quotes nothing of what it was reading. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed';
}

/** What every function that no person waits for has: one line per invocation, and no message of an error in the log. */
export function worker<E, R>(name: string, line: WriteLine = printLine): MiddyfiedHandler<E, R> {
  let started = 0;
  return middy<E, R>({
    requestStart: function startWatch() {
      started = performance.now();
    },
    requestEnd: function logInvocation() {
      const ms = Math.round((performance.now() - started) * 10) / 10;
      line({ level: 'info', message: 'invocation', function: name, ms });
    },
  }).onError(function hideMessage(request) {
    if (request.error instanceof WorkerFailed) return;
    const kind = request.error?.name ?? 'Error';
    line({ level: 'error', message: 'failed', function: name, error: kind, at: framesOf(request.error) });
    request.error = new WorkerFailed(`${name} failed: ${kind}`);
  });
}
