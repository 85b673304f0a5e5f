import { notices } from '../../functions/notices.ts';
import { poller } from '../../functions/poll.ts';
import { routes } from '../../functions/registry.ts';
import { answersOf } from '../../lib/domain/answer.ts';
import type { Catalogue } from '../../lib/domain/catalogue.ts';
import { eventOf } from '../../lib/domain/event.ts';
import type { ChoiceState, Version } from '../../lib/domain/vocabulary.ts';
import { recordChange } from '../../lib/flow/accept.ts';
import { deliver } from '../../lib/flow/deliver.ts';
import type { Lane } from '../../lib/flow/lane.ts';
import { laneIn } from '../../lib/flow/lanes.ts';
import type { PollMark, PollMarks } from '../../lib/flow/poll.ts';
import { vendorOf } from '../../lib/http/client.ts';
import type { Ledger, OpenIdentifier } from '../../lib/ports.ts';
import { startHttp } from '../../local/http.ts';
import { context } from '../api/rig.ts';
import { aCatalogue, anEvidence } from '../builders.ts';
import { type Memory, memory } from '../memory.ts';
import { identifierOf } from './people.ts';
import type { Case, Person } from './table.ts';

/** Heed as one vendor meets it: its notices route over HTTP, its poll, its lane, and what is recorded. */
export interface Inbound {
  /** Where the vendor's notices go. */
  readonly url: string;
  /** Records a person's own word, with all that she goes by, or with these kinds of it alone. */
  readonly say: (
    who: Person,
    state: ChoiceState,
    topic: string,
    channel: string,
    kinds?: readonly string[],
  ) => Promise<void>;
  readonly newest: (who: Person) => Promise<Version | undefined>;
  readonly answer: (who: Person, topic: string, channel: string) => Promise<string>;
  /** How many versions of all people there are. */
  readonly size: () => number;
  /** Bodies of the requests so far, as they came. */
  readonly bodies: readonly string[];
  /** What was logged or answered, as text. */
  readonly told: () => string;
  readonly poll: () => Promise<void>;
  /** From now on the mark cannot be moved; gives the function that ends it. */
  readonly breakMark: () => () => void;
  /** Delivers the newest version to the vendor. */
  readonly deliver: (who: Person) => Promise<void>;
  readonly close: () => Promise<void>;
}

const CLOCK = {
  now: Date.now,
  sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, Math.min(ms, 5))),
  chance: () => 0,
};

export async function inboundOf(row: Case, topics: readonly string[]): Promise<Inbound> {
  const { destination } = row;
  const settings = destination.settings.parse(row.settings(topics));
  const interest = { topics: destination.topics(settings), channels: destination.channels };
  const lane: Lane = { destination, settings, interest, paused: false };
  const secret = async () => row.secret();
  const vendor = vendorOf({ destination, settings, secret, perSecond: 1000, clock: CLOCK });
  const store = memory();
  const { marks, breakMark } = marksInMemory();
  const lines: string[] = [];
  const bodies: string[] = [];
  let url = '';
  const ports = {
    ...{ ...store, catalogue: catalogueFor(row), clock: CLOCK, vendor, pollMarks: marks },
    sendAgain: async () => undefined,
    ...{ grantEvidence: () => undefined, tellAgain: async () => undefined },
    line: (line: object) => void lines.push(JSON.stringify(line)),
  };
  const handler = notices({
    ...{ ...ports, laneOf: laneIn([lane]), secretOf: secret, vendorFor: () => vendor },
    get publicUrl() {
      return url;
    },
  });
  const listening = await startHttp({
    routes: routes
      .filter(({ path }) => path.includes('/notices'))
      .map(({ method, path }) => ({
        ...{ method, path },
        handler: async (event) => {
          const { body = '', isBase64Encoded } = event;
          bodies.push(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString());
          const answer = await handler(event, { ...context, getRemainingTimeInMillis: () => 29_000 });
          lines.push(JSON.stringify(answer));
          return answer;
        },
      })),
  });
  url = listening.url;
  const poll = poller(ports, lane);
  const newest = async ({ subject }: Person) => (await store.records.newest(subject))?.version;
  return {
    url: `${url}/v1/destinations/${destination.id}/notices`,
    say: (who, state, topic, channel, kinds) => say(ports, { row, who, kinds }, { topic, channel, state }),
    newest,
    answer: async (who, topic, channel) => {
      const version = await newest(who);
      return version ? answersOf(version.record, ports.catalogue, Date.now())(topic, channel).state : 'none';
    },
    size: store.size,
    bodies,
    told: () => lines.join('\n'),
    poll: () => poll({}, { ...context, getRemainingTimeInMillis: () => 300_000 }),
    breakMark,
    deliver: (who) => deliverTo(ports, lane, who),
    close: async () => {
      await listening.close(100);
      await vendor.close();
    },
  };
}

