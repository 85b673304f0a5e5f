/** Terms of the W3C's Data Privacy Vocabulary 2.3 that consent records name: https://w3id.org/dpv (2026-11) */
const term = (name: string): string => `https://w3id.org/dpv#${name}`;

export const STATUS = {
  requested: term('ConsentRequested'),
  given: term('ConsentGiven'),
  renewed: term('RenewedConsentGiven'),
  refused: term('ConsentRefused'),
  withdrawn: term('ConsentWithdrawn'),
  /** By somebody else than the person. */
  revoked: term('ConsentRevoked'),
  expired: term('ConsentExpired'),
} as const;
export type Status = keyof typeof STATUS;

export const TYPE = { expressed: term('ExpressedConsent'), other: term('Consent') } as const;

/** IRIs of the legal bases that the vocabulary has; any other goes by Heed's own word. */
const BASES: Readonly<Record<string, string>> = {
  consent: term('Consent'),
  'legitimate-interest': term('LegitimateInterest'),
  contract: term('Contract'),
  'legal-obligation': term('LegalObligation'),
};

export const basisOf = (legalBasis: string): string => BASES[legalBasis] ?? legalBasis;
