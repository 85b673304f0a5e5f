import { createPublicKey, type KeyObject, sign } from 'node:crypto';

/** A certificate that a key gives itself, PEM: the least of X.509 (RFC 5280) that can be read. */
export function selfSigned(
  key: KeyObject,
  name: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): string {
  const signedBy = sequence(oid(SHA256_WITH_RSA), Buffer.from([0x05, 0x00]));
  const who = sequence(element(0x31, sequence(oid(COMMON_NAME), element(0x0c, Buffer.from(name)))));
  const validity = sequence(time(from), time(to));
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const body = sequence(element(0x02, Buffer.from([1])), signedBy, who, validity, who, publicKey);
  const signature = element(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, key)]));
  const text = sequence(body, signedBy, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}

const SHA256_WITH_RSA = '2a864886f70d01010b';
const COMMON_NAME = '550403';

function element(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const long = length > 0xff ? [0x82, length >> 8, length & 0xff] : [0x81, length];
  return Buffer.concat([Buffer.from([tag, ...(length < 0x80 ? [length] : long)]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, Buffer.concat(parts));
const oid = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));

/** `YYYYMMDDHHMMSSZ` */
const time = (at: Date): Buffer =>
  element(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`));
