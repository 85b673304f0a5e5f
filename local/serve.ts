import { buildBrowser } from '../browser/build.ts';
import { changes } from '../functions/changes.ts';
import { decision } from '../functions/decision.ts';
import { deliveries } from '../functions/deliveries.ts';
import { health } from '../functions/health.ts';
import { history } from '../functions/history.ts';
import { keywords } from '../functions/keywords.ts';
import { lookup } from '../functions/lookup.ts';
import type { WriteLine } from '../functions/middleware/line.ts';
import { notices } from '../functions/notices.ts';
import { openapi } from '../functions/openapi.ts';
import { record } from '../functions/record.ts';
import { functionsFor } from '../functions/registry.ts';
import { tokens } from '../functions/tokens.ts';
import { laneIn } from '../lib/flow/lanes.ts';
import { toldIn } from '../lib/flow/read-deliveries.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import type { TokenSecret } from '../lib/http/own-tokens.ts';
import { problem } from '../lib/http/problem.ts';
import type { App } from './app.ts';
import { auditingOf } from './auditing.ts';
import { type Call, waking } from './call.ts';
import { contextFor } from './context.ts';
import { faultOf } from './fault.ts';
import { type Route, startHttp } from './http.ts';
import type { Listening } from './listen.ts';
import { OUTBOX_PATHS, outboxPages } from './outbox-pages.ts';
import { pagesOf } from './pages.ts';
import { localToken } from './token.ts';

export interface ServeOptions {
  readonly port: number;
  /** Of sites whose pages may call it. */
  readonly origins: readonly string[];
  /** Where people and vendors reach it, if that is not where it listens: a tunnel, a proxy. */
  readonly publicUrl?: string;
  readonly tokens: TokenSecret;
  /** What `GET /local/endpoints` tells besides the API's own address. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Told after each stored change: the stream need not wait for its next look. */
  readonly wake: () => void;
  readonly warn: (line: string) => void;
  readonly line: WriteLine;
}

/** The API on this machine: the routes of the registry, and some of its own: for tokens, for where everything is, and for what would be mailed. */
export async function serve(app: App, options: ServeOptions): Promise<Listening> {
  let url = '';
  const handlers = handlersOf(app, options, () => options.publicUrl ?? url);
  const routes: Route[] = functionsFor(app.config).flatMap(({ name, trigger }) => {
    if (trigger.kind !== 'route') return [];
    const handler = handlers[name];
    if (!handler) throw new Error(`the local engine has no handler for ${name}`);
    return trigger.routes.map(({ method, path }) => ({
      ...{ method, path, handler: (event) => handler(event, contextFor(name)) },
    }));
  });
  const mint = localToken({ secret: options.tokens, clock: app.clock });
  routes.push({ method: 'POST', path: '/local/token', handler: mint });
  const where = async () => json(200, { api: url, ...options.endpoints });
  routes.push({ method: 'GET', path: '/local/endpoints', handler: where });
  const outbox = outboxPages({ ...options, outbox: app.outbox, assets: buildBrowser().names });
  for (const path of OUTBOX_PATHS)
    routes.push({ method: 'GET', path, handler: (event) => outbox(event, contextFor('outbox')) });
  routes.push({ method: 'GET', path: '/local/packs/{ticket}', handler: async (event) => packAt(app, event) });
  const onError = (error: unknown): void => options.warn(`the API: ${faultOf(error)}`);
  const listening = await startHttp({ routes, port: options.port, origins: options.origins, onError });
  url = listening.url;
  return listening;
}

/** A bulk pack, to whoever has a link that still works. */
function packAt({ packFiles }: App, { pathParameters }: HttpEvent): HttpResponse {
  const bytes = packFiles.opened(pathParameters?.['ticket'] ?? '');
  if (!bytes) return problem('not-found');
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/zip', 'cache-control': 'no-store' },
    body: Buffer.from(bytes).toString('base64'),
    isBase64Encoded: true,
  };
}

/** Where the API is reached is known only once it listens. */
const withUrl = <T extends object>(app: T, url: () => string): T & { readonly publicUrl: string } =>
  Object.defineProperty({ ...app, publicUrl: '' }, 'publicUrl', { get: url });

/** The handlers by the names of the registry, as Lambda would run them. */
function handlersOf(
  app: App,
  { line, wake, tokens: secret }: ServeOptions,
  url: () => string,
): Readonly<Record<string, Call>> {
  const quiet = { ...app, line };
  const recordChange = changes(quiet);
  const inbound = withUrl({ ...quiet, laneOf: laneIn(app.laneList) }, url);
  const pageless = app.centre === undefined;
  const minting = withUrl({ ...quiet, pageless, secret: async () => secret }, url);
  return {
    ...pagesOf(app, { line, wake }),
    ...auditingOf(app, { line, wake, url }),
    changes: waking(recordChange, wake),
    record: record(quiet),
    decision: decision(quiet),
    history: history(quiet),
    deliveries: deliveries({ ...quiet, destinations: toldIn(app.laneList) }),
    lookup: lookup(quiet),
    notices: waking(notices(inbound), wake),
    health: health(quiet),
    keywords: waking(keywords(withUrl(quiet, url)), wake),
    openapi: openapi(quiet),
    tokens: tokens(minting),
  };
}
