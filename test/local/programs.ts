import type { TestProject } from 'vitest/node';
import { bundleProgram } from '../program.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Files that plain Node runs: the engine, and the demonstration. */
    readonly programs: { readonly main: string; readonly demo: string };
  }
}

/** Once for all files of tests that start processes. */
export async function setup({ provide }: TestProject): Promise<void> {
  const [main, demo] = await Promise.all([
    bundleProgram('local/main.ts', 'main'),
    bundleProgram('local/demo.ts', 'demo'),
  ]);
  provide('programs', { main, demo });
}
