import { createHash, createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { PublicKey, Signer } from '../audit-ports.ts';
import { lowered, publicKeyOf, signingInput } from '../domain/jws.ts';

export interface SigningKeys {
  /** The key of KMS that signs now: ECC_NIST_P256, SIGN_VERIFY. */
  readonly keyId: string;
  /** Public keys that signed before it. KMS need not have them any more. */
  readonly earlier: readonly PublicKey[];
}

/** Signs with a key that never leaves KMS. The client is made when it is first needed. */
export function kmsSigner(client: () => KMSClient, { keyId, earlier }: SigningKeys): Signer {
  let known: Promise<PublicKey> | undefined;
  const current = (): Promise<PublicKey> => {
    known ??= publicKeyIn(client(), keyId).catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    sign: async (payload, typ) => {
      const { kid } = await current();
      const input = signingInput(payload, { kid, typ });
      return `${input}.${(await signed(client(), keyId, input)).toString('base64url')}`;
    },
    keys: async () => {
      const now = await current();
      return [now, ...earlier.filter(({ kid }) => kid !== now.kid)];
    },
  };
}

async function signed(client: KMSClient, keyId: string, input: string): Promise<Buffer> {
  const { Signature } = await client.send(
    new SignCommand({
      KeyId: keyId,
      Message: createHash('sha256').update(input).digest(),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
  );
  if (!Signature) throw new Error('KMS signed nothing');
  return lowered(rawOf(Signature));
}

async function publicKeyIn(client: KMSClient, keyId: string): Promise<PublicKey> {
  const { PublicKey: der } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (!der) throw new Error('KMS has no public key');
  const { x, y, crv } = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }).export({
    format: 'jwk',
  });
  if (x === undefined || y === undefined || crv !== 'P-256')
    throw new Error('the signing key is not on P-256');
  return publicKeyOf({ x, y });
}

const SIDE = 32;

/**
 * The two numbers of an ECDSA signature, 32 bytes each, as JWS wants them; KMS answers them as DER, where a number loses its
 * leading zeros and gains one that says it is positive.
 */
export function rawOf(der: Uint8Array): Buffer {
  const bytes = Buffer.from(der);
  const first = integerAt(bytes, 2);
  const second = integerAt(bytes, first.end);
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2 || second.end !== bytes.length)
    throw new TypeError('not an ECDSA signature in DER');
  return Buffer.concat([first, second].map(({ value }) => sideOf(value)));
}

function integerAt(bytes: Buffer, at: number) {
  const length = bytes[at + 1] ?? 0;
  const end = at + 2 + length;
  if (bytes[at] !== 0x02 || length === 0) throw new TypeError('not an ECDSA signature in DER');
  return { value: bytes.subarray(at + 2, end), end };
}

function sideOf(value: Buffer): Buffer {
  const digits = value.subarray(Math.max(0, value.length - SIDE));
  if (value.subarray(0, -SIDE).some((byte) => byte !== 0)) throw new TypeError('a number beyond P-256');
  return Buffer.concat([Buffer.alloc(SIDE - digits.length), digits]);
}
