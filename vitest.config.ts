import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

/** The SDK asks for Node 22 on every start; what is deployed runs on 24. */
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Tests that start engines, processes and browsers: much of their time is waiting. */
const ENGINES = ['test/local/**', 'test/aws-store/**', 'test/readme/**'];
const BROWSERS = ['test/browser/**'];
const CDK = ['test/cdk/**'];

const testsIn = (folders: readonly string[]): string[] =>
  folders.map((folder) => folder.replace(/\*\*$/, '**/*.test.ts'));

/** First what only computes, on as many workers as the smallest machine has cores; then what also waits, on one more. */
const COMPUTING = { maxWorkers: 2, sequence: { groupOrder: 0 } };
const WAITING = { maxWorkers: 3, sequence: { groupOrder: 1 } };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...COMPUTING,
          name: 'heed',
          include: ['test/**/*.test.ts'],
          exclude: [...ENGINES, ...BROWSERS, ...CDK, 'test/aws/**', 'node_modules/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          env,
          /** Nothing here changes what others import, and importing everything anew took half the time. */
          isolate: false,
        },
      },
      {
        test: {
          ...COMPUTING,
          name: 'cdk',
          include: testsIn(CDK),
          testTimeout: 60_000,
          hookTimeout: 60_000,
          isolate: false,
        },
      },
      {
        test: {
          ...WAITING,
          name: 'engine',
          include: testsIn(ENGINES),
          globalSetup: ['test/local/programs.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          env,
          isolate: false,
        },
      },
      {
        test: {
          ...WAITING,
          name: 'browser',
          include: testsIn(BROWSERS),
          testTimeout: 60_000,
          hookTimeout: 60_000,
          /** A browser on a busy machine takes its time. */
          expect: { poll: { timeout: 15_000 } },
          env,
          /** Each file has an engine of its own; the modules it is made of are the same. */
          isolate: false,
        },
      },
    ],
  },
});
