import type { HttpEvent, HttpResponse } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import type { AssetNames } from '../lib/page/assets.ts';
import type { ShownNotice } from '../lib/page/model.ts';
import { type KeptNotices, keptNotice, noticePage, wantsPage } from '../lib/page/notice-page.ts';
import texts from '../notices/texts.json' with { type: 'json' };
import { catalogue, onLambda } from './app.ts';
import type { ApiHandler } from './middleware/api.ts';
import type { WriteLine } from './middleware/line.ts';
import { html, page } from './middleware/page.ts';

export interface NoticeTextApp extends KeptNotices {
  readonly assets: AssetNames;
  readonly line?: WriteLine;
}

/** A notice that was shown never changes; a draft may. A day's copy harms nobody. */
const KEPT_A_DAY = 'public, max-age=86400, no-transform';

/** What people were shown, for whoever has to prove it: to programs the exact bytes, to people a page with `?as=text` on it. */
export const noticeText = (app: NoticeTextApp): ApiHandler =>
  page('notice-text', async () => problem('unexpected'), app.line).handler<HttpEvent, HttpResponse>(
    async ({ headers, pathParameters, queryStringParameters }) => {
      const { id = '', version = '', language = '' } = pathParameters ?? {};
      const notice = keptNotice(app, { id, version, language });
      if (!notice) return problem('not-found');
      if (queryStringParameters?.['as'] === 'text' || !wantsPage(headers['accept']))
        return exactly(notice, headers['if-none-match']);
      const accepted = headers['accept-language'];
      return html(200, await noticePage({ ...app, notice, accepted }), {
        'cache-control': 'public, max-age=300',
        vary: 'accept, accept-encoding, accept-language',
      });
    },
  );

/** The text as it is kept, never compressed, so that its digest (RFC 9530) is the one in the record. */
function exactly({ sha256, text }: ShownNotice, known: string | undefined): HttpResponse {
  const etag = `"${sha256}"`;
  const headers = { etag, 'cache-control': KEPT_A_DAY, vary: 'accept' };
  if (known?.includes(etag)) return { statusCode: 304, headers, body: '' };
  const digest = Buffer.from(sha256, 'hex').toString('base64');
  return {
    statusCode: 200,
    headers: {
      ...headers,
      'content-type': 'text/plain; charset=utf-8',
      'repr-digest': `sha-256=:${digest}:`,
    },
    body: Buffer.from(text).toString('base64'),
    isBase64Encoded: true,
  };
}

/** What the stack deploys, with the names of what the page loads. */
export const handlerWith = (assets: AssetNames) =>
  onLambda(() => noticeText({ texts, digests: catalogue.notices, assets }));
