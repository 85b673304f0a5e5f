import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Change } from './vocabulary.ts';

/** RFC 8785 canonical JSON: the bytes that digests are taken over. Undefined members are left out. */
export function canonical(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON values have a canonical form');
  return text;
}

/** SHA-256 of a text's UTF-8 bytes, lower-case hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The same of bytes. */
export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** 128 bits of SHA-256, base64url (22 characters): names a change inside its own record, no more. */
export const shortDigest = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

/** The same change has the same id wherever and whenever it arrives; the order of its parts and its ciphertexts do not count. */
export function changeId(change: Change): string {
  const { personal: _, ...evidence } = change.evidence;
  const identifiers = inOrder(change.identifiers.map(({ kind, hash }) => ({ kind, hash })));
  const choices = inOrder(change.choices);
  const preferences = inOrder(change.preferences);
  const restricted = change.restricted === undefined ? {} : { restricted: change.restricted };
  return shortDigest(canonical({ choices, preferences, identifiers, evidence, ...restricted }));
}

/** Parts by their canonical text, whatever order they were given in. */
const inOrder = (parts: readonly object[]): readonly string[] => parts.map(canonical).sort();
