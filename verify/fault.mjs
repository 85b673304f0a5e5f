// @ts-check

/**
 * Where something does not hold.
 * @typedef {object} Where
 * @property {string} [subject] With `version`: which version.
 * @property {number} [version]
 * @property {number} [checkpoint] Number of the checkpoint.
 * @property {string} [file] Name of the file in the pack.
 * @property {number} [line] Line of that file, from 1.
 * @property {number} [byte] Place in the pack, from 0.
 */

/** Something in the pack does not hold. Its message is a sentence for an auditor. */
export class Fault extends Error {
  /** @override */
  name = 'Fault';

  /**
   * @param {Where} where
   * @param {string} what How it does not hold, as the rest of a sentence that begins with the place.
   */
  constructor(where, what) {
    super(`${placeOf(where)}: ${what}`);
    /** @readonly */
    this.where = where;
  }
}

/** The pack was not judged: it cannot be read, or what is needed to judge it was not brought. */
export class NotChecked extends Error {
  /** @override */
  name = 'NotChecked';
}

/**
 * The smallest thing that is known comes first: a version, a checkpoint, a file, a byte.
 * @param {Where} where
 */
function placeOf({ subject, version, checkpoint, file, line, byte }) {
  if (version !== undefined)
    return subject === undefined ? `version ${version}` : `${subject} version ${version}`;
  if (checkpoint !== undefined) return `checkpoint ${checkpoint}`;
  const inFile = file !== undefined && line !== undefined ? `${file}, line ${line}` : file;
  if (inFile === undefined) return byte === undefined ? 'the pack' : `byte ${byte} of the pack`;
  return byte === undefined ? inFile : `${inFile} (byte ${byte} of the pack)`;
}

/** @param {unknown} error */
export const reasonOf = (error) => (error instanceof Error ? error.message : String(error));