const everything = { topics: ['*'], channels: ['*'], states: ['granted' as const, 'withdrawn' as const] };

/** Knows every channel, every kind of identifier the destination may name, and the destination as a source. */
function catalogueFor({ destination: { id, title, identifiedBy } }: Case): Catalogue {
  const own = [...identifiedBy, 'customer', id].filter((kind) => kind !== 'email' && kind !== 'phone');
  const known = aCatalogue();
  return aCatalogue({
    channels: ['email', 'sms', 'phone', 'push', 'post'],
    identifiers: { ...known.identifiers, ...Object.fromEntries(own.map((kind) => [kind, { type: 'id' }])) },
    sources: {
      ...known.sources,
      [id]: { title, actors: ['subject', 'system'], preferences: [], identifiers: [], ...everything },
    },
  });
}

type Ports = Memory & { readonly catalogue: Catalogue; readonly clock: typeof CLOCK };
type Choice = { readonly topic: string; readonly channel: string; readonly state: ChoiceState };

async function say(
  ports: Ports,
  {
    row,
    who,
    kinds,
  }: { readonly row: Case; readonly who: Person; readonly kinds: readonly string[] | undefined },
  choice: Choice,
): Promise<void> {
  const all = Object.keys(ports.catalogue.identifiers).filter((kind) => kind !== 'crm');
  const identifiers = (kinds ?? all).map((kind) => ({ kind, value: identifierOf(who, kind) }));
  const occurredAt = new Date(Date.now() - 3_600_000).toISOString();
  const { personal: _, ...evidence } = anEvidence({ occurredAt });
  const change = { choices: [choice], preferences: [], identifiers, evidence, personal: {} };
  const accepted = await recordChange(ports)({ subject: who.subject, body: { choices: [choice] } }, change);
  if (accepted.kind !== 'recorded') throw new Error(`${row.destination.id}: nothing was recorded`);
}

function marksInMemory(): { readonly marks: PollMarks; readonly breakMark: () => () => void } {
  let mark: PollMark | undefined;
  let broken = false;
  return {
    marks: {
      read: async () => mark,
      write: async (_, next) => {
        if (broken) throw new Error('the table is out of reach');
        if (next.revision !== (mark?.revision ?? 0) + 1) return false;
        mark = next;
        return true;
      },
    },
    breakMark: () => {
      broken = true;
      return () => {
        broken = false;
      };
    },
  };
}

async function deliverTo(
  ports: Ports & { readonly vendor: ReturnType<typeof vendorOf> },
  lane: Lane,
  { subject }: Person,
): Promise<void> {
  const version = (await ports.records.newest(subject))?.version;
  if (!version) throw new Error(`nothing is recorded of ${subject}`);
  const run = deliver(
    {
      ...{ ...ports, ledger: ledgerOver(ports) },
      ...{ log: { read: async () => new Map(), replace: async () => true } },
      ...{ marks: { read: async () => undefined } },
      ...{
        bus: { put: async (entries) => entries.map(() => true) },
        lanes: { force: async () => undefined },
      },
    },
    lane,
  );
  const message = {
    id: subject,
    subject,
    version: version.version,
    event: eventOf(version, ports.catalogue),
  };
  const rest = { receiveCount: 1, sentAt: Date.now(), force: false, confirming: false };
  const [disposition] = await run([{ ...message, ...rest }], Date.now() + 60_000);
  if (disposition?.again !== undefined)
    await run([{ ...message, ...rest, receiveCount: 2 }], Date.now() + 60_000);
}

/** The ledger of the memory, for a lane that is alone with it. */
function ledgerOver({
  deliveries,
  identifiers,
  seals,
}: Ports): Pick<Ledger, 'read' | 'settle' | 'note' | 'touch'> {
  const opened = async (subject: string): Promise<readonly OpenIdentifier[]> => {
    const { current } = await identifiers.of(subject);
    return Promise.all(
      current.map(async ({ kind, hash, sealed }) => ({
        ...{ kind, hash, shared: false },
        value: (await seals.open(subject, sealed)) ?? '',
      })),
    );
  };
  return {
    read: async (destination, subjects) => {
      const rows = subjects.map(async (subject) => {
        const none = { subject, destination, version: 0, revision: 0, trail: [] };
        const item = deliveries.find((one) => one.subject === subject) ?? none;
        return [subject, { item, identifiers: await opened(subject) }] as const;
      });
      return new Map(await Promise.all(rows));
    },
    settle: async (item) => {
      const at = deliveries.findIndex((one) => one.subject === item.subject);
      deliveries.splice(at < 0 ? deliveries.length : at, 1, item);
      return true;
    },
    note: async () => undefined,
    touch: async () => undefined,
  };
}
