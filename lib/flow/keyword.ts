import type { HeedConfig } from '../config.ts';
import type { ChangeBody } from '../domain/change.ts';
import { type CheckedChange, checkChange } from '../domain/check.ts';
import { clamped } from '../domain/evidence.ts';
import { attemptOf } from '../domain/idempotency.ts';
import { type Accepted, type AcceptPorts, recordChange } from './accept.ts';
import { forEachOf, type KnownBy, knownBy } from './known-by.ts';
import type { TextMessage } from './text-message.ts';

export interface KeywordPorts extends AcceptPorts {
  /** Takes a log line for what could not be taken as it came. Never holds contact data. */
  readonly line?: ((line: Readonly<Record<string, unknown>>) => void) | undefined;
}

export type KeywordSettings = NonNullable<HeedConfig['keywords']>;

/** `busy`: to be sent again. `unusable`: what it came from is no phone number. */
export type Heeded = 'taken' | 'busy' | 'unusable';

/** `method` of what people say by a keyword. */
const METHOD = 'keyword';

/**
 * Does what a keyword asks for, for the number it came from. A stop is the person's own, for everybody who goes by that
 * number; where nobody is known by it, it is kept for the number alone. A start grants what is declared, to somebody who is
 * known by that number alone.
 */
export const heedKeyword =
  (ports: KeywordPorts, settings: KeywordSettings) =>
  async (kind: 'stop' | 'start', message: TextMessage): Promise<Heeded> => {
    const asked: Asked = { ports, settings, message };
    const everybody = await knownByNumber(asked);
    const warn = (reason: string): void =>
      ports.line?.({ level: 'warn', message: 'keyword', keyword: kind, reason });
    if (everybody.length === 0) {
      warn('identifier-unusable');
      return 'unusable';
    }
    const became = (
      await Promise.all(everybody.map((known) => (kind === 'stop' ? stop : start)(asked, known)))
    ).flat();
    const refusals = became.flatMap((one) => (one.kind === 'refused' ? [one.refusal.type] : []));
    for (const reason of refusals) warn(reason);
    return refusals.includes('busy') ? 'busy' : 'taken';
  };

interface Asked {
  readonly ports: KeywordPorts;
  readonly settings: KeywordSettings;
  readonly message: TextMessage;
}

/** Services put the way it came before the number: `rcs:+45…`. */
const WAY = /^[a-z]+:/i;

/** Who goes by the number, for each kind of identifier that is a phone number. */
async function knownByNumber({ ports, message }: Asked): Promise<readonly KnownBy[]> {
  const value = message.from.replace(WAY, '');
  const kinds = Object.entries(ports.catalogue.identifiers).flatMap(([kind, { type }]) =>
    type === 'phone' ? [kind] : [],
  );
  const found = (await Promise.all(kinds.map((kind) => knownBy(ports, { kind, value })))).flatMap(
    (known) => known ?? [],
  );
  const held = found.filter(({ subjects }) => subjects.length > 0);
  return held.length > 0 ? held : found.slice(0, 1);
}

async function stop(asked: Asked, known: KnownBy): Promise<readonly Accepted[]> {
  const { subjects, stranger, identifier } = known;
  return subjects.length > 0
    ? forEachOf(subjects, (subject) => withdraw(asked, subject, []))
    : [await withdraw(asked, stranger, [identifier])];
}

/** What is withdrawn is not checked against anything: the configuration has been, and a stop gets through. */
function withdraw(
  { ports, settings, message }: Asked,
  subject: string,
  identifiers: CheckedChange['identifiers'],
): Promise<Accepted> {
  const { source, channel, stops } = settings;
  const now = ports.clock.now();
  const choices = stops.map((topic) => ({ topic, channel, state: 'withdrawn' as const }));
  const evidence = {
    ...{ source, actor: { kind: 'subject' as const }, method: METHOD },
    ...clamped(message.at ?? now, now),
    ...(message.digest !== undefined && { receivedDigest: message.digest }),
  };
  const change = { choices, preferences: [], identifiers, evidence, personal: {} };
  return recordChange(ports)({ subject, body: { choices }, ...heard(message, { choices }) }, change);
}

/** A message that comes twice is taken once. One whose time nobody vouches for is said now. */
const heard = ({ id, at }: TextMessage, body: ChangeBody) => ({
  saidNow: at === undefined,
  ...(id !== undefined && { attempt: attemptOf(METHOD, id, body) }),
});

/**
 * Of several people who share a number nobody knows which one wrote, and of a number nobody is known by nobody knows whose
 * it is: nothing is granted. What was stopped for the number alone, before anybody was known by it, is granted with the one
 * who is now, or it would hold for ever.
 */
async function start(asked: Asked, { subjects, stranger }: KnownBy): Promise<readonly Accepted[]> {
  const people = subjects.filter((subject) => subject !== stranger);
  const sms = !WAY.test(asked.message.from);
  if (!asked.settings.starts || people.length !== 1 || !sms) return [];
  return forEachOf(subjects, (subject) => grant(asked, subject));
}

async function grant({ ports, settings, message }: Asked, subject: string): Promise<Accepted> {
  const { source, channel, starts } = settings;
  const now = ports.clock.now();
  const { topics = [], legalBasis, notice } = starts ?? {};
  const choices = topics.map((topic) => ({ topic, channel, state: 'granted' as const }));
  const said = { choices, evidence: { source, actor: { kind: 'subject' as const }, method: METHOD } };
  const { occurredAt } = clamped(message.at ?? now, now);
  const body: ChangeBody = { ...said, evidence: { ...said.evidence, occurredAt, legalBasis, notice } };
  const checked = checkChange(body, { catalogue: ports.catalogue, caller: { sources: [source] }, now });
  if ('refusal' in checked) return { kind: 'refused', refusal: checked.refusal };
  const { change } = checked;
  const evidence =
    message.digest === undefined ? change.evidence : { ...change.evidence, receivedDigest: message.digest };
  return recordChange(ports)(
    { subject, body: { choices }, ...heard(message, { choices }) },
    { ...change, evidence },
  );
}
