import { ConfigError, type HeedConfig } from '../lib/config.ts';

/** Reads `heed.config.ts` and what it is put together from, and says in one line each what is wrong with it. */
export async function readConfig(): Promise<HeedConfig> {
  try {
    const { default: config } = await import('../heed.config.ts');
    if (config === undefined) throw new Error('it has no default export');
    return config;
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new Error(`heed.config.ts cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

/** Where tsx finds no program it says that first, and the place, with the whole path, in the line below. */
const NO_PROGRAM = /(?:(heed\.config|\bconfig\/[\w/-]+)\.ts):(\d+):(\d+): ERROR: (.*)/;

function reasonOf(cause: unknown): string {
  const { message } = cause instanceof Error ? cause : { message: 'unknown error' };
  const [, file, line, column, what] = NO_PROGRAM.exec(message) ?? [];
  const where = file === 'heed.config' ? '' : `${file}.ts, `;
  if (line !== undefined) return `${where}line ${line}, column ${column}: ${what}`;
  return message.split('\n')[0] ?? '';
}
