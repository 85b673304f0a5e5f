import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import { errors, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';

/** What the deployment's token secret holds. `previous` seeds still verify and no longer sign. */
export const TokenSecret = z.object({
  seed: z.string().min(32, 'a seed has at least 32 characters'),
  previous: z.array(z.string().min(32)).default([]),
});
export type TokenSecret = z.output<typeof TokenSecret>;

/** `iss` of every token Heed signs itself. */
export const OWN_ISSUER = 'heed';

const Claims = z.discriminatedUnion('purpose', [
  z.object({ purpose: z.literal('preferences'), sub: z.string() }),
  z.object({ purpose: z.literal('unsubscribe'), sub: z.string(), topic: z.string(), channel: z.string() }),
  z.object({
    purpose: z.literal('confirm'),
    sub: z.string(),
    topic: z.string(),
    channel: z.string(),
    /** Id of the change that asked. */
    request: z.string(),
    /** Start of the keyed hash of the address the message went to. */
    to: z.string().exactOptional(),
  }),
  z.object({
    purpose: z.literal('access'),
    sub: z.string(),
    scope: z.string(),
    sources: z.array(z.string()),
    /** The member of staff it stands for. */
    person: z.string().exactOptional(),
  }),
]);

/**
 * What one of Heed's own tokens says. `access` speaks like an issuer's token; it serves the local engine and acceptance
 * tests, and is taken everywhere, since whoever holds the seed can sign any token anyway.
 */
export type OwnClaims = z.infer<typeof Claims>;

const DAY_SECONDS = 24 * 3600;

/**
 * Unsubscribe links must work for 60 days at least (CASL, section 11). These do for 400: they can stop one list and nothing
 * else, and people keep their mail. A confirmation ends with its request, which is checked as well.
 */
const LIFE_SECONDS: Readonly<Record<OwnClaims['purpose'], number>> = {
  unsubscribe: 400 * DAY_SECONDS,
  preferences: 90 * DAY_SECONDS,
  confirm: 366 * DAY_SECONDS,
  access: 90 * DAY_SECONDS,
};

/** How long a token of a purpose works where nothing else is said, s. */
export const lifeOf = (purpose: OwnClaims['purpose']): number => LIFE_SECONDS[purpose];

interface SigningKey {
  readonly kid: string;
  readonly secret: KeyObject;
  readonly open: KeyObject;
}

/** PKCS #8 (RFC 8410) of an Ed25519 key, up to its 32 bytes. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

function keyOf(seed: string): SigningKey {
  const bytes = hkdfSync('sha256', seed, 'heed', 'tokens', 32);
  const key = Buffer.concat([PKCS8_ED25519, Buffer.from(bytes)]);
  const secret = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const open = createPublicKey(secret);
  const digest = createHash('sha256')
    .update(open.export({ format: 'der', type: 'spki' }))
    .digest();
  return { kid: digest.subarray(0, 12).toString('base64url'), secret, open };
}

/** The keys of a secret, by `kid`, the one that signs first. */
export const keyring = ({ seed, previous }: TokenSecret): ReadonlyMap<string, SigningKey> =>
  new Map([seed, ...previous].map(keyOf).map((key) => [key.kid, key]));

/** Signs a token as of `at` (ms). */
export async function mintToken(
  secret: TokenSecret,
  claims: OwnClaims,
  { at, lifeSeconds = lifeOf(claims.purpose) }: { readonly at: number; readonly lifeSeconds?: number },
): Promise<string> {
  const { kid, secret: key } = keyOf(secret.seed);
  const now = Math.floor(at / 1000);
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
    .setIssuer(OWN_ISSUER)
    .setIssuedAt(now)
    .setExpirationTime(now + lifeSeconds)
    .sign(key);
}

/** Checks a token of Heed's own. Throws as jose does; undefined where the claims are of no known purpose. */
export async function verifyOwn(
  token: string,
  find: (kid: string) => Promise<SigningKey | undefined>,
  at: number,
): Promise<{ readonly claims: OwnClaims; readonly expires: number } | undefined> {
  const getKey: JWTVerifyGetKey = async ({ kid = '' }) => {
    const key = await find(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key.open;
  };
  const { payload } = await jwtVerify(token, getKey, {
    algorithms: ['EdDSA'],
    issuer: OWN_ISSUER,
    requiredClaims: ['exp', 'iat', 'sub'],
    currentDate: new Date(at),
    clockTolerance: 30,
  });
  const claims = Claims.safeParse(payload);
  return claims.success ? { claims: claims.data, expires: (payload.exp ?? 0) * 1000 } : undefined;
}
