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
    ...read(
      'search',
      '/v1/search',
      ['audit:read', 'audit:write', 'records:read', 'deliveries:read', 'tokens:read'],
      'auditors cannot search across people',
    ),
    memoryMiB: 1024,
    timeoutSeconds: 29,
    given: 'lanes',
  },
  {
    name: 'index',
    trigger: { kind: 'schedule', minutes: 1, locallySeconds: 5 },
    needs: ['audit:read', 'audit:write', 'records:read'],
    memoryMiB: 1024,
    timeoutSeconds: 120,
    impact: 'auditors do not find what was recorded since',
  },
  read(
    'audits',
    '/v1/audits',
    ['audit:read', 'audit:write', 'tokens:read'],
    'nobody can see who has looked at what',
  ),
  {
    name: 'checkpoint',
    trigger: { kind: 'schedule', minutes: 5, locallySeconds: 10 },
    needs: [
      'records:read',
      'audit:read',
      'audit:write',
      'archive:read',
      'archive:write',
      'sign',
      'bus:publish',
    ],
    memoryMiB: 1024,
    timeoutSeconds: 840,
    impact: 'what was recorded since cannot be proved',
  },
  {
    name: 'proofs',
    trigger: {
      kind: 'route',
      routes: [
        { ...get('/v1/subjects/{subject}/proofs'), operation: 'proofs' },
        { ...get('/v1/checkpoints'), operation: 'checkpoints' },
        { ...get('/v1/checkpoints/{number}'), operation: 'checkpoint' },
        { ...get('/v1/keys'), operation: 'keys' },
      ],
    },
    needs: ['records:read', 'audit:read', 'audit:write', 'archive:read', 'signing-key:read', 'tokens:read'],
    memoryMiB: 1024,
    timeoutSeconds: 29,
    impact: 'nobody can check the record without believing it',
  },
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
