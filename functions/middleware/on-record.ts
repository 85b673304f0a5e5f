import { randomUUID } from 'node:crypto';
import type { Audit, AuditLog, Auditor } from '../../lib/audit-ports.ts';
import { toIso } from '../../lib/domain/time.ts';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import { redacted } from '../../lib/http/problem.ts';
import type { Clock } from '../../lib/ports.ts';
import { UnrecordedError } from './unexpected.ts';

export interface Recording {
  readonly auditLog: Pick<AuditLog, 'write'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** What a handler tells of its answer, for the log of audits. */
export interface Looked {
  readonly rows: number;
  /** What was asked in the body, without any identifier. */
  readonly query?: Readonly<Record<string, string>>;
  /** Whom it was about, where the path does not say. */
  readonly subject?: string;
}

export interface Looking {
  readonly auditor: Auditor;
  /** To be called by the handler once it knows what it answers; once for each person, where there are several. */
  readonly looked: (what: Looked) => void;
}

interface Watched {
  readonly auditor: Auditor;
  readonly looks: Looked[];
}

const watched = new WeakMap<object, Watched>();

/** From here on what this request reads is put on record. */
export function watch(event: HttpEvent, who: Auditor): void {
  const looks: Looked[] = [];
  watched.set(event, { auditor: who, looks });
  const looked = (what: Looked): void => void looks.push(what);
  Object.assign(event, { auditor: who, looked });
}

/** What is told to whoever cannot be put on record. */
export const UNSHOWN = 'What you read could not be put on record, so it is not shown.';

/** The same where something was done: it is not undone. */
export const TAKEN_ALL_THE_SAME =
  'The answer could not be put on record, so it is not shown. A change that was taken stands; said again it changes nothing.';

export interface Noting {
  readonly operation: string;
  /** For the caller, where it cannot be put on record. */
  readonly otherwise: string;
}

interface Answered {
  readonly event: HttpEvent;
  readonly response: HttpResponse | null | undefined;
}

/** Puts on record what a request that is watched was answered. Throws where that cannot be done. */
export async function note(
  app: Recording,
  { operation, otherwise }: Noting,
  { event, response }: Answered,
): Promise<void> {
  const seen = watched.get(event);
  if (!seen || !response) return;
  const { statusCode: status } = response;
  const looks = seen.looks.length > 0 ? seen.looks : [{ rows: 0 }];
  const audits = looks.map(({ rows, query, subject = event.pathParameters?.['subject'] }) => ({
    ...{ who: seen.auditor, operation, rows, status },
    query: { ...(status < 400 ? asked(event, rows) : {}), ...query },
    ...(subject !== undefined && { subject }),
  }));
  await write(app, audits, otherwise);
}

/** An act that is about to be done: processing, as WebDAV calls it. */
export const BEGUN = 102;

/** Puts on record that somebody is about to do something, and to whom. */
export async function noteBeginning(app: Recording, operation: string, event: HttpEvent): Promise<void> {
  const seen = watched.get(event);
  if (!seen) return;
  const { subject, ...named } = event.pathParameters ?? {};
  const audit = {
    ...{ who: seen.auditor, operation, rows: 0, status: BEGUN, query: present(named) },
    ...(subject !== undefined && { subject }),
  };
  await write(app, [audit], 'It could not be put on record, so nothing was done.');
}

/** Written at once, at most. */
const AT_ONCE = 10;

async function write(
  { auditLog, clock }: Recording,
  audits: readonly Omit<Audit, 'id' | 'at'>[],
  otherwise: string,
): Promise<void> {
  const at = toIso(clock.now());
  try {
    for (let from = 0; from < audits.length; from += AT_ONCE) {
      const some = audits.slice(from, from + AT_ONCE);
      await Promise.all(some.map((audit) => auditLog.write({ id: randomUUID(), at, ...audit })));
    }
  } catch (cause) {
    throw new UnrecordedError(otherwise, { cause });
  }
}

type Words = Readonly<Record<string, string | undefined>>;

const present = (words: Words): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(words).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/**
 * The parameters that were read, as they were sent; of a route that reads none, none. A word by which nothing was found, and a
 * mere number, may be anything, such as a phone number in place of a name: what looks like one is left out.
 */
function asked(event: HttpEvent, rows: number): Readonly<Record<string, string>> {
  if (!('query' in event)) return {};
  const sent = Object.entries(present(event.queryStringParameters ?? {}));
  return Object.fromEntries(
    sent.map(([name, value]) => [name, rows > 0 && !NUMBER.test(value) ? value : redacted(value)]),
  );
}

const NUMBER = /^[+0-9]+$/;
