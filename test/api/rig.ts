import type { Context } from 'aws-lambda';
import { audits } from '../../functions/audits.ts';
import { changes } from '../../functions/changes.ts';
import { decision } from '../../functions/decision.ts';
import { deliveries } from '../../functions/deliveries.ts';
import { grants } from '../../functions/grants.ts';
import { health } from '../../functions/health.ts';
import { history } from '../../functions/history.ts';
import { lookup } from '../../functions/lookup.ts';
import type { Call } from '../../functions/middleware/method.ts';
import { openapi } from '../../functions/openapi.ts';
import { preferences } from '../../functions/preferences.ts';
import { proofs } from '../../functions/proofs.ts';
import { recipients } from '../../functions/recipients.ts';
import { record } from '../../functions/record.ts';
import { routes as described } from '../../functions/registry.ts';
import { rights } from '../../functions/rights.ts';
import { search } from '../../functions/search.ts';
import { signals } from '../../functions/signals.ts';
import { tokens as minting } from '../../functions/tokens.ts';
import config from '../../heed.config.ts';
import type { Catalogue } from '../../lib/domain/catalogue.ts';
import type { Told } from '../../lib/flow/read-deliveries.ts';
import type { Registered } from '../../lib/flow/recipients.ts';
import type { Issuer } from '../../lib/http/issuer-tokens.ts';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import { operations } from '../../lib/http/operations.ts';
import { mintToken, type OwnClaims, TokenSecret } from '../../lib/http/own-tokens.ts';
import { ProblemAnswer } from '../../lib/http/schemas.ts';
import { type Tokens, tokensOf } from '../../lib/http/tokens.ts';
import { centreOf } from '../../lib/page/centre.ts';
import type { Clock, Seals } from '../../lib/ports.ts';
import texts from '../../notices/texts.json' with { type: 'json' };
import { type Memory, memory } from '../memory.ts';
import { rightsInMemory } from '../memory-rights.ts';

/** The moment tests play at, ms. */
export const NOW = Date.UTC(2026, 4, 1, 12);

/** A clock that stands still until it is told otherwise. */
export class StillClock implements Clock {
  private time = NOW;
  now = (): number => this.time;
  sleep = async (ms: number): Promise<void> => this.advance(ms);
  chance = (): number => 0.5;
  advance(ms: number): void {
    this.time += ms;
  }
}

export const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
  memoryLimitInMB: '512',
  awsRequestId: 'request',
  logGroupName: 'group',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 10_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

export const SECRET = TokenSecret.parse({ seed: 'a seed that nobody would guess, of fair length' });

/** Where people reach this Heed. */
export const PUBLIC_URL = 'https://preferences.acme.example';

export type Store = Pick<Memory, 'records' | 'identifiers' | 'ledger'> & { readonly seals: Seals };

export interface RigOptions {
  /** Instead of the one in memory. */
  readonly real?: Store;
  readonly issuers?: readonly Issuer[];
  readonly secret?: () => Promise<TokenSecret>;
  readonly destinations?: readonly Told[];
  readonly catalogue?: Catalogue;
  readonly register?: readonly Registered[];
}

export type RouteName =
  | 'changes'
  | 'record'
  | 'decision'
  | 'history'
  | 'deliveries'
  | 'lookup'
  | 'tokens'
  | 'preferences'
  | 'save-preferences'
  | 'signals'
  | 'search'
  | 'audits'
  | 'grants'
  | 'propose-grant'
  | 'approve-grant'
  | 'revoke-grant'
  | 'recipients'
  | 'proofs'
  | 'checkpoints'
  | 'checkpoint'
  | 'keys'
  | 'register'
  | RightsRoute
  | 'health'
  | 'openapi';

type RightsRoute = 'erase' | 'erasure' | 'set-hold' | 'holds' | 'restrict' | 'rectify' | 'export';

export interface Rig {
  readonly catalogue: Catalogue;
  readonly store: Memory;
  readonly clock: StillClock;
  readonly tokens: Tokens;
  /** Everything that was logged. */
  readonly lines: Readonly<Record<string, unknown>>[];
  /** Calls a route; every answer is held to the schema that the API's description gives for it. */
  readonly call: (name: RouteName, request: Request) => Promise<HttpResponse>;
  readonly mint: (claims: OwnClaims, lifeSeconds?: number) => Promise<string>;
}

export interface Request {
  readonly subject?: string;
  readonly token?: string;
  readonly body?: unknown;
  /** As it is, instead of `body` as JSON. */
  readonly raw?: string;
  /** Comes as base64 of the text in this encoding. */
  readonly base64?: 'utf8' | 'latin1';
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Parameters of the path beside the subject. */
  readonly path?: Readonly<Record<string, string>>;
}

