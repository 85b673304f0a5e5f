import { createHash, timingSafeEqual, verify } from 'node:crypto';
import * as z from 'zod';
import type { InboundNotice, Signature } from '../destinations/destination.ts';
import type { Proving, Verdict } from './proving.ts';

type JwtSignature = Extract<Signature<unknown, unknown>, { readonly kind: 'jwt' }>;

const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** How far another clock may be ahead, ms, where a token names a moment from or until which it holds. */
const SKEW = 60_000;

/** Only what is understood: an algorithm of public keys, and no extension that changes what the token means. */
const Header = z.object({
  alg: z.literal('RS256'),
  kid: z.string().optional(),
  crit: z.undefined().optional(),
});

const Claims = z.looseObject({
  iat: z.number().optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
});
type Claims = z.output<typeof Claims>;

/** Proves a notice by a JWT of the vendor's, which stands beside the body or is the body. */
export async function provedByToken(
  signature: JwtSignature,
  notice: InboundNotice,
  proving: Proving,
): Promise<Verdict> {
  const { settings, secret, published, now } = proving;
  const [, head = '', payload = '', signed = ''] = COMPACT.exec(signature.token(notice)?.trim() ?? '') ?? [];
  const header = Header.safeParse(jsonOf(head)).data;
  const claims = Claims.safeParse(jsonOf(payload)).data;
  if (!header || !claims) return { kind: 'refused' };
  const vouches =
    isTimely(claims, signature.tolerance, now) &&
    hasClaims(claims, signature.claims(settings, secret)) &&
    coversBody(signature, claims, notice.body);
  if (!vouches) return { kind: 'refused' };
  const keys = await published?.keys(signature.keysUrl(settings), header.kid);
  if (!keys) return { kind: 'undecided' };
  const text = Buffer.from(`${head}.${payload}`);
  const bytes = Buffer.from(signed, 'base64url');
  return keys.some((key) => verify('sha256', text, key, bytes))
    ? { kind: 'genuine', claims }
    : { kind: 'refused' };
}

/** A part of a token; undefined where it is no JSON, so that no schema fits it. */
function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Neither old nor of the future: by when it was made, else by when it ends. One without either could be kept for ever. */
function isTimely({ iat, exp, nbf }: Claims, tolerance: number, now: number): boolean {
  const moment = iat ?? exp;
  if (moment === undefined || Math.abs(now - moment * 1000) > tolerance * 1000) return false;
  return (exp === undefined || now <= exp * 1000 + SKEW) && (nbf === undefined || now >= nbf * 1000 - SKEW);
}

/** A claim may list several values, as `aud` does. */
const hasClaims = (claims: Claims, wanted: Readonly<Record<string, string>>): boolean =>
  Object.entries(wanted).every(
    ([name, value]) =>
      value !== '' && [Object.hasOwn(claims, name) ? claims[name] : []].flat().includes(value),
  );

function coversBody({ digest }: JwtSignature, claims: Claims, body: string): boolean {
  if (!digest) return true;
  const given = claims[digest.claim];
  if (typeof given !== 'string') return false;
  const [there, own] = [Buffer.from(given, digest.encoding), createHash('sha256').update(body).digest()];
  return there.length === own.length && timingSafeEqual(there, own);
}
