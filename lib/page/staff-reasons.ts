/**
 * Why a destination was not told, or is not yet told, in plain words. The code stays beside them: the runbooks go by it.
 */

const CREDENTIALS = 'credentials missing or unusable';
const REFUSED_US = 'refused our credentials';
const SET_UP = 'its set-up cannot be used';
const NO_TURN = 'its turn did not come';
const OURS = 'a fault of ours';
const MOVED = 'its address has moved';
const BUSY = 'busy or down';
const REFUSED = 'refused it';
const NOT_YET = 'not yet taken; it is tried again';
const UNKNOWN = 'does not know the person';
const LEFT = 'the person has unsubscribed there';
const SEVERAL = 'several records match';
const NOTHING = 'nothing that this system is told of';
const UNFIT = 'what we sent does not fit there';

/** Whatever no list knows is a code that the destination itself gave. */
const OWN = 'the system’s own code';

const REASONS: Readonly<Record<string, string>> = {
  'no-identifier': 'no address or id that this system goes by',
  'nothing-to-say': NOTHING,
  'nothing-mapped': NOTHING,
  paused: 'paused by us',
  'broken-version': 'the version is broken',
  'dead-letter': 'the message could not be read or kept coming back',
  'not-enabled': 'switched off since',
  'no-answer': 'no answer in time',
  requeued: 'put back in the queue',
  retry: 'being tried again',
  'not-sent': NO_TURN,
  'no-time': NO_TURN,
  overtaken: 'another delivery came between',
  'translate-threw': OURS,
  'report-threw': OURS,
  'timed-out': 'no answer in time; it may have arrived',
  unreachable: 'could not be reached',
  'unreadable-reply': 'answered otherwise than documented',
  'aws-credentials-missing': CREDENTIALS,
  'login-failed': REFUSED_US,
  'token-expired': REFUSED_US,
  'invalid-api-key': REFUSED_US,
  'address-unusable': SET_UP,
  'endpoint-invalid': SET_UP,
  'request-unusable': SET_UP,
  'endpoint-gone': MOVED,
  redirected: MOVED,
  'no-individual': UNKNOWN,
  'on-global-list': LEFT,
  'left-since': LEFT,
  'not-subscribed': LEFT,
  'no-contact-permission': LEFT,
  'several-people': SEVERAL,
  'duplicate-external-id': SEVERAL,
  throttled: NOT_YET,
  'concurrent-write': NOT_YET,
  'record-locked': NOT_YET,
  'not-finished': NOT_YET,
  'not-complete': NOT_YET,
  'not-accepted': NOT_YET,
  'nothing-ingested': NOT_YET,
  'csrf-token-required': NOT_YET,
  resubscribed: NOT_YET,
  unconfirmed: NOT_YET,
  'row-went': NOT_YET,
  'person-went': NOT_YET,
  'search-failed': NOT_YET,
  'soap-fault': NOT_YET,
  'soap-client-fault': NOT_YET,
  'categories-unanswered': 'waits for an answer about other categories',
  'not-an-address': UNFIT,
  'not-a-record-id': UNFIT,
  'missing-fields': UNFIT,
  refused: REFUSED,
  silenced: REFUSED,
  partial: 'took a part of it',
  'not-initiated': REFUSED,
  'line-error': REFUSED,
  'statement-failed': REFUSED,
  'visitor-refused': REFUSED,
};

type Family = readonly [RegExp, (rest: string) => string];

const always = (words: string) => (): string => words;

/** Codes that have a part of their own; the first that fits. */
const FAMILIES: readonly Family[] = [
  [/^gave-up-(.+)$/, (rest) => `given up for now: ${wordsFor(rest)}`],
  [/^long-wait-(.+)$/, (rest) => `asked us to wait long: ${wordsFor(rest)}`],
  [/^http-(401|403)$/, always(REFUSED_US)],
  [/^http-(408|425|429|5\d\d)$/, always(BUSY)],
  [/^http-\d{3}$/, always(REFUSED)],
  [/^secret-/, always(CREDENTIALS)],
  [/^no-such-(group|topic)$/, always('our mapping names what it does not have')],
  [/^no-such-/, always(UNKNOWN)],
  [/^(opted-out-|unsubscribed|refused-at-)/, always(LEFT)],
  [/-meanwhile$/, always(NOT_YET)],
  [/^invalid-/, always(UNFIT)],
];

function wordsFor(code: string): string {
  if (Object.hasOwn(REASONS, code)) return REASONS[code] ?? OWN;
  for (const [pattern, words] of FAMILIES) {
    const found = pattern.exec(code);
    if (found) return words(found[1] ?? '');
  }
  return OWN;
}

/** Whether there is more to say of a code than that it is one. */
export const isKnownReason = (code: string): boolean => wordsFor(code) !== OWN;

/** A reason in words, with its code in brackets. What is a sentence already is one. */
export const reasonWords = (reason: string): string =>
  reason.includes(' ') ? reason : `${wordsFor(reason)} (${reason})`;
