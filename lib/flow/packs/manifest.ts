import type { Signer } from '../../audit-ports.ts';
import { canonical } from '../../domain/digest.ts';
import { directoryOf, type PackEntry, placed } from './container.ts';

/** What a pack says of itself, beside its files. */
export type PackFacts = {
  readonly createdAt: string;
  readonly versions: number;
} & (
  | {
      readonly kind: 'subject';
      readonly subject: string;
      readonly newest?: { readonly version: number; readonly digest: string };
    }
  | {
      readonly kind: 'period';
      readonly from: string;
      readonly to: string;
      readonly source?: string;
    }
);

/** One line of canonical JSON. */
export const manifestOf = (facts: PackFacts, entries: readonly PackEntry[]): string =>
  canonical({
    format: 'heed-evidence-pack/2',
    ...facts,
    files: entries.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
  });

export interface Closing {
  readonly facts: PackFacts;
  readonly entries: readonly PackEntry[];
  /** Where the last file ends. */
  readonly at: number;
}

/** What ends every pack: the manifest, its signature, the directory. */
export async function closingOf(
  signer: Pick<Signer, 'sign'>,
  { facts, entries, at }: Closing,
): Promise<Buffer> {
  const manifest = manifestOf(facts, entries);
  const jws = await signer.sign(manifest, 'heed-manifest');
  const last = placed(
    [
      { name: 'manifest.json', content: Buffer.from(manifest) },
      { name: 'manifest.jws', content: Buffer.from(jws) },
    ],
    at,
  );
  return Buffer.concat([last.bytes, directoryOf([...entries, ...last.entries], last.at)]);
}
