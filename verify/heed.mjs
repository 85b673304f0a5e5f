#!/usr/bin/env node
// @ts-check
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { collectedIn } from './collected.mjs';
import { Fault, NotChecked, reasonOf } from './fault.mjs';
import { keysIn } from './signature.mjs';
import { verifyPack } from './verify.mjs';
import { asJson, asText, USAGE, VERSION } from './words.mjs';

/** @import { Bytes } from './container.mjs' */
/** @import { Keys } from './signature.mjs' */
/** @import { Verdict } from './verify.mjs' */

/**
 * The stand-alone verifier. It needs Node 20.19 or later and the files beside it; it asks no network, writes nothing, and shares no
 * code with what makes packs. `docs/evidence-packs.md` is all it was written from.
 */

const OPTIONS = /** @type {const} */ ({
  key: { type: 'string', multiple: true },
  checkpoints: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
});

/** @param {readonly string[]} args */
async function main(args) {
  const { values, positionals } = parsed(args);
  if (values.help) return say(USAGE);
  if (values.version) return say(`${VERSION}\n`);
  const [command, file, ...more] = positionals;
  if (command !== 'verify' || file === undefined || more.length > 0)
    throw new NotChecked(`say what to verify.\n\n${USAGE}`);
  const verdict = await verdictOn(file, values);
  if (process.stderr.isTTY) process.stderr.write(CLEAR);
  say(values.json ? asJson(verdict) : asText(verdict));
  process.exitCode = verdict.valid ? 0 : 1;
}

/**
 * @param {string} file
 * @param {{ key?: string[], checkpoints?: string }} brought
 * @returns {Promise<Verdict>}
 */
async function verdictOn(file, { key = [], checkpoints }) {
  const keys = keysFrom(key);
  const bytes = opened(file);
  try {
    const collected = checkpoints === undefined ? new Map() : collectedFrom(checkpoints, keys);
    return await verifyPack(bytes, { keys, collected, ...(process.stderr.isTTY && { progress }) });
  } catch (error) {
    if (error instanceof Fault) return { valid: false, fault: error };
    throw error;
  } finally {
    bytes.close();
  }
}

/** @param {readonly string[]} args */
function parsed(args) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new NotChecked(`${reasonOf(error)}\n\n${USAGE}`);
  }
}

/**
 * @param {readonly string[]} files
 * @returns {Keys}
 */
function keysFrom(files) {
  if (files.length === 0)
    throw new NotChecked(
      'bring the public key (--key). The one in the pack proves nothing: whoever forges a pack puts their own key into it.',
    );
  return new Map(files.flatMap((file) => keysIn(textOf(file), file)));
}

/**
 * @param {string} path
 * @param {Keys} keys
 */
function collectedFrom(path, keys) {
  const files = reading(path, () =>
    statSync(path).isDirectory()
      ? readdirSync(path)
          .sort()
          .map((name) => join(path, name))
      : [path],
  );
  return collectedIn(
    files.map((name) => ({ name, text: textOf(name) })),
    keys,
  );
}

/** @param {string} file */
const textOf = (file) => reading(file, () => readFileSync(file, 'utf8'));

/**
 * @param {string} file
 * @returns {Bytes & { close: () => void }}
 */
function opened(file) {
  const descriptor = reading(file, () => openSync(file, 'r'));
  const { size } = reading(file, () => fstatSync(descriptor));
  return {
    size,
    read: (start, length) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - start)));
      return bytes.subarray(
        0,
        reading(file, () => readSync(descriptor, bytes, 0, bytes.length, start)),
      );
    },
    close: () => closeSync(descriptor),
  };
}

/**
 * @template T
 * @param {string} file
 * @param {() => T} read
 */
function reading(file, read) {
  try {
    return read();
  } catch (error) {
    throw new NotChecked(`${file} cannot be read: ${reasonOf(error)}`);
  }
}

const CLEAR = '\r\u001b[K';
/** @type {(done: number, of: number, what: string) => void} */
const progress = (done, of, what) =>
  process.stderr.write(`${CLEAR}${what} ${Math.floor((100 * done) / Math.max(1, of))} %`);

/** @param {string} text */
const say = (text) => {
  process.stdout.write(text);
};

try {
  await main(process.argv.slice(2));
} catch (error) {
  const reason = reasonOf(error);
  if (process.argv.includes('--json')) say(`${JSON.stringify({ valid: null, reason })}\n`);
  else process.stderr.write(`NOT CHECKED\n  ${reason}\n`);
  process.exitCode = 2;
}
