import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { openapiOf } from '../lib/http/openapi.ts';
import { env, onLambda } from './environment.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import type { WriteLine } from './middleware/line.ts';
import { routes } from './registry.ts';

export interface OpenapiApp {
  /** Where the API is reached. */
  readonly publicUrl?: string;
  readonly line?: WriteLine;
}

/** Serves the description of the API. */
export const openapi = ({ publicUrl, line }: OpenapiApp): ApiHandler => {
  const description = openapiOf({ routes, ...(publicUrl !== undefined && { url: publicUrl }) });
  return api('openapi', line).handler<HttpEvent, HttpResponse>(() =>
    json(200, description, { 'cache-control': 'public, max-age=300' }),
  );
};

export const handler = onLambda(() => openapi({ publicUrl: env('HEED_PUBLIC_URL') }));
