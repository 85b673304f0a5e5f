import { keysIn } from '../../verify/signature.mjs';
import { type Brought, type Verdict, verifyPack } from '../../verify/verify.mjs';
import type { Key } from './pack.ts';

export const bytesOf = (pack: Buffer) => ({
  size: pack.length,
  read: (start: number, length: number): Buffer => pack.subarray(start, start + length),
});

export const bringing = (...keys: readonly Key[]): Brought['keys'] =>
  new Map(keys.flatMap(({ pem }) => keysIn(pem, 'a key')));

/** What the verifier says of a pack, with the keys that are brought. */
export const judge = (pack: Buffer, brought: Brought): Promise<Verdict> => verifyPack(bytesOf(pack), brought);

/** The sentence that names what does not hold; `valid` where everything does. */
export async function said(pack: Buffer, brought: Brought): Promise<string> {
  const { valid, fault } = await judge(pack, brought);
  return valid ? 'valid' : (fault?.message ?? 'nothing was named');
}
