import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file so that a reader, or a crash, never finds half of it. */
export function writeWhole(file: string, text: string, mode = 0o644): void {
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, text, { mode });
  renameSync(draft, file);
}
