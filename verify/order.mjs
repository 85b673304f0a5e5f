// @ts-check
import { Fault } from './fault.mjs';

/** @import { Where } from './fault.mjs' */
/** @import { Manifest } from './manifest.mjs' */
/** @import { Version } from './versions.mjs' */

/** @typedef {Version & { proved: boolean }} Judged */

/**
 * The order that versions have to stand in.
 * @typedef {object} Order
 * @property {() => Where} due Which one has to be next, where that is known.
 * @property {(version: Version) => void} place It must be one that may stand here.
 * @property {(version: Judged) => void} link It must be the one that follows the subject's last.
 * @property {() => void} end Nothing may be missing at the end.
 */

/**
 * @param {Manifest} manifest
 * @returns {Order}
 */
export const orderOf = (manifest) => (manifest.kind === 'subject' ? oneByOne(manifest) : byTime(manifest));

/**
 * A subject's versions: from 1 to the newest, none missing.
 * @param {Manifest & { kind: 'subject' }} manifest
 * @returns {Order}
 */
function oneByOne({ subject, newest }) {
  /** @type {Judged | undefined} */
  let last;
  const due = () => ({ subject, version: (last?.version ?? 0) + 1 });
  return {
    due,
    place: (one) => {
      if (one.subject !== subject)
        throw new Fault(one.where, `is a version of ${one.subject}; the pack is of ${subject}`);
      if (newest === undefined || one.version > newest.version)
        throw new Fault(
          { ...one.where, version: one.version },
          `is more than the manifest knows: its newest version is ${newest?.version ?? 'none'}`,
        );
      if (one.version < due().version)
        throw new Fault({ ...one.where, version: one.version }, 'stands here a second time, or out of order');
      if (one.version > due().version)
        throw new Fault(due(), `is missing: version ${one.version} stands in its place`);
    },
    link: (one) => {
      checkLink(last, one);
      last = one;
    },
    end: () => {
      if (newest && newest.version !== last?.version)
        throw new Fault(due(), `is missing: the newest is version ${newest.version}, as the manifest says`);
      if (newest && !last?.broken && newest.digest !== last?.digest)
        throw new Fault(
          { subject, version: newest.version },
          'is not the newest one that the manifest says: its digest is another',
        );
    },
  };
}

/**
 * The versions of a period: by the time they were recorded, then subject, then version.
 * @param {Manifest & { kind: 'period' }} manifest
 * @returns {Order}
 */
function byTime(manifest) {
  const narrowed = manifest.source !== undefined;
  /** @type {Map<string, Judged>} */
  const lasts = new Map();
  /** @type {Version | undefined} */
  let before;
  return {
    due: () => ({}),
    place: (one) => {
      if (one.broken) return;
      checkBelongs(one, manifest);
      if (before && !inOrder(before, one))
        throw new Fault(
          one.where,
          `is out of order: it stands behind ${before.subject} version ${before.version}`,
        );
      if (one.recordedAt !== null) before = one;
    },
    link: (one) => {
      const last = lasts.get(one.subject);
      const due = (last?.version ?? one.version - 1) + 1;
      if (one.version !== due && !narrowed)
        throw new Fault(
          { subject: one.subject, version: due },
          `is missing: version ${one.version} stands in its place`,
        );
      checkLink(one.version === due ? last : undefined, one);
      lasts.set(one.subject, one);
    },
    end: () => {},
  };
}

/**
 * @param {Version} version
 * @param {{ from: string, to: string, source: string | undefined }} period
 */
function checkBelongs({ where, recordedAt, source }, period) {
  if (recordedAt !== null && (recordedAt < period.from || recordedAt >= period.to))
    throw new Fault(where, `was recorded at ${recordedAt}, which is not in the period`);
  if (period.source !== undefined && source !== period.source)
    throw new Fault(where, `came from ${source}; the pack is of ${period.source}`);
}

/**
 * @param {Version} one
 * @param {Version} next
 */
function inOrder(one, next) {
  if (one.recordedAt === null || next.recordedAt === null) return true;
  if (one.recordedAt !== next.recordedAt) return one.recordedAt < next.recordedAt;
  const bySubject = Buffer.compare(Buffer.from(one.subject), Buffer.from(next.subject));
  return bySubject < 0 || (bySubject === 0 && one.version < next.version);
}

/**
 * Each version names the digest of the one before it, and is younger. What was put on top of one that had lost its digest names none:
 * that can be so where the one before is broken, or is not in the pack.
 * @param {Judged | undefined} last The one before it, where that is in the pack.
 * @param {Judged} one
 */
function checkLink(last, one) {
  if (one.broken) return;
  const isMisplaced =
    one.version === 1 ? one.previous !== null : one.previous === null && last && !last.broken;
  if (isMisplaced) throw new Fault(one.where, 'version 1, and no other, has none before it');
  if (!last || last.broken) return;
  if (one.recordedAt !== null && last.recordedAt !== null && one.recordedAt <= last.recordedAt)
    throw new Fault(
      one.where,
      `was recorded at ${one.recordedAt}, which is not after version ${last.version} (${last.recordedAt})`,
    );
  if (one.previous === last.digest) return;
  if (last.proved)
    throw new Fault(
      one.where,
      `names another version ${last.version} as the one before it than the one that is proved`,
    );
  throw new Fault(
    last.where,
    `is not the one that version ${one.version} was recorded after: one of the two was changed later`,
  );
}
