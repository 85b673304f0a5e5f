import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { onLambda } from './environment.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import type { WriteLine } from './middleware/line.ts';

/** Says that the API answers. */
export const health = ({ line }: { readonly line?: WriteLine }): ApiHandler =>
  api('health', line).handler<HttpEvent, HttpResponse>(() => json(200, { status: 'ok' }));

export const handler = onLambda(() => health({}));
