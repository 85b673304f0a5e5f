import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { s3Client } from '../../lib/aws/archive.ts';
import { s3PackFiles } from '../../lib/aws/pack-files.ts';
import type { PackFiles } from '../../lib/flow/packs/job.ts';
import { loopback } from '../../local/loopback.ts';
import { packsInFolder, packsInMemory } from '../../local/pack-files.ts';
import { StillClock } from '../api/rig.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A store of packs, and how to fetch what a link leads to. */
interface Opened {
  readonly files: PackFiles;
  readonly fetched: (link: string | undefined) => Promise<string | undefined>;
}

const xml = (name: string, inner: string): string => `<?xml version="1.0"?><${name}>${inner}</${name}>`;

interface Said {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

interface Answered {
  readonly status: number;
  readonly etag?: string;
  readonly body: string | Buffer;
}

const GONE = { status: 404, body: xml('Error', '<Code>NoSuchUpload</Code><Message>no</Message>') };

/** A bucket as far as uploads in parts need one: what it answers to each request. */
function partsBucket() {
  const parts = new Map<string, Buffer>();
  const done = new Map<string, Buffer>();
  let open = false;
  const begin = () => {
    open = true;
    return { status: 200, body: xml('InitiateMultipartUploadResult', '<UploadId>one</UploadId>') };
  };
  const part = ({ path, query, body }: Said) => {
    const number = query.get('partNumber') ?? '';
    if (number === '') done.set(path, body);
    parts.set(number, body);
    return { status: 200, etag: `"${number}:${body.length}"`, body: '' };
  };
  const join = ({ path, body }: Said) => {
    if (!open) return GONE;
    const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, number = '']) => number);
    done.set(path, Buffer.concat(numbers.map((number) => parts.get(number) ?? Buffer.alloc(0))));
    open = false;
    return { status: 200, body: xml('CompleteMultipartUploadResult', '<Key>k</Key>') };
  };
  const get = ({ path }: Said) => {
    const there = done.get(path);
    const gone = xml('Error', '<Code>NoSuchKey</Code><Message>no</Message>');
    return there ? { status: 200, body: there } : { status: 404, body: gone };
  };
  return (method: string, said: Said) => {
    if (method === 'PUT') return part(said);
    if (method === 'POST') return said.query.has('uploads') ? begin() : join(said);
    return get(said);
  };
}

async function inS3(): Promise<Opened> {
  const answer = partsBucket();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://bucket');
    const { status, etag, body }: Answered = answer(request.method ?? '', {
      path: pathname,
      query: searchParams,
      body: await buffer(request),
    });
    response.writeHead(status, { 'content-type': 'application/xml', ...(etag && { etag }) });
    response.end(request.method === 'HEAD' ? undefined : body);
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
  const fetched = async (link: string | undefined) => link && (await (await fetch(link)).text());
  return { files: s3PackFiles(client, 'heed'), fetched };
}

function locally(packs: ReturnType<typeof packsInMemory>): Opened {
  const fetched = async (link: string | undefined) => {
    const bytes = packs.opened(link?.split('/').at(-1) ?? '');
    return bytes && Buffer.from(bytes).toString();
  };
  return { files: packs, fetched };
}

function inFolder(): Opened {
  const folder = mkdtempSync(join(tmpdir(), 'heed-packs-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  return locally(packsInFolder(folder, new StillClock()));
}

const stores: Readonly<Record<string, () => Opened | Promise<Opened>>> = {
  'in S3': inS3,
  'in a folder': inFolder,
  'in memory': () => locally(packsInMemory(new StillClock())),
};

describe.each(Object.entries(stores))('packs %s', (_, open) => {
  const part = (upload: string, number: number, at: number, text: string) => ({
    ...{ upload, number, at, bytes: Buffer.from(text) },
  });

  test('are joined from their parts, of which one that was made again counts once', async () => {
    const { files, fetched } = await open();
    const upload = await files.begin('id');
    const first = await files.part('id', part(upload, 1, 0, 'one, '));
    await files.part('id', part(upload, 2, 5, 'spoilt by a death'));
    const second = await files.part('id', part(upload, 2, 5, 'two, '));
    const third = await files.part('id', part(upload, 3, 10, 'three'));
    expect(await files.link('id')).toBeUndefined();
    await files.join('id', upload, [first, second, third]);
    expect(await fetched(await files.link('id'))).toBe('one, two, three');
  });

  test('keep what is no part yet beside them, by its name', async () => {
    const { files } = await open();
    await files.begin('id');
    await files.keep('id', '7', Buffer.from('spoilt by a death'));
    await files.keep('id', '7', Buffer.from('seven'));
    await files.keep('id', '9', Buffer.from('nine'));
    expect(Buffer.from((await files.kept('id', '7')) ?? []).toString()).toBe('seven');
    expect(await files.kept('id', '8')).toBeUndefined();
    expect(await files.kept('other', '7')).toBeUndefined();
    expect(await files.link('id')).toBeUndefined();
  });

  test('may be joined again by a worker that does not know that they are', async () => {
    const { files, fetched } = await open();
    const upload = await files.begin('id');
    const tag = await files.part('id', part(upload, 1, 0, 'whole'));
    await files.join('id', upload, [tag]);
    await files.join('id', upload, [tag]);
    expect(await fetched(await files.link('id'))).toBe('whole');
  });
});

test('a link to S3 is good for a quarter of an hour', async () => {
  const { files } = await inS3();
  const upload = await files.begin('id');
  await files.join('id', upload, [
    await files.part('id', { upload, number: 1, at: 0, bytes: Buffer.from('x') }),
  ]);
  expect(new URL((await files.link('id')) ?? '').searchParams.get('X-Amz-Expires')).toBe('900');
});
