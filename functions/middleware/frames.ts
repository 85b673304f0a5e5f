import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/** Where an error was thrown. Its message is left out: it may quote what was being read. */
export const framesOf = (error: Error | null): readonly string[] =>
  (error?.stack ?? '')
    .split('\n')
    .map((frame) => frame.trim())
    .filter((frame) => frame.startsWith('at '))
    .slice(0, 8)
    .map(inSource);

const PLACE = /(\/[^():]+):(\d+):(\d+)(?=\)?$)/;

/** A frame of a bundle, by the file it was written in. */
function inSource(frame: string): string {
  const [place, file, line, column] = PLACE.exec(frame) ?? [];
  if (place === undefined || file === undefined) return frame;
  const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1);
  if (!entry || !('originalSource' in entry)) return frame;
  return frame.replace(
    place,
    `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`,
  );
}

const maps = new Map<string, SourceMap | undefined>();

/**
 * The map beside a bundle, read when something first goes wrong there. Node would read it at every cold start
 * (`--enable-source-maps`, 20 ms).
 */
function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
  return maps.get(file);
}

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
