import { canonical, shortDigest } from './digest.ts';

/** How many changes back a repeated key is recognised. */
export const REMEMBERED = 64;

/** A request's key and body, as digests: neither the key nor the body can be read back. */
export interface Attempt {
  readonly key: string;
  readonly body: string;
  /** It holds choices alone, which the record shows anyway: who guesses it learns nothing. */
  readonly plain?: boolean;
  /** The body as it was remembered before its digest had a key. */
  readonly bare?: string;
}

export const attemptOf = (client: string, idempotencyKey: string, body: object): Attempt => ({
  key: shortDigest(canonical([client, idempotencyKey])),
  body: shortDigest(canonical(body)),
  plain: Object.keys(body).every((name) => name === 'choices'),
});

export type Recalled = { readonly version: number } | 'other-body' | undefined;

/** The version an earlier request with this key made; `other-body` if that request said something else. */
export function recall(remembered: readonly string[], attempt: Attempt): Recalled {
  const line = remembered.find((entry) => entry.startsWith(`${attempt.key}.`));
  if (line === undefined) return undefined;
  const [, body, version] = line.split('.');
  return body === attempt.body || body === attempt.bare ? { version: Number(version) } : 'other-body';
}

export const remember = (
  remembered: readonly string[],
  attempt: Attempt,
  version: number,
): readonly string[] => [...remembered, `${attempt.key}.${attempt.body}.${version}`].slice(-REMEMBERED);
