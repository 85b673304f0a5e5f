import type { Outcome } from '../../domain/outcome.ts';
import { awsCode, segment } from '../aws.ts';
import type { Call, Reply, SingleCall } from '../destination.ts';
import {
  type Contact,
  comesBack,
  contactAfter,
  contactIn,
  leftSince,
  NOBODY,
  staysOut,
  topicOf,
  topicsIn,
  type Words,
} from './contact.ts';

/** Asks for the contact first: an update takes away what it does not repeat. */
export const tell = (words: Words): Call => ({
  method: 'GET',
  path: pathOf(words),
  interpret: nobodyYet,
  next: (reply) => found(words, reply),
});

function found(words: Words, reply: Reply): readonly Call[] {
  if (reply.status === 404)
    return words.delivery.retired ? [NO_CONTACT] : [writing(words, { contact: NOBODY })];
  const contact = contactIn(reply);
  if (!contact) return [UNREADABLE];
  if (!comesBack(words, contact)) return update(words, { contact });
  return [askList(words, (topics) => update(words, { contact, topics }))];
}

/** What is written over, and the list's topics where it was asked for them. */
interface Onto {
  readonly contact: Contact;
  readonly topics?: readonly string[];
}

function update(given: Words, onto: Onto): readonly Call[] {
  const { contact } = onto;
  const left = leftSince(given, contact);
  const words = left.length > 0 ? { ...given, rows: given.rows.filter((row) => !left.includes(row)) } : given;
  const calls = words.rows.length > 0 ? [writing(words, onto)] : [];
  if (left.length > 0) calls.push(LEFT_SINCE);
  if (staysOut(words, contact)) calls.push(STAYS_OUT);
  return calls;
}

/** A contact that names a topic its list lacks is refused whole: then the list says what can be written. */
const writing = (words: Words, onto: Onto): Call => ({
  ...request(words, onto),
  next: (reply) => (isRefused(reply) ? [askList(words, (topics) => rewriting(words, onto, topics))] : []),
});

function rewriting(words: Words, onto: Onto, topics: readonly string[]): readonly Call[] {
  const rows = words.rows.filter((row) => topics.includes(topicOf(words, row)));
  if (rows.length === words.rows.length) return [REFUSED];
  if (rows.length === 0) return [NO_TOPIC];
  return [{ ...request({ ...words, rows }, onto), interpret: written }, NO_TOPIC];
}

function request(words: Words, { contact, topics = [] }: Onto): SingleCall {
  const after = contactAfter(words, contact, topics);
  if (contact !== NOBODY) return { method: 'PUT', path: pathOf(words), body: after, interpret: readUpdate };
  const body = { EmailAddress: emailOf(words), ...after };
  return { method: 'POST', path: `${listOf(words)}/contacts`, body, interpret: readEntry };
}

const askList = (words: Words, next: (topics: readonly string[]) => readonly Call[]): Call => ({
  method: 'GET',
  path: listOf(words),
  next: (reply) => {
    const topics = topicsIn(reply);
    return topics ? next(topics) : [UNREADABLE];
  },
});

/** Its name needs no encoding. */
const listOf = ({ settings }: Words): string => `/v2/email/contact-lists/${settings.contactList}`;
const emailOf = ({ delivery }: Words): string => delivery.identifiers['email'] ?? '';
const pathOf = (words: Words): string => `${listOf(words)}/contacts/${segment(emailOf(words))}`;

const DONE: Outcome = { kind: 'delivered' };
const NO_CONTACT: Call = { outcome: { kind: 'skipped', reason: 'no-such-contact' } };
const NO_TOPIC: Call = { outcome: { kind: 'failed', reason: 'no-such-topic' } };
const REFUSED: Call = { outcome: { kind: 'failed', reason: 'BadRequestException' } };
const UNREADABLE: Call = { outcome: { kind: 'failed', reason: 'unreadable-reply' } };
const LEFT_SINCE: Call = { outcome: { kind: 'needs-user-action', reason: 'left-since' } };
const STAYS_OUT: Call = { outcome: { kind: 'needs-user-action', reason: 'unsubscribed-from-list' } };

const nobodyYet = ({ status }: Reply): Outcome | undefined => (status === 404 ? DONE : undefined);

const isRefused = (reply: Reply): boolean => reply.status === 400 && awsCode(reply) === 'BadRequestException';

/** Somebody else was faster: the next attempt finds what they left. */
const written = (reply: Reply): Outcome | undefined =>
  reply.status >= 400 && awsCode(reply) === 'AlreadyExistsException'
    ? { kind: 'retry', reason: 'created-meanwhile' }
    : undefined;

const readEntry = (reply: Reply): Outcome | undefined =>
  written(reply) ?? (isRefused(reply) ? DONE : undefined);

const readUpdate = (reply: Reply): Outcome | undefined =>
  reply.status === 404 ? { kind: 'retry', reason: 'gone-meanwhile' } : readEntry(reply);
