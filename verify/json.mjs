// @ts-check
import { isUtf8 } from 'node:buffer';
import { Fault } from './fault.mjs';

/** @import { Where } from './fault.mjs' */

/** Nothing that Heed writes is nested deeper than a few levels. */
const DEEPEST = 64;

/**
 * Parses a text that has to be RFC 8785 canonical JSON: there is exactly one way to write a value, so that no two readers can
 * understand it differently (repeated names, spaces, other escapes, other numbers).
 * @param {string | Buffer} data
 * @param {Where} where
 * @returns {unknown}
 */
export function parseCanonical(data, where) {
  if (typeof data !== 'string' && !isUtf8(data)) throw new Fault(where, 'its text is not UTF-8');
  const text = data.toString();
  const value = parse(text, where);
  if (!isWritten(value, { text, where }))
    throw new Fault(where, 'its text is not in the one form that canonical JSON allows');
  return value;
}

/**
 * @param {string} text
 * @param {Where} where
 * @returns {unknown}
 */
function parse(text, where) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault(where, 'its text is not JSON');
  }
}

/**
 * Mostly names come in their order already: then what JavaScript itself writes is the canonical form, and much sooner.
 * @param {unknown} value
 * @param {{ text: string, where: Where }} as
 */
const isWritten = (value, { text, where }) =>
  (isSorted(value, where) && JSON.stringify(value) === text) || canonical(value) === text;

/**
 * Looks at every level, so that what follows never meets one that is too deep.
 * @param {unknown} value
 * @param {Where} where
 * @returns {boolean}
 */
function isSorted(value, where, depth = 0) {
  if (depth > DEEPEST) throw new Fault(where, 'its text is nested too deep to be of Heed');
  if (typeof value !== 'object' || value === null) return true;
  const isList = Array.isArray(value);
  let [sorted, before] = [true, ''];
  for (const [name, one] of Object.entries(value)) {
    sorted = isSorted(one, where, depth + 1) && sorted && (isList || before <= name);
    before = name;
  }
  return sorted;
}

/**
 * The RFC 8785 form of a parsed value. `JSON.stringify` writes strings and numbers as the RFC has them; what is left is the order
 * of names: by UTF-16 code units, which is how JavaScript sorts.
 * @param {unknown} value
 * @returns {string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`);
  return `{${members.join(',')}}`;
}

/** @typedef {ReturnType<typeof membersOf>} Members */

/**
 * Reads members of an object; each reader throws a Fault where a member is missing or is not of its kind.
 * @param {unknown} value
 * @param {Where} where
 */
export function membersOf(value, where) {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Fault(where, 'its text is not a JSON object');
  const members = new Map(Object.entries(value));

  /**
   * @template T
   * @param {(value: unknown) => value is T} fits
   * @param {string} kind
   */
  const reader = (fits, kind) => /** @param {string} name */ (name) => {
    const member = members.get(name);
    if (!members.has(name)) throw new Fault(where, `its "${name}" is missing`);
    if (!fits(member)) throw new Fault(where, `its "${name}" is not ${kind}`);
    return member;
  };

  return {
    /** @param {string} name */
    has: (name) => members.has(name),
    text: reader(isText, 'a text'),
    textOrNull: reader(isTextOrNull, 'a text or null'),
    natural: reader(isNatural, 'a whole number'),
    time: reader(isTime, 'a time in UTC with milliseconds'),
    digest: reader(isDigest, 'a SHA-256 in lower-case hexadecimal'),
    digestOrNull: reader(isDigestOrNull, 'a SHA-256 in lower-case hexadecimal, or null'),
    /** @param {string} name */
    isTrue: (name) => members.get(name) === true,
    list: reader(isList, 'a list'),
    object: reader(isObject, 'an object'),
    /** @param {readonly string[]} names The members there may be. */
    only: (names) => {
      const other = [...members.keys()].find((name) => !names.includes(name));
      if (other !== undefined) throw new Fault(where, `has a member "${other}", which does not belong there`);
    },
  };
}

/** @param {unknown} value @returns {value is string} */
const isText = (value) => typeof value === 'string';
/** @param {unknown} value @returns {value is string | null} */
const isTextOrNull = (value) => value === null || isText(value);
/** @param {unknown} value @returns {value is number} */
const isNatural = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
/** @param {unknown} value @returns {value is string} */
const isDigest = (value) => isText(value) && /^[0-9a-f]{64}$/.test(value);
/** @param {unknown} value @returns {value is string | null} */
const isDigestOrNull = (value) => value === null || isDigest(value);
/** @param {unknown} value @returns {value is readonly unknown[]} */
const isList = (value) => Array.isArray(value);
/** @param {unknown} value @returns {value is object} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Times of this form are in the order of their texts.
 * @param {unknown} value
 * @returns {value is string}
 */
const isTime = (value) =>
  isText(value) &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString() === value;
