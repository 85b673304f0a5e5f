import { CatalogueAnswer } from './audit-schemas.ts';
import type { Operation } from './operations.ts';

/** The operations of auditors, by their names in the registry of functions. */
export const auditOperations: Readonly<Record<string, Operation>> = {
  catalogue: {
    title: 'What may be asked for',
    text: 'Topics, channels, sources, destinations and notices of this deployment, with their titles in English.',
    scope: 'audit:read',
    answers: [{ status: 200, title: 'The catalogue', schema: CatalogueAnswer }],
    problems: ['invalid-query'],
  },
};
