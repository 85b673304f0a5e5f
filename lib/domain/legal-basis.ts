/** On what ground somebody may be contacted. */
export const LEGAL_BASES = [
  'consent',
  'soft-opt-in',
  'legitimate-interest',
  'contract',
  'legal-obligation',
] as const;
