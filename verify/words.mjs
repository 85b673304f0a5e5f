// @ts-check

/** @import { Checked, Verdict } from './verify.mjs' */

export const VERSION = '0.1.0';

export const USAGE = `Checks an evidence pack of Heed without asking Heed.

  heed verify <pack> --key <file> [options]

  <pack>                the evidence pack, a zip file
  --key <file>          a public key that Heed signs with: PEM, JWK or JWK set; several may be given
  --checkpoints <path>  checkpoints that you collected yourself: a file, or a folder of files, with one JWS a line
  --json                the verdict as JSON
  --version, --help

Get the key from somewhere else than the pack: from whoever runs Heed, in person or on paper, or from a place where it was
published before. A key that came with the pack proves nothing, for whoever forges a pack puts their own key into it.
Checkpoints that you kept from earlier (the event checkpoint.v1, the archive) show whether the past was rewritten since.

Ends with 0 if the pack is valid, 1 if it is not, 2 if it could not be checked. Writes nothing, asks no network.
`;

/** @param {Verdict} verdict */
export function asText({ fault, altered, checked }) {
  const lines = [
    fault ? refusal(fault) : 'VALID',
    ...(altered === undefined ? [] : [alteredRow(altered)]),
    ...(checked ? [...rowsOf(checked), ...limitsOf(checked)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** @param {Error} fault */
const refusal = ({ message }) => `NOT VALID\n  ${message}.`;

/** @param {string} file */
const alteredRow = (file) =>
  row('altered', `${file} was changed after Heed had signed the pack; the signature itself holds`);

/** @param {Checked} checked */
function rowsOf({ pack, versions, proved, checkpoints, counted, broken, brokenCount }) {
  return [
    row('pack', `${aboutOf(pack)}, made at ${pack.createdAt}, signed with the key ${pack.kid}`),
    row('versions', `${versions}, ${brokenCount === 0 ? 'each' : 'the others each'} what its digest says`),
    ...broken.slice(1).map(({ subject, version }) => row('broken', `${subject} version ${version}`)),
    ...(brokenCount > broken.length ? [row('broken', `${brokenCount} in all`)] : []),
    row('proved', `${proved} by checkpoints: they were there, and the same, when those were made`),
    row('checkpoints', checkpointsOf(checkpoints)),
    ...(counted ? [row('counted', countedOf(counted))] : []),
  ];
}

/**
 * What is no more than Heed's word, and what is odd.
 * @param {Checked} checked
 */
const limitsOf = ({ pack, checkpoints, counted, unproved, older, late, collected }) => [
  ...(unproved.count > 0 ? [row('not proved', unprovedOf(unproved))] : []),
  ...(older.count > 0 ? [row('not proved', olderOf(older))] : []),
  ...(late.count > 0 ? [row('late', lateOf(late))] : []),
  row('collected', collectedOf(collected)),
  ...(collected.brought > 0 && collected.loose.count > 0 ? [row('not shown', looseOf(collected))] : []),
  row('its end', endOf(pack, { ...checkpoints, counted })),
];

/** @param {Checked['pack']} pack */
const aboutOf = (pack) =>
  pack.kind === 'subject'
    ? `the versions of ${pack.subject}`
    : `versions recorded from ${pack.from} to ${pack.to}${pack.source === undefined ? '' : ` by ${pack.source}`}`;

/** @param {Checked['checkpoints']} checkpoints */
const checkpointsOf = ({ count, first, last, to }) =>
  count === 0
    ? 'none'
    : `${count}, from number ${first} to ${last}; the newest holds what was recorded before ${to}`;

/** @param {NonNullable<Checked['counted']>} counted */
const countedOf = ({ checkpoint, upTo, versions }) =>
  `checkpoint ${checkpoint} counts ${versions} of this person up to checkpoint ${upTo}: none of these is missing`;

/** @param {Checked['unproved']} unproved */
const unprovedOf = ({ count, first }) =>
  `${count}, newer than any checkpoint in the pack (the first: ${first}); the manifest's signature alone vouches for them`;

/** @param {Checked['older']} older */
const olderOf = ({ count, first }) =>
  `${count}, recorded before the first checkpoint there is (the first: ${first}); the manifest's signature alone vouches for them`;

/** @param {Checked['late']} late */
const lateOf = ({ count, first, mostMs }) =>
  `${count} in a checkpoint after their time (the first: ${first}), by up to ${Math.ceil(mostMs / 1000)} s`;

/** @param {Checked['collected']} collected */
const collectedOf = ({ brought, matched }) =>
  brought === 0
    ? 'you brought no checkpoints (--checkpoints): that there are no others is what Heed has signed, no more'
    : `${matched} of the ${brought} checkpoints you brought are in the pack, and are the same; none contradicts it`;

/** @param {Checked['collected']} collected */
const looseOf = ({ loose: { count, first } }) =>
  `that ${count === 1 ? `checkpoint ${first} of the pack was` : `${count} checkpoints of the pack (the first: ${first}) were`} there before today: no unbroken row leads from there to one that you brought. Bring those between as well`;

/**
 * @param {Checked['pack']} pack
 * @param {Checked['checkpoints'] & Pick<Checked, 'counted'>} checkpoints
 */
function endOf(pack, { to = '', counted }) {
  if (pack.kind === 'subject' && counted)
    return `none is missing up to the newest, and none that a checkpoint held by ${counted.to}, up to where they are counted; that nothing followed is what Heed has signed, no more`;
  if (pack.kind === 'subject')
    return 'none is missing up to the newest; that it was the newest is what Heed has signed, no more: no checkpoint here counts versions';
  if (pack.source !== undefined)
    return 'that nothing of this source was left out is what Heed has signed, no more';
  if (to >= pack.to) return 'every version that checkpoints hold of this period is here';
  return `every version that checkpoints hold of this period is here; that nothing else was recorded ${to === '' ? 'in it' : `from ${to} on`} is what Heed has signed, no more`;
}

/**
 * @param {string} what
 * @param {string} text
 */
const row = (what, text) => `  ${what.padEnd(12)}${text}`;

/** @param {Verdict} verdict */
export const asJson = ({ fault, ...verdict }) =>
  `${JSON.stringify({ ...verdict, ...(fault && { fault: { sentence: fault.message, ...fault.where } }) })}\n`;
