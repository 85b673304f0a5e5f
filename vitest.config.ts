import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

/** The SDK asks for Node 22 on every start; what is deployed runs on 24. */
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Tests that start engines, processes and browsers: much of their time is waiting. */
const WAITING = ['test/local/**', 'test/aws-store/**', 'test/readme/**', 'test/browser/**'];

const testsIn = (folders: readonly string[]): string[] =>
  folders.map((folder) => folder.replace(/\*\*$/, '**/*.test.ts'));

const SHARED = {
  env,
  /** Nothing here changes what others import, and importing everything anew took half the time. */
  isolate: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...SHARED,
          name: 'heed',
          include: ['test/**/*.test.ts'],
          exclude: [...WAITING, 'test/aws/**', 'node_modules/**'],
          /** What only computes, on as many workers as the smallest machine has cores. */
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...SHARED,
          name: 'engine',
          include: testsIn(WAITING),
          globalSetup: ['test/local/programs.ts'],
          /** An engine or a browser on a busy machine takes its time. */
          expect: { poll: { timeout: 15_000 } },
          /** What also waits, on one more. */
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
