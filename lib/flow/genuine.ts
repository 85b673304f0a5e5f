import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import type { InboundNotice, Signature } from '../destinations/destination.ts';

type Kind<K extends Signature<unknown, unknown>['kind']> = Extract<Signature<unknown, unknown>, { kind: K }>;

export interface Proving {
  readonly settings: unknown;
  readonly secret: unknown;
  /** ms */
  readonly now: number;
}

/** Whether a notice is the vendor's own, and fresh where the vendor signs when it was sent. */
export async function isGenuine(
  signature: Signature<unknown, unknown>,
  notice: InboundNotice,
  proving: Proving,
): Promise<boolean> {
  switch (signature.kind) {
    case 'hmac':
      return isFresh(signature.timestamp, notice, proving.now) && hasHmac(signature, notice, proving);
    case 'ecdsa':
      return isFresh(signature.timestamp, notice, proving.now) && hasEcdsa(signature, notice, proving);
    case 'shared-secret':
      return isShared(signature, notice, proving);
    default:
      return false;
  }
}

type Timestamp = NonNullable<Kind<'hmac'>['timestamp']>;

const MS: Readonly<Record<Timestamp['unit'], (text: string) => number>> = {
  ms: Number,
  s: (text) => Number(text) * 1000,
  iso: Date.parse,
};

function isFresh(timestamp: Timestamp | undefined, { headers }: InboundNotice, now: number): boolean {
  if (!timestamp) return true;
  const sentAt = MS[timestamp.unit](headers[timestamp.header] ?? 'never');
  return Number.isFinite(sentAt) && Math.abs(now - sentAt) <= timestamp.tolerance * 1000;
}

/** Any signature in the header, by any of the keys in force. */
function hasHmac(signature: Kind<'hmac'>, notice: InboundNotice, { secret }: Proving): boolean {
  const { algorithm, header, encoding, prefix = '' } = signature;
  const given = (notice.headers[header] ?? '')
    .split(/[\s,]+/)
    .filter((part) => part !== '' && part.startsWith(prefix))
    .map((part) => Buffer.from(part.slice(prefix.length), encoding));
  const signed = signature.signed(notice);
  return signature.keys(secret).some((key) => {
    const expected = createHmac(algorithm, key).update(signed).digest();
    return given.some((one) => isSame(one, expected));
  });
}

function hasEcdsa(signature: Kind<'ecdsa'>, notice: InboundNotice, { secret }: Proving): boolean {
  const given = Buffer.from(notice.headers[signature.header] ?? '', 'base64');
  const signed = Buffer.from(signature.signed(notice));
  return signature.keys(secret).some((key) => verify('sha256', signed, publicKey(key), given));
}

const publicKey = (text: string): KeyObject =>
  text.includes('-----')
    ? createPublicKey(text)
    : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });

function isShared(signature: Kind<'shared-secret'>, notice: InboundNotice, { secret }: Proving): boolean {
  const given = signature.given(notice);
  if (given === undefined) return false;
  return signature.keys(secret).some((key) => isSame(digested(given), digested(key)));
}

/** Of one length whatever is compared, so that the length tells nothing. */
const digested = (text: string): Buffer => createHmac('sha256', 'length').update(text).digest();

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
