/**
 * How every function is bundled, in the words of esbuild: what `bench/` measured to start fastest (`bench/RESULTS.md`).
 * The stack and the benchmark both bundle with these.
 */
export const bundling = {
  minify: true,
  target: 'node24',
  /** CommonJS, made of the packages' ES modules: what is not used is left out, and nothing is loaded asynchronously. */
  format: 'cjs',
  mainFields: ['module', 'main'],
  /** The configuration in a bundle was checked, and perhaps narrowed, when the bundle was made. */
  define: {
    'process.env.HEED_CHECKED': '"true"',
    'process.env.HEED_DESTINATIONS': JSON.stringify(process.env['HEED_DESTINATIONS'] ?? ''),
  },
  /** By paths from the repository's root. */
  alias: {
    '@aws-sdk/credential-provider-node': './lib/aws/environment-credentials.ts',
  },
} as const;
