import { canonical } from '../../lib/domain/digest.ts';
import { eventOf } from '../../lib/domain/event.ts';
import type { Version } from '../../lib/domain/vocabulary.ts';
import { deliver } from '../../lib/flow/deliver.ts';
import type { DeliverPorts, Lane, LaneMessage } from '../../lib/flow/lane.ts';
import { vendorOf } from '../../lib/http/client.ts';
import type { DeliveryItem, LogEntry, OpenIdentifier } from '../../lib/ports.ts';
import { aCatalogue, aChange, asPredecessor, aVersion, type ChangeShape } from '../builders.ts';
import type { Case } from './table.ts';

/** What became of a delivery: `delivered`, `failed CODE`, `retry CODE`; and the seconds until it comes again. */
export interface Result {
  readonly words: string;
  readonly again: number | undefined;
}

/** What a person goes by. */
export interface Address {
  readonly kind: string;
  readonly value: string;
  readonly shared?: boolean;
  readonly retiredSince?: number;
}

/** A lane that runs the shipped `deliver` and HTTP client against a simulator, over a store in memory. */
export interface TestLane {
  /** Records a change of the person's, without delivering it. */
  readonly record: (subject: string, change: ChangeShape) => void;
  readonly goesBy: (subject: string, ...addresses: readonly Address[]) => void;
  /** Delivers the newest versions of these subjects in one batch; one result each, in order. */
  readonly deliver: (
    subjects: readonly string[],
    message?: Partial<LaneMessage>,
  ) => Promise<readonly Result[]>;
  readonly close: () => Promise<void>;
}

export interface LaneOptions {
  readonly topics: readonly string[];
  /** How long the lane waits for a vendor, ms. */
  readonly timeoutMs?: number;
}

/** Longest pause between two questions to a vendor that takes its time, ms: simulators count questions, not time. */
const PAUSE_MS = 5;

export function aLane(row: Case, { topics, timeoutMs = 5000 }: LaneOptions): TestLane {
  const settings = row.destination.settings.parse(row.settings(topics));
  const { channels } = row.destination;
  const interest = { topics: row.destination.topics(settings), channels };
  const lane: Lane = { destination: row.destination, settings, interest, paused: false };
  const clock = {
    now: Date.now,
    sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, Math.min(ms, PAUSE_MS))),
    chance: () => 0,
  };
  const vendor = vendorOf({
    ...{ destination: row.destination, settings, secret: async () => row.secret() },
    ...{ perSecond: 1000, clock, timeoutMs },
  });
  const store = inMemory();
  const run = deliver({ ...store.ports, vendor, clock }, lane);
  return {
    record: (subject, change) => store.record(subject, change),
    goesBy: (subject, ...addresses) => void store.addresses.set(subject, addresses),
    deliver: async (subjects, message = {}) => {
      const messages = subjects.map((subject) => messageOf(store.newest(subject), message));
      const dispositions = await run(messages, Date.now() + 60_000);
      return messages.map(({ id, subject }) => ({
        words: store.answers.get(subject) ?? 'no answer',
        again: dispositions.find((one) => one.id === id)?.again,
      }));
    },
    close: vendor.close,
  };
}

const CATALOGUE = aCatalogue({ channels: ['email', 'sms', 'phone', 'push', 'post'] });

const messageOf = (version: Version, message: Partial<LaneMessage>): LaneMessage => ({
  ...{ id: `message of ${version.subject}`, subject: version.subject, version: version.version },
  ...{ event: eventOf(version, CATALOGUE), receiveCount: 1, sentAt: Date.now(), force: false },
  ...{ confirming: false, ...message },
});

/** Versions, addresses and a ledger: the least that `deliver` needs. */
function inMemory() {
  const versions = new Map<string, Version>();
  const addresses = new Map<string, readonly Address[]>();
  const answers = new Map<string, string>();
  const newest = (subject: string): Version => {
    const version = versions.get(subject);
    if (!version) throw new Error(`nothing is recorded of ${subject}`);
    return version;
  };
  const record = (subject: string, change: ChangeShape): void => {
    const previous = versions.get(subject);
    versions.set(
      subject,
      aVersion({ subject, change: aChange(change), catalogue: CATALOGUE, ...(previous && { previous }) }),
    );
  };
  const ports: Omit<DeliverPorts, 'vendor' | 'clock'> = {
    catalogue: CATALOGUE,
    records: {
      newest: async (subject) => storedOf(versions.get(subject)),
      version: async (subject) => storedOf(versions.get(subject)),
    },
    identifiers: { holders: async (_kind, hash) => holdersOf(addresses, hash), suppressed: async () => [] },
    ledger: ledgerIn(addresses, answers),
    log: logIn(answers),
    marks: { read: async () => undefined },
    bus: { put: async (entries) => entries.map(() => true) },
    lanes: { force: async () => undefined },
  };
  return { ports, record, newest, addresses, answers };
}

const storedOf = (version: Version | undefined) =>
  version && { ...asPredecessor(version), document: canonical(version), remembered: [] };

const holdersOf = (addresses: ReadonlyMap<string, readonly Address[]>, hash: string): readonly string[] =>
  [...addresses].flatMap(([subject, all]) =>
    all.some((one) => hashOf(one) === hash && one.retiredSince === undefined) ? [subject] : [],
  );

const hashOf = ({ kind, value }: Address): string => `${kind} ${value}`;

const identifierOf = ({ shared = false, retiredSince, ...address }: Address): OpenIdentifier => ({
  ...{ kind: address.kind, value: address.value, hash: hashOf(address), shared },
  ...(retiredSince !== undefined && { retiredSince }),
});

function ledgerIn(
  addresses: ReadonlyMap<string, readonly Address[]>,
  answers: Map<string, string>,
): DeliverPorts['ledger'] {
  const items = new Map<string, DeliveryItem>();
  const itemOf = (destination: string, subject: string): DeliveryItem =>
    items.get(subject) ?? { subject, destination, version: 0, revision: 0, trail: [] };
  return {
    read: async (destination, subjects) =>
      new Map(
        subjects.map((subject) => [
          subject,
          {
            item: itemOf(destination, subject),
            identifiers: (addresses.get(subject) ?? []).map(identifierOf),
          },
        ]),
      ),
    settle: async (item) => {
      if (item.revision !== itemOf(item.destination, item.subject).revision + 1) return false;
      items.set(item.subject, item);
      answers.set(item.subject, spoken(item.answered?.outcome, item.answered?.reason));
      return true;
    },
    touch: async (destination, subject) => {
      const item = itemOf(destination, subject);
      items.set(subject, { ...item, revision: item.revision + 1 });
    },
    note: async (_destination, subject, { reason }) => void answers.set(subject, spoken('retry', reason)),
  };
}

function logIn(answers: Map<string, string>): DeliverPorts['log'] {
  const entries = new Map<string, LogEntry>();
  return {
    read: async () => entries,
    replace: async (entry) => {
      entries.set(`${entry.subject}:${entry.version}`, entry);
      answers.set(entry.subject, spoken(entry.outcome, entry.reason));
      return true;
    },
  };
}

const spoken = (outcome: string | undefined, reason: string | undefined): string =>
  reason === undefined ? `${outcome}` : `${outcome} ${reason}`;
