import type { EventType } from '../lib/domain/event.ts';

/** One path of the HTTP API. `operation`: what its description calls it; left out, what the function is called. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly operation?: string;
}

/**
 * What starts a function. `route`: HTTP API; `pages`: for people, and no part of its description. `lane` and `dead-letters`
 * exist once per enabled destination, `poller` once per enabled destination that is asked for its unsubscribes.
 * `subscriber`: each event of a type on the bus.
 */
export type Trigger =
  | { readonly kind: 'route'; readonly routes: readonly Route[]; readonly pages?: true }
  | { readonly kind: 'stream' }
  | { readonly kind: 'stream-failures' }
  | { readonly kind: 'lane' }
  | { readonly kind: 'dead-letters' }
  | { readonly kind: 'poller' }
  | { readonly kind: 'schedule'; readonly minutes: number }
  | { readonly kind: 'subscriber'; readonly event: EventType }
  | { readonly kind: 'operator' };

/** What a function may touch; the stack turns each into the narrowest grant, the local engine into nothing. */
export type Need =
  | 'records:read'
  | 'records:write'
  | 'deliveries:read'
  | 'deliveries:write'
  | 'keys:read'
  | 'keys:write'
  | 'bus:publish'
  | 'lanes:send'
  | 'tokens:read'
  | 'mail:send'
  | 'destination-secrets:read';

export interface FunctionSpec {
  /** File in `functions/`, without its ending; also the construct id. */
  readonly name: string;
  readonly trigger: Trigger;
  readonly needs: readonly Need[];
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /** What breaks for people while it fails; the alarm's text. */
  readonly impact: string;
  /**
   * What it is given of what only the deployment knows: of the enabled lanes all that is data, and for `receivers` also the
   * code of those that send notices; the files that browsers load (`assets`), or only where pages find theirs
   * (`asset-names`). It exports `handlerWith`. The others export `handler`, or serve one lane.
   */
  readonly given?: 'lanes' | 'receivers' | 'assets' | 'asset-names';
  /** Part of `heed.config.ts` without which it is neither deployed nor started. */
  readonly requires?: 'confirmations';
}

/** A function that exists once for each enabled destination, whose lane it is given: it exports `handlerFor`. */
export const servesOneLane = ({ trigger }: FunctionSpec): boolean =>
  trigger.kind === 'lane' || trigger.kind === 'dead-letters' || trigger.kind === 'poller';

const read = (name: string, path: string, needs: readonly Need[], impact: string): FunctionSpec => ({
  name,
  trigger: { kind: 'route', routes: [{ method: 'GET', path }] },
  needs,
  memoryMiB: 512,
  timeoutSeconds: 10,
  impact,
});

const get = (path: string): Route => ({ method: 'GET', path });

/** A vendor posts its notices; before that, some look with `GET` whether the address is there. */
const noticeRoutes = (operation: string, rest = ''): readonly Route[] => {
  const path = `/v1/destinations/{destination}/notices${rest}`;
  return [
    { method: 'POST', path, operation },
    { method: 'GET', path, operation: `${operation}-probe` },
  ];
};

