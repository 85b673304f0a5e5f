import { framesOf } from '../functions/middleware/frames.ts';
import { WorkerFailed } from '../functions/middleware/worker.ts';

/** In our own code, if it passed through it. */
const placeOf = (error: Error): string | undefined => {
  const places = framesOf(error).flatMap((frame) => /([^\s()]+:\d+):\d+\)?$/.exec(frame)?.[1] ?? []);
  const own = places.flatMap((place) => /\/((?:functions|lib|local|test)\/.+)$/.exec(place)?.[1] ?? []);
  return own[0] ?? places[0]?.split('/').at(-1);
};

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';

/** An error for a line of a log: what kind and where. Its message stays out, because it may quote what was being read; a function that failed has seen to that itself. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error instanceof WorkerFailed) return error.message;
  const place = placeOf(error);
  return `${error.name}${codeOf(error)}${place ? ` at ${place}` : ''}`;
}
