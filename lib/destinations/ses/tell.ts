import type { Outcome } from '../../domain/outcome.ts';
import { awsCode, segment } from '../aws.ts';
import type { Call, Reply } from '../destination.ts';
import {
  type Contact,
  comesBack,
  contactAfter,
  contactIn,
  leftSince,
  NOBODY,
  namesIn,
  staysOut,
  topicOf,
  topicsIn,
  type Words,
} from './contact.ts';

const known = (kind: 'failed' | 'skipped' | 'needs-user-action', reason: string): Call => ({
  outcome: { kind, reason },
});

/**
 * Asks for the contact first, and for the list where the contact does not answer everything: a contact that names a
 * topic its list lacks is refused whole, with the withdrawals in it.
 */
export function tell(words: Words): Call {
  const found = (reply: Reply): readonly Call[] => {
    if (reply.status === 404) return [askList(words, (topics) => create(words, topics))];
    const contact = contactIn(reply);
    if (!contact) return [known('failed', 'unreadable-reply')];
    const names = namesIn(contact);
    const lacks = words.rows.some((row) => !names.has(topicOf(words, row)));
    if (!lacks && !comesBack(words, contact)) return update(words, contact, names);
    return [askList(words, (topics) => update(words, contact, topics))];
  };
  return { method: 'GET', path: pathOf(words), interpret: nobodyYet, next: found };
}

const listOf = ({ settings }: Words): string => `/v2/email/contact-lists/${segment(settings.contactList)}`;
const emailOf = ({ delivery }: Words): string => delivery.identifiers['email'] ?? '';
const pathOf = (words: Words): string => `${listOf(words)}/contacts/${segment(emailOf(words))}`;

type Topics = ReadonlySet<string>;

function askList(words: Words, next: (topics: Topics) => readonly Call[]): Call {
  return {
    ...{ method: 'GET', path: listOf(words) },
    next: (reply) => {
      const topics = topicsIn(reply);
      return topics ? next(topics) : [known('failed', 'unreadable-reply')];
    },
  };
}

/** Nobody is created for an address that its owner has left. */
function create(words: Words, topics: Topics): readonly Call[] {
  if (words.delivery.retired) return [known('skipped', 'no-such-contact')];
  const path = `${listOf(words)}/contacts`;
  return saying(words, topics, (had) => ({
    ...{ method: 'POST', path, interpret: createdMeanwhile },
    body: { EmailAddress: emailOf(words), ...contactAfter(had, NOBODY, topics) },
  }));
}

function update(given: Words, contact: Contact, topics: Topics): readonly Call[] {
  const left = leftSince(given, contact);
  const words = { ...given, rows: given.rows.filter((row) => !left(row)) };
  return [
    ...saying(words, topics, (had) => ({
      ...{ method: 'PUT', path: pathOf(words), interpret: goneMeanwhile },
      body: contactAfter(had, contact, topics),
    })),
    ...(words.rows.length < given.rows.length ? [known('needs-user-action', 'left-since')] : []),
    ...(staysOut(words, contact) ? [known('needs-user-action', 'unsubscribed-from-list')] : []),
  ];
}

/** What can be said of the topics that the list has, and that it lacks the others. */
function saying(words: Words, topics: Topics, write: (had: Words) => Call): readonly Call[] {
  const rows = words.rows.filter((row) => topics.has(topicOf(words, row)));
  return [
    ...(rows.length > 0 ? [write({ ...words, rows })] : []),
    ...(rows.length < words.rows.length ? [known('failed', 'no-such-topic')] : []),
  ];
}

const nobodyYet = ({ status }: Reply): Outcome | undefined =>
  status === 404 ? { kind: 'delivered' } : undefined;

/** Somebody else was faster: the next attempt finds what they left. */
const createdMeanwhile = (reply: Reply): Outcome | undefined =>
  awsCode(reply) === 'AlreadyExistsException' ? { kind: 'retry', reason: 'created-meanwhile' } : undefined;
const goneMeanwhile = ({ status }: Reply): Outcome | undefined =>
  status === 404 ? { kind: 'retry', reason: 'gone-meanwhile' } : undefined;
