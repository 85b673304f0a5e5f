import config from '../heed.config.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { onLambda } from './environment.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import type { WriteLine } from './middleware/line.ts';

export interface GpcApp {
  /** The pages' settings; none where there are no pages. */
  readonly settings: { readonly signal: readonly string[]; readonly signalSince: string } | undefined;
  readonly line?: WriteLine;
}

/** Says to browsers that their opt-out signal is honoured here (https://w3c.github.io/gpc/#gpc-support-resource). */
export const gpc = ({ settings, line }: GpcApp): ApiHandler =>
  api('gpc', line).handler<HttpEvent, HttpResponse>(() =>
    json(
      200,
      {
        gpc: (settings?.signal ?? []).length > 0,
        ...(settings && { lastUpdate: settings.signalSince }),
      },
      { 'cache-control': 'public, max-age=86400' },
    ),
  );

export const handler = onLambda(() => gpc({ settings: config.preferenceCentre }));
