import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import type { Archive } from '../../lib/audit-ports.ts';
import { s3Archive, s3Client } from '../../lib/aws/archive.ts';
import { folderArchive, memoryArchive } from '../../local/archive.ts';
import { loopback } from '../../local/loopback.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const NO_SUCH_KEY = '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>no</Message></Error>';

function taken(there: Buffer | undefined, condition: string | undefined): number {
  if (condition !== '*') return 403;
  return there ? 412 : 200;
}

/** A bucket as far as an archive uses one: puts that must be conditional, and gets. `failing`: what a put is answered. */
async function bucket(failing?: number) {
  const files = new Map<string, Buffer>();
  const put = (name: string, condition: string | undefined, bytes: Buffer): number => {
    const status = failing ?? taken(files.get(name), condition);
    if (status === 200) files.set(name, bytes);
    return status;
  };
  const server = createServer(async (request, response) => {
    const name = request.url?.split('?')[0] ?? '';
    const bytes = await buffer(request);
    if (request.method === 'PUT')
      response.writeHead(put(name, request.headers['if-none-match'], bytes)).end();
    else if (files.has(name)) response.writeHead(200).end(files.get(name));
    else response.writeHead(404, { 'content-type': 'application/xml' }).end(NO_SUCH_KEY);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = s3Client({
    ...loopback(`http://127.0.0.1:${address.port}`),
    ...{ forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED', maxAttempts: 1 },
  });
  closing.push(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return s3Archive(client, 'heed');
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'heed-archive-'));
  closing.push(() => rmSync(made, { recursive: true }));
  return made;
}

const archives: Readonly<Record<string, () => Archive | Promise<Archive>>> = {
  'in S3': () => bucket(),
  'in a folder': () => folderArchive(folder()),
  'in memory': () => memoryArchive(),
};

describe.each(Object.entries(archives))('an archive %s', (_, open) => {
  test('keeps what it was given first', async () => {
    const archive = await open();
    const name = 'checkpoints/0000000001.jws';
    expect(await archive.put(name, Buffer.from('first'))).toBe(true);
    expect(await archive.put(name, Buffer.from('second'))).toBe(false);
    expect(Buffer.from((await archive.get(name)) ?? []).toString()).toBe('first');
  });

  test('has nothing under a name that was never given', async () => {
    expect(await (await open()).get('checkpoints/0000000002.jws')).toBeUndefined();
  });

  test('takes one of many that come at once', async () => {
    const archive = await open();
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, i) => archive.put('leaves/1/a.bin', Buffer.of(i))),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await archive.get('leaves/1/a.bin')).toHaveLength(1);
  });
});

test('an archive in S3 does not say that a file is there when it could not be put', async () => {
  for (const status of [403, 409]) {
    const archive = await bucket(status);
    await expect(archive.put('a', Buffer.of(1))).rejects.toThrow();
  }
});

test('a folder holds read-only files, no draft of any, and nothing outside itself', async () => {
  const path = folder();
  const archive = folderArchive(path);
  await archive.put('leaves/1/a.bin', Buffer.of(1));
  await archive.put('leaves/1/a.bin', Buffer.of(2));
  expect(readdirSync(join(path, 'leaves', '1'))).toEqual(['a.bin']);
  expect(statSync(join(path, 'leaves', '1', 'a.bin')).mode & 0o777).toBe(0o444);
  for (const name of ['../a', 'a/../b', '/a', '', 'a//b'])
    await expect(archive.put(name, Buffer.of(1))).rejects.toThrow('not the name');
});
