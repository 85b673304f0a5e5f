import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import * as z from 'zod';
import type { Signer } from '../lib/audit-ports.ts';
import { lowered, publicKeyOf, signingInput } from '../lib/domain/jws.ts';

const Coordinate = z.string().length(43);
const Point = z.object({ x: Coordinate, y: Coordinate });

/** A key of this machine that signs checkpoints and certificates: what KMS has on AWS; and the public ones before it. */
export const SigningSecret = z.object({
  key: z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), ...Point.shape, d: Coordinate }),
  previous: z.array(Point).default([]),
});
export type SigningSecret = z.output<typeof SigningSecret>;

export function newSigningSecret(): SigningSecret {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return SigningSecret.parse({ key: privateKey.export({ format: 'jwk' }) });
}

/** Stands in for KMS. */
export function localSigner({ key, previous }: SigningSecret): Signer {
  const secret = createPrivateKey({ key: { ...key }, format: 'jwk' });
  const keys = [key, ...previous].map(publicKeyOf);
  return {
    sign: async (payload, typ) => {
      const input = signingInput(payload, { kid: publicKeyOf(key).kid, typ });
      const signature = sign('sha256', Buffer.from(input), { key: secret, dsaEncoding: 'ieee-p1363' });
      return `${input}.${lowered(signature).toString('base64url')}`;
    },
    keys: async () => keys,
  };
}
