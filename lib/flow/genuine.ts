import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import type { InboundNotice, Signature } from '../destinations/destination.ts';
import { provedBySns } from './genuine-sns.ts';
import { provedByToken } from './genuine-token.ts';
import type { Proving, Verdict } from './proving.ts';

type Kind<K extends Signature<unknown, unknown>['kind']> = Extract<Signature<unknown, unknown>, { kind: K }>;

/** Whether a notice is the vendor's own, and fresh where the vendor signs when it was sent. */
export const isGenuine = async (
  signature: Signature<unknown, unknown>,
  notice: InboundNotice,
  proving: Proving,
): Promise<boolean> => (await verdictOn(signature, notice, proving)).kind === 'genuine';

/** Never throws: whoever sends what cannot even be read has proved nothing. */
export async function verdictOn(
  signature: Signature<unknown, unknown>,
  notice: InboundNotice,
  proving: Proving,
): Promise<Verdict> {
  try {
    return await judge(signature, notice, proving);
  } catch {
    return { kind: 'refused' };
  }
}

async function judge(
  signature: Signature<unknown, unknown>,
  notice: InboundNotice,
  proving: Proving,
): Promise<Verdict> {
  switch (signature.kind) {
    case 'hmac':
      return verdict(
        isFresh(signature.timestamp, notice, proving.now) && hasHmac(signature, notice, proving),
      );
    case 'ecdsa':
      return verdict(
        isFresh(signature.timestamp, notice, proving.now) && hasEcdsa(signature, notice, proving),
      );
    case 'shared-secret':
      return verdict(isShared(signature, notice, proving));
    case 'jwt':
      return provedByToken(signature, notice, proving);
    default:
      return provedBySns(signature, notice, proving);
  }
}

const verdict = (genuine: boolean): Verdict => ({ kind: genuine ? 'genuine' : 'refused' });

type Timestamp = NonNullable<Kind<'hmac'>['timestamp']>;

const MS: Readonly<Record<Timestamp['unit'], (text: string) => number>> = {
  ms: Number,
  s: (text) => Number(text) * 1000,
  iso: Date.parse,
};

function isFresh(timestamp: Timestamp | undefined, notice: InboundNotice, now: number): boolean {
  if (!timestamp) return true;
  const { header, prefix, unit, tolerance } = timestamp;
  const given = prefix === undefined ? notice.headers[header] : partsOf(notice, header, prefix)[0];
  const sentAt = MS[unit](given?.trim() || 'never');
  return Number.isFinite(sentAt) && Math.abs(now - sentAt) <= tolerance * 1000;
}

/** Parts of a header that lists several, without their prefix. */
const partsOf = ({ headers }: InboundNotice, header: string, prefix: string): readonly string[] =>
  (headers[header] ?? '')
    .split(/[\s,]+/)
    .filter((part) => part !== '' && part.startsWith(prefix))
    .map((part) => part.slice(prefix.length));

/** Any signature in the header, by any of the keys in force. */
function hasHmac(signature: Kind<'hmac'>, notice: InboundNotice, { secret }: Proving): boolean {
  const { algorithm, header, encoding, prefix = '' } = signature;
  const given = partsOf(notice, header, prefix).map((part) => Buffer.from(part, encoding));
  const signed = signature.signed(notice);
  return inForce(signature.keys(secret)).some((key) => {
    const expected = createHmac(algorithm, key).update(signed).digest();
    return given.some((one) => isSame(one, expected));
  });
}

/** With an empty key anybody can sign. */
const inForce = (keys: readonly string[]): readonly string[] => keys.filter((key) => key !== '');

function hasEcdsa(signature: Kind<'ecdsa'>, notice: InboundNotice, { secret }: Proving): boolean {
  const given = Buffer.from(notice.headers[signature.header] ?? '', 'base64');
  const signed = Buffer.from(signature.signed(notice));
  return signature.keys(secret).some((text) => {
    const key = publicKey(text);
    return key !== undefined && verify('sha256', signed, key, given);
  });
}

/** A key that cannot be read proves nothing; those beside it still may. Of another kind it would check something else. */
function publicKey(text: string): KeyObject | undefined {
  try {
    const key = text.includes('-----')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}

function isShared(signature: Kind<'shared-secret'>, notice: InboundNotice, { secret }: Proving): boolean {
  const given = signature.given(notice);
  if (given === undefined) return false;
  return inForce(signature.keys(secret)).some((key) => isSame(digested(given), digested(key)));
}

/** Of one length whatever is compared, so that the length tells nothing. */
const digested = (text: string): Buffer => createHmac('sha256', 'length').update(text).digest();

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
