import { type FunctionSpec, get, post, read } from './spec.ts';

/** What auditors call, and what keeps the record provable: on AWS a stack of its own inside the stack. */
export const auditing: readonly FunctionSpec[] = [
  {
    ...read('audit', '/audit', [], 'auditors have no console; the API answers them all the same'),
    trigger: { kind: 'route', pages: true, routes: [get('/audit')] },
    given: 'console-names',
  },
  read(
    'catalogue',
    '/v1/catalogue',
    ['tokens:read', 'audit:read', 'audit:write'],
    'the auditors’ console offers no lists to choose from; it works without',
  ),
  {
    name: 'grants',
    trigger: {
      kind: 'route',
      routes: [
        { ...get('/v1/grants'), operation: 'grants' },
        { ...post('/v1/grants'), operation: 'propose-grant' },
        { ...post('/v1/grants/{grant}/approval'), operation: 'approve-grant' },
        { ...post('/v1/grants/{grant}/revocation'), operation: 'revoke-grant' },
      ],
    },
    needs: ['audit:read', 'audit:write', 'tokens:read'],
    memoryMiB: 512,
    timeoutSeconds: 10,
    impact: 'nobody can be let in to audit for a while, and nobody who was let in can be shut out',
  },
];
