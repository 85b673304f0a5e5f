import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Archive } from '../lib/audit-ports.ts';

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** Stands in for a bucket with Object Lock: read-only files, each written whole or not at all, and once. */
export function folderArchive(folder: string): Archive {
  const fileOf = (name: string): string => {
    if (!NAME.test(name)) throw new TypeError('not the name of an archived file');
    return join(resolve(folder), name);
  };
  return {
    put: async (name, bytes) => putOnce(fileOf(name), bytes),
    get: async (name) => {
      try {
        return readFileSync(fileOf(name));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

/** A file that is on the disk under no name is gone with the power. Windows opens no folder, and needs none of this. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** A link is made whole, and only where nothing has its name. */
function putOnce(file: string, bytes: Uint8Array): boolean {
  const draft = `${file}.${randomUUID()}.draft`;
  const made = mkdirSync(dirname(file), { recursive: true });
  for (let at = dirname(file); made !== undefined && at.length >= made.length; at = dirname(at))
    flushFolder(dirname(at));
  writeFileSync(draft, bytes, { mode: 0o444, flush: true });
  try {
    linkSync(draft, file);
    flushFolder(dirname(file));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

/** For an engine without a folder. */
export function memoryArchive(): Archive {
  const files = new Map<string, Uint8Array>();
  return {
    put: async (name, bytes) => {
      if (files.has(name)) return false;
      files.set(name, Uint8Array.from(bytes));
      return true;
    },
    get: async (name) => files.get(name),
  };
}
