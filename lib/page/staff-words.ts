/**
 * Heed's codes in plain words, for those who read a record: staff before the console, and whoever is handed an evidence pack.
 * What no list here knows is shown as it is.
 */

type Words = Readonly<Record<string, string>>;

/** Our word for one of the API's. */
export const wordOf = (words: Words, code: string): string =>
  Object.hasOwn(words, code) ? (words[code] ?? code) : code;

/** The same, within a sentence or behind a colon. */
export const inSentence = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

export const STATES: Words = {
  granted: 'Granted',
  withdrawn: 'Withdrawn',
  pending: 'Waiting to be confirmed',
  none: 'No answer',
};

/** Why an answer is what it is. */
export const BECAUSE: Words = {
  granted: 'it was granted',
  'person-withdrew': 'the person withdrew',
  'source-withdrew': 'a source withdrew',
  expired: 'the grant has run out',
  'confirmation-pending': 'it waits to be confirmed',
  'no-answer': 'nothing was said',
  restricted: 'processing is restricted',
};

/** What became of a word that was said. */
export const CHOICE_OUTCOMES: Words = {
  applied: 'Taken up',
  unchanged: 'Changed nothing',
  superseded: 'Outdated: a newer choice stands',
  refused: 'Refused',
};

/** What became of a version at a destination. */
export const DELIVERY_OUTCOMES: Words = {
  delivered: 'Told',
  pending: 'Not told yet',
  overtaken: 'Told a newer version instead',
  skipped: 'Nothing to tell',
  held: 'On hold',
  'needs-user-action': 'The person has to act there',
  failed: 'Failed: we have to act',
  'not-concerned': 'Not concerned',
  'not-told': 'Not told: recorded before it was there or cared',
  unknown: 'Unknown: what it is about cannot be read',
};

/** The same, with the version that was told in its place, where that is known. */
export const deliveryWords = (outcome: string, by?: number): string =>
  outcome === 'overtaken' && by !== undefined
    ? `Told version ${by} instead`
    : wordOf(DELIVERY_OUTCOMES, outcome);

export const ACTORS: Words = {
  subject: 'the person',
  agent: 'staff, on the person’s word',
  system: 'a system by itself',
  import: 'an import of old consents',
};

/** Channels are declared; these are the ones that people’s own pages have words for. */
export const CHANNELS: Words = {
  email: 'E-mail',
  sms: 'Text message',
  phone: 'Telephone',
  push: 'App',
  post: 'Letter',
  '*': 'All channels',
};

/** Kinds of identifiers are declared too. */
export const IDENTIFIERS: Words = { email: 'E-mail address', phone: 'Phone number' };

const METHODS: Words = {
  form: 'form',
  call: 'call',
  'one-click': 'one-click link',
  link: 'link',
  file: 'file',
  keyword: 'text message',
  signal: 'browser signal',
  'double-opt-in': 'confirmed from a message',
  expiry: 'ran out',
  erasure: 'erasure',
  'erasure-stopped': 'erasure stopped',
  erased: 'erased',
  restriction: 'restriction',
  'restriction-lifted': 'restriction lifted',
};

const REPORTED = /^([a-z0-9-]+?)-(unsubscribe|opt-out|complaint)$/;

/** How something was said. */
export function methodWords(method: string): string {
  const [, repaired] = /^broken-version-(\d+)$/.exec(method) ?? [];
  if (repaired !== undefined) return `repair of version ${repaired}`;
  const [, vendor, what = ''] = REPORTED.exec(method) ?? [];
  return vendor === undefined ? wordOf(METHODS, method) : `${what.replace('-', ' ')}, reported by ${vendor}`;
}

export const GRANT_STATES: Words = {
  proposed: 'waits for a second person',
  standing: 'stands',
  expired: 'has ended',
  revoked: 'was revoked',
};

export const PACK_STATES: Words = {
  waiting: 'is waiting for its turn',
  running: 'is being made',
  done: 'is ready',
  failed: 'could not be made',
};

/** What staff did, by the operation that is on record. */
export const OPERATIONS: Words = {
  record: 'Read the record',
  decision: 'Asked: may we?',
  history: 'Read the history',
  deliveries: 'Read who was told',
  lookup: 'Looked up an identifier',
  catalogue: 'Opened the console',
  search: 'Searched',
  audits: 'Read the log of audits',
  proofs: 'Fetched the proofs',
  checkpoints: 'Listed the checkpoints',
  checkpoint: 'Read a checkpoint',
  evidence: 'Took an evidence pack',
  'bulk-evidence': 'Ordered an evidence pack',
  'evidence-state': 'Asked after an evidence pack',
  recipients: 'Read the recipients of a person',
  register: 'Read the register of recipients',
  grants: 'Listed audit grants',
  'propose-grant': 'Proposed an audit grant',
  'approve-grant': 'Approved an audit grant',
  'revoke-grant': 'Revoked an audit grant',
  erase: 'Asked for an erasure',
  erasure: 'Read how an erasure stands',
  holds: 'Read legal holds',
  'set-hold': 'Placed or released a legal hold',
  restrict: 'Restricted processing, or lifted it',
  rectify: 'Corrected the record',
  export: 'Exported a person’s data',
  changes: 'Recorded a change',
  signals: 'Passed on an opt-out signal of a browser',
  keywords: 'Passed on a text message',
  'save-preferences': 'Saved preferences',
  tokens: 'Made links for a person',
  keys: 'Read the public keys',
};
