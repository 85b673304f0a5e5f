import config from '../heed.config.ts';
import { MAX_BODY_BYTES } from '../lib/domain/bounds.ts';
import { type HttpEvent, type HttpResponse, sizeOf } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { acceptPorts, auditLog, env, keywordSecret, onLambda, tokens, web } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { type CarrierApp, carrierOf, carriers } from './middleware/carrier.ts';
import { printLine, type WriteLine } from './middleware/line.ts';

export interface KeywordsApp extends CarrierApp {
  readonly line?: WriteLine;
}

/** Takes the words by which people stop, start and ask for help in text messages. */
export function keywords(app: KeywordsApp): ApiHandler {
  const { keywords: settings } = app.config;
  const from = settings && carriers(app, settings);
  return api('keywords', app.line).handler<HttpEvent, HttpResponse>(async (event, context) => {
    if (!from) return problem('not-found', { detail: 'The configuration declares no keywords.' });
    if (sizeOf(event) > MAX_BODY_BYTES) return problem('too-large');
    return from[carrierOf(event)](event, context);
  });
}

export const handler = onLambda(() =>
  keywords({
    ...acceptPorts(),
    ...{
      config,
      tokens: tokens(),
      auditLog: auditLog(),
      keywordSecret,
      web: web(),
      publicUrl: env('HEED_PUBLIC_URL'),
    },
    line: printLine,
  }),
);
