import { defineConfig } from 'vitest/config';

/** Two programs: everything on two workers, and the CDK tests on their own (a synth takes seconds). */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'heed',
          include: ['test/**/*.test.ts'],
          exclude: ['test/cdk/**', 'test/aws/**', 'node_modules/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          /** The SDK asks for Node 22 on every start; what is deployed runs on 24. */
          env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
        },
      },
      {
        test: {
          name: 'cdk',
          include: ['test/cdk/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          /** Nothing here changes what others import, and the CDK takes seconds to import. */
          isolate: false,
        },
      },
    ],
  },
});
