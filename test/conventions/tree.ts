import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Files below a folder of the repository, TypeScript unless said otherwise, as paths from its root. */
export const sourcesIn = (folder: string, ending = '.ts'): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))
    .sort();

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** One import: from which file, of what (a path from the root, or a package), and whether only its types. */
export interface Import {
  readonly from: string;
  readonly of: string;
  readonly typeOnly: boolean;
}

const IMPORT =
  /^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gms;

/** Every import of a source text that stands at the given path. */
export function importsOf(file: string, text: string): readonly Import[] {
  return [...text.matchAll(IMPORT)].map(([, typeOnly, from, bare, dynamic]) => {
    const of = from ?? bare ?? dynamic ?? '';
    return { from: file, of: of.startsWith('.') ? resolved(file, of) : of, typeOnly: typeOnly !== undefined };
  });
}

const resolved = (file: string, path: string): string => relative('.', normalize(join(dirname(file), path)));
