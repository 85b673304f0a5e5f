/** Ports that only auditing needs, apart from `ports.ts`: what is proved, what is archived, who has looked at what. */

/** A public key on P-256, as RFC 7517 writes it; `kid` is its RFC 7638 thumbprint. */
export interface PublicKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

/** Signs what has to be provable later: a key that never leaves KMS on AWS, a file of this machine locally. */
export interface Signer {
  /** A compact JWS (RFC 7515, ES256) whose payload is exactly the UTF-8 bytes of `payload`; `typ` says what is signed. */
  readonly sign: (payload: string, typ: SignedType) => Promise<string>;
  /** Every public key that has signed, the one that signs now first. */
  readonly keys: () => Promise<readonly PublicKey[]>;
}

export type SignedType = 'heed-checkpoint' | 'heed-manifest' | 'heed-certificate';

/** Files that are written once: S3 with Object Lock in compliance mode, a folder locally. No personal data goes in here. */
export interface Archive {
  /** False: a file of that name is there already, and stays. */
  readonly put: (name: string, bytes: Uint8Array) => Promise<boolean>;
  readonly get: (name: string) => Promise<Uint8Array | undefined>;
}

/** Who looks: the client of a token, the member of staff it acts for, and the grant that let them in, if one had to. */
export interface Auditor {
  readonly client: string;
  /** Whose token named the person, where it was not Heed's own: two issuers may call different people the same. */
  readonly issuer?: string;
  readonly person?: string;
  readonly grant?: string;
}

/** One read by staff. */
export interface Audit {
  readonly id: string;
  readonly at: string;
  readonly who: Auditor;
  /** Name of the operation in the API's description. */
  readonly operation: string;
  readonly subject?: string;
  /** What was asked, by name; an identifier only as its keyed hash. */
  readonly query: Readonly<Record<string, string>>;
  /** How many rows (versions, deliveries, people …) the answer held. */
  readonly rows: number;
  readonly status: number;
}

/** Which reads are asked for: all, those about a subject, those by a person (else client), or both. */
export interface AuditsAsked {
  readonly subject?: string;
  readonly person?: string;
  /** `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export interface AuditPage {
  readonly audits: readonly Audit[];
  /** Where the next page starts; missing on the last one. */
  readonly next?: string;
}

export interface AuditLog {
  /** Rejects where it could not be written: then nothing may be shown. */
  readonly write: (audit: Audit) => Promise<void>;
  /** Newest first, strongly consistent. */
  readonly list: (asked: AuditsAsked) => Promise<AuditPage>;
}

/** Leave to audit for a while, proposed by one person and approved by another. */
export interface AuditGrant {
  readonly id: string;
  /** Whose: issuer and `sub` of their tokens (`lib/http/person.ts`). */
  readonly person: string;
  /** A code: it outlives an erasure. */
  readonly purpose: string;
  /** Where it is for one subject alone. */
  readonly subject?: string;
  readonly from: string;
  readonly until: string;
}

export interface AuditGrants {
  /** Grants of a person that are approved, not revoked, and stand at that moment (ms). */
  readonly standing: (person: string, at: number) => Promise<readonly AuditGrant[]>;
}
