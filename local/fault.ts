/** Where an error was thrown, in our own code if it passed through it. */
const placeOf = ({ stack = '' }: Error): string | undefined =>
  /\/((?:functions|lib|local|test)\/[^\s()]+:\d+)/.exec(stack)?.[1] ?? /([^/\s()]+:\d+):\d+/.exec(stack)?.[1];

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';

/** An error for a line of a log: what kind and where. Its message stays out, because it may quote what was being read. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const place = placeOf(error);
  return `${error.name}${codeOf(error)}${place ? ` at ${place}` : ''}`;
}
