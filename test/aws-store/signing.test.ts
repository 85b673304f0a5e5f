import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Signer } from '../../lib/audit-ports.ts';
import { kmsClient } from '../../lib/aws/kms.ts';
import { kmsSigner, rawOf } from '../../lib/aws/signing.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { lowered, openJws, publicKeyOf, signingInput } from '../../lib/domain/jws.ts';
import { loopback } from '../../local/loopback.ts';
import { localSigner, newSigningSecret } from '../../local/signing.ts';
import { isLowest } from '../../verify/signature.mjs';
import { mirrored } from '../verify/pack.ts';
import { startService } from './bare-server.ts';

/** RFC 7638 and RFC 7515 both give this key: appendix A.3 of the latter. */
const KNOWN = {
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A number as DER has it: no leading zeros but the one that keeps it positive. */
function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.of(0) : Buffer.from(bytes.subarray(first));
  const positive = (digits[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), digits]) : digits;
  return Buffer.concat([Buffer.of(2, positive.length), positive]);
}

const der = (r: Uint8Array, s: Uint8Array): Buffer => {
  const numbers = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.of(0x30, numbers.length), numbers]);
};

/** 32 bytes, often with leading zeros. */
const side = fc
  .tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(31))
  .map(([bytes, zeros]) => bytes.map((byte, i) => (i < zeros ? 0 : byte)));

describe('a signature of KMS', () => {
  test('is the two numbers of its DER, 32 bytes each, however short they are', () => {
    fc.assert(
      fc.property(side, side, (r, s) => rawOf(der(r, s)).equals(Buffer.concat([r, s]))),
      { examples: [[new Uint8Array(32), new Uint8Array(32).fill(255)]] },
    );
  });

  test('is refused where it is not DER, or is cut off', () => {
    const whole = der(Buffer.alloc(32, 7), Buffer.alloc(32, 200));
    for (const length of [0, 1, 10, 40, whole.length - 1])
      expect(() => rawOf(whole.subarray(0, length))).toThrow(TypeError);
    expect(() => rawOf(Buffer.concat([whole, Buffer.of(0)]))).toThrow(TypeError);
    expect(() => rawOf(der(Buffer.alloc(33, 7), Buffer.alloc(32, 7)))).toThrow('beyond P-256');
  });
});

/** KMS as far as it signs: it is given a digest, and must have been given that of what is to be signed. */
async function kms(input: () => string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const service = await startService(({ operation, input: asked }) => {
    if (operation === 'GetPublicKey') {
      const bytes = publicKey.export({ format: 'der', type: 'spki' });
      return { status: 200, body: { PublicKey: bytes.toString('base64') } };
    }
    const message = Buffer.from(String(asked['Message']), 'base64').toString('hex');
    const right = message === sha256(input()) && asked['MessageType'] === 'DIGEST';
    if (!right) return { status: 400, body: { __type: 'ValidationException' } };
    const signature = sign('sha256', Buffer.from(input()), { key: privateKey, dsaEncoding: 'der' });
    return { status: 200, body: { Signature: signature.toString('base64') } };
  });
  const client = kmsClient(loopback(service.endpoint));
  closing.push(service.stop, () => client.destroy());
  return { service, client };
}

describe('a signer', () => {
  const payload = '{"number":1}';

  const verifies = async (signer: Signer): Promise<void> => {
    const jws = await signer.sign(payload, 'heed-checkpoint');
    const keys = await signer.keys();
    expect(openJws(jws, { typ: 'heed-checkpoint', keys })).toBe(payload);
    expect(isLowest(jws)).toBe(true);
    expect(openJws(jws, { typ: 'heed-certificate', keys })).toBeUndefined();
    const other = await localSigner(newSigningSecret()).keys();
    expect(openJws(jws, { typ: 'heed-checkpoint', keys: other })).toBeUndefined();
    expect(openJws(`${jws}=`, { typ: 'heed-checkpoint', keys })).toBeUndefined();
  };

  test('of this machine signs what its public key verifies, and lists those before it', async () => {
    const signer = localSigner({ ...newSigningSecret(), previous: [KNOWN] });
    await verifies(signer);
    expect((await signer.keys())[1]).toEqual(publicKeyOf(KNOWN));
  });

  test('of KMS does the same, by a digest, and asks for its public key once', async () => {
    let input = '';
    const { service, client } = await kms(() => input);
    const signer = kmsSigner(() => client, { keyId: 'key', earlier: [publicKeyOf(KNOWN)] });
    const [current, earlier] = await signer.keys();
    input = signingInput(payload, { kid: current?.kid ?? '', typ: 'heed-checkpoint' });
    await verifies(signer);
    expect(earlier).toEqual(publicKeyOf(KNOWN));
    expect(service.asked.map(({ operation }) => operation)).toEqual(['GetPublicKey', 'Sign']);
  });

  test('writes the one of two signatures that a verifier takes, whichever was made', async () => {
    const signer = localSigner(newSigningSecret());
    const keys = await signer.keys();
    const payloads = Array.from({ length: 16 }, (_, i) => `{"number":${i}}`);
    for (const one of payloads) {
      const jws = await signer.sign(one, 'heed-manifest');
      const [header, body, signature = ''] = jws.split('.');
      const high = mirrored(Buffer.from(signature, 'base64url'));
      const other = `${header}.${body}.${high.toString('base64url')}`;
      expect(openJws(other, { typ: 'heed-manifest', keys })).toBe(one);
      expect([isLowest(jws), isLowest(other)]).toEqual([true, false]);
      expect(lowered(high).toString('base64url')).toBe(signature);
    }
  });

  test('names a key by its RFC 7638 thumbprint', () => {
    expect(publicKeyOf(KNOWN).kid).toBe('oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U');
  });
});
