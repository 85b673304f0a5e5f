import { ConfigError } from '../lib/config.ts';

/** The first signal stops in order; a second one at once. */
export function stopOn(signals: readonly NodeJS.Signals[], stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      stop().then(() => process.exit(0), fail);
    });
  }
}

/** Ends the process with one line; a contradictory configuration has one for each contradiction. */
export function fail(error: unknown): never {
  console.error(reasonOf(error));
  process.exit(1);
}

function reasonOf(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const [line = ''] = error instanceof Error ? error.message.split('\n') : [];
  return line === '' ? 'Heed could not start.' : line;
}
