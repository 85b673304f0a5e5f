import { preferencesOf } from '../domain/answer.ts';
import { reliable } from '../domain/broken-version.ts';
import { type Catalogue, declared } from '../domain/catalogue.ts';
import { type Awaited, awaitedIn } from '../domain/double-opt-in.ts';
import type { ConfirmationRequested } from '../domain/event-schema.ts';
import { DAY, toIso } from '../domain/time.ts';
import type { HeedRecord, IdentifierEntry } from '../domain/vocabulary.ts';
import type { Clock, Log, Records, Seals } from '../ports.ts';
import type { Confirming } from './confirm.ts';
import type { Mail, Mailer } from './mail.ts';

/** What a message is written from. */
export interface ToConfirm extends Awaited {
  /** Where the button is. */
  readonly link: string;
  /** Of the notice that was shown when she asked. */
  readonly shownIn?: string | undefined;
  /** Preferences as they stand: one of them may be her language. */
  readonly preferences: ReadonlyMap<string, string>;
}

export interface ConfirmationPorts {
  readonly catalogue: Catalogue;
  readonly clock: Pick<Clock, 'now'>;
  readonly records: Pick<Records, 'newest'>;
  readonly seals: Pick<Seals, 'open'>;
  readonly log: Pick<Log, 'read' | 'write'>;
  readonly mailer: Mailer;
  /** Makes the link that confirms. */
  readonly linkFor: (confirming: Confirming) => Promise<string>;
  readonly write: (toConfirm: ToConfirm) => Promise<Omit<Mail, 'to'>>;
}

/** The one channel that Heed itself sends on. */
export const MAILED = 'email';

/** Name in the log of what was told, for one topic. */
const sentAs = (topic: string): string => `confirmation:${topic}`;

/** How long it is remembered that a message was sent, ms: longer than the bus's archive and any request. */
const REMEMBERED = 400 * DAY;

/** So much of the keyed hash names an address for good. */
const HASH_START = 22;

type Requested = Pick<ConfirmationRequested, 'subject' | 'data'>;

/**
 * Sends the messages that an event asks for, one a topic, and gives how many. The record is read first: what was stopped
 * since, has lapsed or was asked anew is not sent. Each is sent once for a version, however often its event comes; where
 * two come at the very same time, it may be twice.
 */
export const sendConfirmations =
  (ports: ConfirmationPorts) =>
  async ({ subject, data }: Requested): Promise<number> => {
    const stored = await reliable(ports.records.newest(subject));
    const record = stored?.version.record;
    const address = record && emailIn(record, ports.catalogue);
    if (!record || !address) return 0;
    const awaited = awaitedIn(record, ports.catalogue, ports.clock.now()).filter((one) => asksFor(data, one));
    const open = await notSent(ports, subject, { awaited, version: data.version });
    if (open.length === 0) return 0;
    const to = await ports.seals.open(subject, address.sealed);
    if (to === undefined) return 0;
    const preferences = new Map(preferencesOf(record).map(({ key, value }) => [key, value]));
    for (const one of open) {
      const { topic, channel } = one;
      const sentTo = address.hash.slice(0, HASH_START);
      const link = await ports.linkFor({ subject, topic, channel, request: data.request, to: sentTo });
      const mail = await ports.write({ ...one, link, shownIn: data.language, preferences });
      await ports.mailer.send({ ...mail, to });
      await note(ports, { subject, topic, version: data.version });
    }
    return open.length;
  };

const asksFor = (
  { request, confirmations }: Requested['data'],
  { topic, channel, change }: Awaited,
): boolean =>
  channel === MAILED &&
  change === request &&
  confirmations.some((one) => one.topic === topic && one.channel === channel);

type Address = IdentifierEntry & { readonly hash: string; readonly sealed: string };

/** Her own address, as it is now. */
const emailIn = ({ identifiers }: HeedRecord, catalogue: Catalogue): Address | undefined =>
  identifiers
    .flatMap(({ hash, sealed, ...entry }) => (hash && sealed ? [{ ...entry, hash, sealed }] : []))
    .find(({ kind }) => declared(catalogue.identifiers, kind)?.type === 'email');

interface Versioned {
  readonly awaited: readonly Awaited[];
  readonly version: number;
}

async function notSent(
  { log }: ConfirmationPorts,
  subject: string,
  { awaited, version }: Versioned,
): Promise<readonly Awaited[]> {
  const entries = await Promise.all(
    awaited.map(({ topic }) => log.read(sentAs(topic), [{ subject, version }])),
  );
  return awaited.filter((_, i) => entries[i]?.size === 0);
}

const note = (
  { log, clock }: ConfirmationPorts,
  { subject, topic, version }: { readonly subject: string; readonly topic: string; readonly version: number },
): Promise<void> => {
  const now = clock.now();
  const sent = { subject, version, at: toIso(now), attempts: 1, outcome: 'delivered' as const };
  return log.write([{ ...sent, destination: sentAs(topic) }], now + REMEMBERED);
};