export function rig(options: RigOptions = {}): Rig {
  const { issuers = [], secret = async () => SECRET, destinations = [] } = options;
  const catalogue = options.catalogue ?? config.catalogue;
  const store = memory();
  const clock = new StillClock();
  const lines: Readonly<Record<string, unknown>>[] = [];
  const tokens = tokensOf({ issuers, secret, clock });
  const line = (one: Readonly<Record<string, unknown>>): void => void lines.push(one);
  const app = { ...store, ...options.real, catalogue, clock, tokens, line, destinations };
  const centre = centreOf({ ...config, catalogue }, texts);
  const staffGrants = grants(app);
  const proving = proofs(app);
  const told = recipients({ ...app, register: options.register ?? [] });
  const own = preferences({ ...app, centre });
  const asked = rights({
    ...app,
    ...rightsInMemory(store),
    withinHours: 24,
    rest: 0,
    newId: () => 'case-1',
  });
  const routes: Readonly<Record<RouteName, Call>> = {
    changes: changes(app),
    record: record(app),
    decision: decision(app),
    history: history(app),
    deliveries: deliveries(app),
    lookup: lookup(app),
    tokens: minting({ ...app, secret, publicUrl: PUBLIC_URL }),
    preferences: own,
    'save-preferences': own,
    signals: signals({ ...app, signalTopics: centre.settings.signal }),
    search: search({ ...app, index: app.searchIndex }),
    audits: audits(app),
    grants: staffGrants,
    'propose-grant': staffGrants,
    'approve-grant': staffGrants,
    'revoke-grant': staffGrants,
    recipients: told,
    proofs: proving,
    checkpoints: proving,
    checkpoint: proving,
    keys: proving,
    register: told,
    erase: asked,
    erasure: asked,
    'set-hold': asked,
    holds: asked,
    restrict: asked,
    rectify: asked,
    export: asked,
    health: health({ line }),
    openapi: openapi({ line }),
  };
  return {
    catalogue,
    store,
    clock,
    tokens,
    lines,
    mint: (claims, lifeSeconds) =>
      mintToken(SECRET, claims, { at: clock.now(), ...(lifeSeconds !== undefined && { lifeSeconds }) }),
    call: async (name, request) => {
      const response = await routes[name](eventOf(name, request), context);
      holdToSchema(name, response);
      return response;
    },
  };
}

function eventOf(name: string, request: Request): HttpEvent {
  const { subject, token, body, raw, base64, query, headers, path } = request;
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    routeKey: keyOf(name),
    rawPath: '/',
    rawQueryString: '',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(query && { queryStringParameters: query }),
    ...((path || subject !== undefined) && {
      pathParameters: { ...path, ...(subject !== undefined && { subject }) },
    }),
    ...(text !== undefined && { body: base64 ? Buffer.from(text, base64).toString('base64') : text }),
    isBase64Encoded: base64 !== undefined,
  };
}

/** What API Gateway calls the route: functions of several tell them apart by it. */
const keyOf = (name: string): string => {
  const route = described.find((one) => one.name === name);
  return route ? `${route.method} ${route.path}` : name;
};

function holdToSchema(name: string, { statusCode, headers, body }: HttpResponse): void {
  const answer = operations[name]?.answers.find(({ status }) => status === statusCode);
  const type = answer ? 'application/json' : 'application/problem+json';
  if (headers['content-type'] !== type) throw new Error(`${name} ${statusCode}: ${headers['content-type']}`);
  const parsed = JSON.parse(body);
  if (answer) answer.schema.parse(parsed);
  else if (ProblemAnswer.parse(parsed).status !== statusCode)
    throw new Error('the problem names another status');
}

/** Claims of a token that may do everything, speaking for some sources. */
export const access = (
  scope = 'preferences:write preferences:read audit:read',
  sources: readonly string[] = ['*'],
): OwnClaims => ({
  purpose: 'access',
  sub: 'staff',
  scope,
  sources: [...sources],
});

/** A change that grants the newsletter by e-mail, complete. */
export const aGrant = () => ({
  choices: [{ topic: 'acme/newsletter', channel: 'email', state: 'granted' }],
  evidence: {
    source: 'preference-center',
    actor: { kind: 'subject' },
    method: 'form',
    occurredAt: '2026-05-01T10:00:00Z',
    legalBasis: 'consent',
    notice: { id: 'marketing', version: '3', language: 'en' },
  },
});

export const aStop = (topic = 'acme/newsletter', channel = 'email') => ({
  choices: [{ topic, channel, state: 'withdrawn' }],
});
