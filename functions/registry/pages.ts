import { type FunctionSpec, get, type Need, post, read } from './spec.ts';

/** To store what a person chooses and to know her by her link. Choices are not sealed, and no identifier changes here. */
const CHOOSES: readonly Need[] = ['records:read', 'records:write', 'tokens:read'];

/** The same, and to show her own addresses, masked. */
const SHOWS: readonly Need[] = [...CHOOSES, 'keys:read'];

/** What people and their browsers call. */
export const pages: readonly FunctionSpec[] = [
  {
    name: 'page',
    trigger: { kind: 'route', pages: true, routes: [get('/p/{token}'), post('/p/{token}')] },
    needs: SHOWS,
    memoryMiB: 1024,
    timeoutSeconds: 15,
    impact: 'people cannot see or change what they may be told',
    given: 'asset-names',
    requires: 'preferenceCentre',
  },
  {
    name: 'page-history',
    trigger: {
      kind: 'route',
      pages: true,
      routes: [get('/p/{token}/history'), get('/p/{token}/history.json'), get('/p/{token}/history.html')],
    },
    needs: ['records:read', 'keys:read', 'tokens:read'],
    memoryMiB: 1024,
    timeoutSeconds: 29,
    impact: 'people cannot read or download their own history',
    given: 'asset-names',
    requires: 'preferenceCentre',
  },
  {
    name: 'preferences',
    trigger: {
      kind: 'route',
      routes: [get('/v1/preferences'), { ...post('/v1/preferences'), operation: 'save-preferences' }],
    },
    needs: SHOWS,
    memoryMiB: 1024,
    timeoutSeconds: 15,
    impact: 'people’s pages and embedded components cannot save a tap, and embedded ones show nothing',
    requires: 'preferenceCentre',
  },
  {
    name: 'signals',
    trigger: { kind: 'route', routes: [post('/v1/subjects/{subject}/signals')] },
    needs: [...CHOOSES, 'audit:note'],
    memoryMiB: 512,
    timeoutSeconds: 15,
    impact: 'opt-out signals that sites pass on are not honoured',
  },
  {
    name: 'unsubscribe',
    trigger: {
      kind: 'route',
      pages: true,
      routes: [get('/u/{token}'), post('/u/{token}')],
    },
    needs: CHOOSES,
    memoryMiB: 1024,
    timeoutSeconds: 15,
    impact:
      'people cannot unsubscribe by the link in a message, and mail programs report its sender as broken',
    given: 'asset-names',
    requires: 'preferenceCentre',
  },
  {
    name: 'confirm',
    trigger: {
      kind: 'route',
      pages: true,
      routes: [get('/c/{token}'), post('/c/{token}')],
    },
    needs: CHOOSES,
    memoryMiB: 1024,
    timeoutSeconds: 15,
    impact: 'people cannot confirm what they asked for, and do not get it',
    given: 'asset-names',
    requires: 'preferenceCentre',
  },
  {
    ...read(
      'gpc',
      '/.well-known/gpc.json',
      [],
      'browsers are not told that their opt-out signal is honoured',
    ),
    trigger: { kind: 'route', pages: true, routes: [get('/.well-known/gpc.json')] },
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
];
