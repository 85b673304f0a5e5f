import { ConfigError, type HeedConfig } from '../lib/config.ts';

/** Reads `heed.config.ts`, and says in one line each what is wrong with it. */
export async function readConfig(): Promise<HeedConfig> {
  try {
    const { default: config } = await import('../heed.config.ts');
    return config;
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const [reason = 'unknown error'] = cause instanceof Error ? cause.message.split('\n') : [];
    throw new Error(`heed.config.ts cannot be read: ${reason}`, { cause });
  }
}
