import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** Packages and own files that end up in a function's bundle. */
async function bundled(name: string): Promise<string> {
  const { metafile } = await build({
    entryPoints: [`functions/${name}.ts`],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
  });
  const outputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return outputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])).join('\n');
}

describe('a function bundles nothing it does not use', () => {
  it.each([
    { name: 'health', unused: /@aws-sdk|zod|jose|undici/ },
    { name: 'openapi', unused: /@aws-sdk|jose|undici/ },
    { name: 'decision', unused: /client-(kms|sqs|eventbridge)|undici|libphonenumber|lib\/destinations/ },
    { name: 'record', unused: /client-(sqs|eventbridge)|undici|libphonenumber|lib\/destinations/ },
    { name: 'history', unused: /client-(sqs|eventbridge)|undici|libphonenumber|lib\/destinations/ },
    { name: 'changes', unused: /client-(sqs|eventbridge)|undici|lib\/destinations/ },
    { name: 'lookup', unused: /client-(sqs|eventbridge)|undici|lib\/destinations/ },
    { name: 'deliveries', unused: /client-(sqs|eventbridge)|undici/ },
    { name: 'notices', unused: /client-eventbridge|undici/ },
  ])('$name', async ({ name, unused }) => {
    expect((await bundled(name)).split('\n').filter((file) => unused.test(file))).toEqual([]);
  });
});
