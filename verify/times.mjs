// @ts-check

/** Times that Heed keeps to, ms. */

/** What the index shows late is looked for so far back by the next checkpoint, and never after. */
export const LATE = 15 * 60_000;

/** A version is in a checkpoint within minutes: so long after, one that is in none was held back. */
export const UNPROVED = 60 * 60_000;

/** So far the clock that a version is dated by may be ahead of the one that a pack is. */
export const AHEAD = 60 * 60_000;

/** Where nothing is recorded a checkpoint says so once a day. */
export const QUIET = 25 * 60 * 60_000;

/** Beyond it a year has five digits, and times no longer compare as texts. */
const LAST = Date.UTC(10_000, 0) - 1;

/**
 * @param {string} time
 * @param {number} ms
 */
export const after = (time, ms) => new Date(Math.min(Date.parse(time) + ms, LAST)).toISOString();
