import { gzipSync } from 'node:zlib';
import type { HttpEvent, HttpResponse } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import type { StaticFile } from '../lib/page/assets.ts';
import { onLambda } from './environment.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import type { WriteLine } from './middleware/line.ts';

export interface AssetsApp {
  readonly files: readonly StaticFile[];
  readonly line?: WriteLine;
}

const FOR_EVER = 'public, max-age=31536000, immutable';
/** Other sites' pages should get a repair within minutes. */
const FOR_A_WHILE = 'public, max-age=300';

/** Serves what browsers load: they are few and small, and kept compressed. */
export function assets({ files, line }: AssetsApp): ApiHandler {
  const answers = new Map(files.map((file) => [file.path, answersOf(file)]));
  return api('assets', line).handler<HttpEvent, HttpResponse>(async ({ rawPath, headers }) => {
    const found = answers.get(rawPath);
    if (!found) return problem('not-found');
    return /\bgzip\b/.test(headers['accept-encoding'] ?? '') ? found.compressed : found.plain;
  });
}

function answersOf({ body, type, forEver }: StaticFile) {
  const headers = {
    'content-type': type,
    'cache-control': forEver ? FOR_EVER : FOR_A_WHILE,
    'x-content-type-options': 'nosniff',
    /** Other sites' pages load some of them; what a browser keeps for one of them it must not give to another. */
    vary: 'accept-encoding, origin',
  };
  const plain: HttpResponse = { statusCode: 200, headers, body };
  const compressed: HttpResponse = {
    statusCode: 200,
    headers: { ...headers, 'content-encoding': 'gzip' },
    body: gzipSync(body, { level: 9 }).toString('base64'),
    isBase64Encoded: true,
  };
  return { plain, compressed };
}

/** What the stack deploys, with the files it built. */
export const handlerWith = (files: readonly StaticFile[]) => onLambda(() => assets({ files }));