/** Every function there is: the stack (`cdk/`) and the local engine (`local/`) both derive from this list. */
export const functions: readonly FunctionSpec[] = [
  {
    name: 'changes',
    trigger: { kind: 'route', routes: [{ method: 'POST', path: '/v1/subjects/{subject}/changes' }] },
    needs: ['records:read', 'records:write', 'keys:read', 'keys:write', 'tokens:read', 'deliveries:read'],
    memoryMiB: 1024,
    timeoutSeconds: 15,
    impact: 'people cannot change what they may be told; their form shows an error',
  },
  read(
    'record',
    '/v1/subjects/{subject}',
    ['records:read', 'keys:read', 'tokens:read'],
    'nobody can see what a person chose',
  ),
  read(
    'decision',
    '/v1/subjects/{subject}/decision',
    ['records:read', 'tokens:read'],
    'systems that ask before sending must hold their messages',
  ),
  read(
    'history',
    '/v1/subjects/{subject}/history',
    ['records:read', 'keys:read', 'tokens:read'],
    'auditors cannot read history',
  ),
  {
    ...read(
      'deliveries',
      '/v1/subjects/{subject}/deliveries',
      ['records:read', 'deliveries:read', 'tokens:read'],
      'nobody can see which systems have a choice',
    ),
    given: 'lanes',
  },
  {
    name: 'lookup',
    trigger: { kind: 'route', routes: [{ method: 'POST', path: '/v1/identifiers/lookup' }] },
    needs: ['records:read', 'keys:read', 'keys:write', 'tokens:read'],
    memoryMiB: 512,
    timeoutSeconds: 10,
    impact: 'systems that know only an address cannot find the person',
  },
  {
    name: 'tokens',
    trigger: { kind: 'route', routes: [{ method: 'POST', path: '/v1/tokens' }] },
    needs: ['tokens:read'],
    memoryMiB: 1024,
    timeoutSeconds: 10,
    impact: 'systems cannot put unsubscribe links and links to preferences into their messages',
  },
  {
    name: 'notices',
    trigger: {
      kind: 'route',
      routes: [...noticeRoutes('notices'), ...noticeRoutes('secret-notices', '/{key}')],
    },
    needs: [
      'records:read',
      'records:write',
      'keys:read',
      'keys:write',
      'deliveries:read',
      'destination-secrets:read',
      'lanes:send',
    ],
    memoryMiB: 1024,
    timeoutSeconds: 29,
    impact: 'an unsubscribe made in a vendor is not heard, and the other systems go on sending',
    given: 'receivers',
  },
  {
    name: 'unsubscribe',
    trigger: {
      kind: 'route',
      pages: true,
      routes: [get('/u/{token}'), { method: 'POST', path: '/u/{token}' }],
    },
    needs: ['records:read', 'records:write', 'tokens:read'],
    memoryMiB: 1024,
    timeoutSeconds: 15,
    impact:
      'people cannot unsubscribe by the link in a message, and mail programs report its sender as broken',
    given: 'asset-names',
  },
  {
    name: 'confirm',
    trigger: {
      kind: 'route',
      pages: true,
      routes: [get('/c/{token}'), { method: 'POST', path: '/c/{token}' }],
    },
    needs: ['records:read', 'records:write', 'tokens:read'],
    memoryMiB: 1024,
    timeoutSeconds: 15,
    impact: 'people cannot confirm what they asked for, and do not get it',
    given: 'asset-names',
  },
  {
    ...read('assets', '/assets/{file}', [], 'people’s pages have no style and no script; they work without'),
    trigger: {
      kind: 'route',
      pages: true,
      routes: [
        get('/assets/{file}'),
        get('/heed-preferences.js'),
        get('/heed-preferences.d.ts'),
        get('/heed.js'),
        get('/heed.d.ts'),
      ],
    },
    given: 'assets',
  },
  {
    ...read(
      'notice-text',
      '/notices/{id}/{version}/{language}',
      [],
      'nobody can read what people were shown',
    ),
    trigger: { kind: 'route', pages: true, routes: [get('/notices/{id}/{version}/{language}')] },
    given: 'asset-names',
  },
  read('health', '/v1/health', [], 'the health check is down'),
  read('openapi', '/v1/openapi.json', [], 'the description of the API cannot be read'),
  {
    name: 'publish',
    trigger: { kind: 'stream' },
    needs: ['bus:publish', 'deliveries:write'],
    memoryMiB: 512,
    timeoutSeconds: 30,
    impact: 'changes are stored but no system hears of them',
  },
  {
    name: 'republish',
    trigger: { kind: 'stream-failures' },
    needs: ['records:read', 'bus:publish', 'deliveries:read', 'deliveries:write'],
    memoryMiB: 512,
    timeoutSeconds: 60,
    impact: 'a change that could not be published is not published again',
  },
  {
    name: 'deliver',
    trigger: { kind: 'lane' },
    needs: [
      'records:read',
      'deliveries:read',
      'deliveries:write',
      'keys:read',
      'destination-secrets:read',
      'lanes:send',
      'bus:publish',
    ],
    memoryMiB: 512,
    timeoutSeconds: 60,
    impact: 'this system goes on acting on old permissions',
  },
  {
    name: 'dead-letters',
    trigger: { kind: 'dead-letters' },
    needs: ['deliveries:read', 'deliveries:write', 'records:read'],
    memoryMiB: 256,
    timeoutSeconds: 60,
    impact: 'deliveries that could not be read are not accounted for',
  },
  {
    name: 'poll',
    trigger: { kind: 'poller' },
    needs: [
      'records:read',
      'records:write',
      'keys:read',
      'keys:write',
      'deliveries:read',
      'deliveries:write',
      'destination-secrets:read',
      'lanes:send',
    ],
    memoryMiB: 512,
    timeoutSeconds: 300,
    impact: 'an unsubscribe made in this system is not heard, and the other systems go on sending',
  },
  {
    name: 'confirmations',
    trigger: { kind: 'subscriber', event: 'preferences.confirmation-requested.v1' },
    needs: ['records:read', 'keys:read', 'tokens:read', 'deliveries:read', 'deliveries:write', 'mail:send'],
    memoryMiB: 512,
    timeoutSeconds: 30,
    impact: 'people who asked for something get no message to confirm it with, and so do not get it',
    requires: 'confirmations',
  },
  {
    name: 'reconcile',
    trigger: { kind: 'schedule', minutes: 5 },
    needs: [
      'records:read',
      'records:write',
      'deliveries:read',
      'deliveries:write',
      'bus:publish',
      'lanes:send',
      'destination-secrets:read',
    ],
    memoryMiB: 1024,
    timeoutSeconds: 840,
    impact: 'a lost message stays lost, and grants that ran out are not withdrawn',
    given: 'lanes',
  },
  {
    name: 'replay',
    trigger: { kind: 'operator' },
    needs: ['deliveries:read', 'deliveries:write', 'records:read', 'lanes:send'],
    memoryMiB: 512,
    timeoutSeconds: 840,
    impact: 'failed and held deliveries cannot be sent again',
    given: 'lanes',
  },
];

/** The functions of a configuration: what it does not ask for is left out. */
export const functionsFor = (config: { readonly confirmations?: unknown }): readonly FunctionSpec[] =>
  functions.filter(({ requires }) => requires === undefined || config[requires] !== undefined);

/** Every route of the API, by the name its description has. */
export const routes = functions.flatMap(({ name, trigger }) =>
  trigger.kind === 'route' && !trigger.pages
    ? trigger.routes.map(({ method, path, operation = name }) => ({ name: operation, method, path }))
    : [],
);
