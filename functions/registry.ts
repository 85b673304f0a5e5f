import { auditing } from './registry/auditing.ts';
import { pages } from './registry/pages.ts';
import { type FunctionSpec, type Need, type Part, type Route, read } from './registry/spec.ts';

export type { FunctionSpec, Need, Route, Trigger } from './registry/spec.ts';

/** A function that exists once for each enabled destination, whose lane it is given: it exports `handlerFor`. */
export const servesOneLane = ({ trigger }: FunctionSpec): boolean =>
  trigger.kind === 'lane' || trigger.kind === 'dead-letters' || trigger.kind === 'poller';

/** A function that answers people in their browsers, and is no part of the API's description. */
export const servesPages = ({ trigger }: FunctionSpec): boolean =>
  trigger.kind === 'route' && trigger.pages === true;

/** A function of the auditors' part. */
export const servesAuditors = (spec: FunctionSpec): boolean => auditing.includes(spec);

/** A vendor posts its notices; before that, some look with `GET` whether the address is there. */
const noticeRoutes = (operation: string, rest = ''): readonly Route[] => {
  const path = `/v1/destinations/{destination}/notices${rest}`;
  return [
    { method: 'POST', path, operation },
    { method: 'GET', path, operation: `${operation}-probe` },
  ];
};

/** Whoever audits by it is put on record, and may do so by an audit grant. */
const noting: readonly Need[] = ['audit:read', 'audit:note'];

/** Every function there is: the stack (`cdk/`) and the local engine (`local/`) both derive from this list. */
export const functions: readonly FunctionSpec[] = [
  {
    name: 'changes',
    trigger: { kind: 'route', routes: [{ method: 'POST', path: '/v1/subjects/{subject}/changes' }] },
    needs: [
      ...(['records:read', 'records:write', 'keys:read', 'keys:write', 'tokens:read'] as const),
      ...(['deliveries:read', 'audit:note'] as const),
    ],
    memoryMiB: 1024,
    timeoutSeconds: 15,
    impact: 'people cannot change what they may be told; their form shows an error',
  },
  read(
    'record',
    '/v1/subjects/{subject}',
    ['records:read', 'keys:read', 'tokens:read', ...noting],
    'nobody can see what a person chose',
  ),
  read(
    'decision',
    '/v1/subjects/{subject}/decision',
    ['records:read', 'tokens:read', ...noting],
    'systems that ask before sending must hold their messages',
  ),
  read(
    'history',
    '/v1/subjects/{subject}/history',
    ['records:read', 'keys:read', 'tokens:read', ...noting],
    'auditors cannot read history',
  ),
  {
    ...read(
      'deliveries',
      '/v1/subjects/{subject}/deliveries',
      ['records:read', 'deliveries:read', 'tokens:read', ...noting],
      'nobody can see which systems have a choice',
    ),
    given: 'lanes',
  },
  {
    name: 'lookup',
    trigger: { kind: 'route', routes: [{ method: 'POST', path: '/v1/identifiers/lookup' }] },
    needs: ['records:read', 'keys:read', 'keys:write', 'tokens:read', ...noting],
    memoryMiB: 512,
    timeoutSeconds: 10,
    impact: 'systems that know only an address cannot find the person',
  },
  {
    name: 'tokens',
    trigger: { kind: 'route', routes: [{ method: 'POST', path: '/v1/tokens' }] },
    needs: ['tokens:read', 'audit:note'],
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
    name: 'keywords',
    trigger: { kind: 'route', routes: [{ method: 'POST', path: '/v1/keywords' }] },
    needs: [
      'records:read',
      'records:write',
      'keys:read',
      'keys:write',
      'deliveries:read',
      'tokens:read',
      'audit:note',
      'keyword-secret:read',
    ],
    memoryMiB: 1024,
    /** Twilio waits for fifteen. */
    timeoutSeconds: 15,
    impact: 'a STOP by text message is not heard, and people go on getting texts',
  },
  read('health', '/v1/health', [], 'the health check is down'),
  read('openapi', '/v1/openapi.json', [], 'the description of the API cannot be read'),
  ...pages,
  ...auditing,
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
export const functionsFor = (config: { readonly [part in Part]?: unknown }): readonly FunctionSpec[] =>
  functions.filter(({ requires }) => requires === undefined || config[requires] !== undefined);

/** Every route of the API, by the name its description has. */
export const routes = functions.flatMap(({ name, trigger }) =>
  trigger.kind === 'route' && !trigger.pages
    ? trigger.routes.map(({ method, path, operation = name }) => ({ name: operation, method, path }))
    : [],
);
