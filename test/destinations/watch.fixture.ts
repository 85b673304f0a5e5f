import type { SQSEvent } from 'aws-lambda';
import { notices } from '../../functions/notices.ts';
import { routes } from '../../functions/registry.ts';
import { laneBatch } from '../../lib/aws/lane-message.ts';
import type { Destination } from '../../lib/destinations/destination.ts';
import { NO_INTEREST } from '../../lib/domain/interest.ts';
import type { LaneStanding } from '../../lib/domain/lane-standing.ts';
import { deliver } from '../../lib/flow/deliver.ts';
import { reportedOf } from '../../lib/flow/health.ts';
import type { DeliverPorts, Disposition, Lane, LaneMessage } from '../../lib/flow/lane.ts';
import { laneIn } from '../../lib/flow/lanes.ts';
import { vendorOf } from '../../lib/http/client.ts';
import type { DeliveryItem, LaneMark } from '../../lib/ports.ts';
import { startHttp } from '../../local/http.ts';
import { context } from '../api/rig.ts';
import { aCatalogue } from '../builders.ts';
import { book, ledgerOf } from '../flow/model/ledger.ts';
import { memory } from '../memory.ts';
import type { Simulator } from '../simulators/simulator.ts';

const CATALOGUE = aCatalogue();
const MINUTE = 60_000;

/** How long the lane waits for a vendor here, ms. */
const TIMEOUT_MS = 250;

export interface Watched {
  readonly destination: Destination;
  readonly settings?: unknown;
  readonly simulator: Simulator & { readonly secret: () => unknown };
}

/** A watcher's lane: the shipped `deliver`, HTTP client and notices route against a simulator, at a time the test sets. */
export interface WatchLane {
  /** Reconcile looks at a lane: what it finds is kept, and the message that tells of it is given. */
  readonly look: (standing: Partial<LaneStanding>) => LaneMessage;
  readonly pass: (minutes: number) => void;
  readonly tell: (message: LaneMessage, over?: Partial<LaneMessage>) => Promise<Disposition | undefined>;
  readonly item: (lane: string) => DeliveryItem;
  /** Happens once, before the next settle. */
  readonly overtake: (act: () => void) => void;
  /** Where the vendor's notices go. */
  readonly url: string;
  /** Lanes whose deliveries were sent again. */
  readonly sentAgain: readonly string[];
  readonly close: () => Promise<void>;
}

export async function aWatch(row: Watched, over: Partial<Lane> = {}): Promise<WatchLane> {
  const { destination, simulator } = row;
  const settings = destination.settings.parse(row.settings ?? {});
  const lane: Lane = { destination, settings, interest: NO_INTEREST, paused: false, ...over };
  let now = Date.now();
  const clock = { now: () => now, sleep: async () => undefined, chance: () => 0 };
  const secret = async () => simulator.secret();
  const vendor = vendorOf({ destination, settings, secret, perSecond: 1e6, clock, timeoutMs: TIMEOUT_MS });
  const marks = new Map<string, LaneMark>();
  const kept = book(destination.id);
  let overtaking: (() => void) | undefined;
  const ledger: DeliverPorts['ledger'] = {
    ...ledgerOf(kept),
    read: async (_id, lanes) => new Map(lanes.map((of) => [of, { item: kept.item(of), identifiers: [] }])),
    settle: async (item) => {
      overtaking?.();
      overtaking = undefined;
      return kept.settle(item);
    },
  };
  const ports: DeliverPorts = {
    ...{ ...NO_PEOPLE, catalogue: CATALOGUE, clock, vendor, ledger },
    marks: { read: async (of) => marks.get(of) },
  };
  const door = await doorOf(row, { lane, vendor });
  return {
    look: (said) => {
      const at = new Date(now).toISOString();
      const standing = { ...STANDING, since: at, ...said };
      const health = { at, troubledAt: at, standing };
      marks.set(standing.lane, { lowWater: now, setup: '', health });
      return messageOf(reportedOf(CATALOGUE, health), now);
    },
    pass: (minutes) => {
      now += minutes * MINUTE;
    },
    tell: async (message, also = {}) =>
      (await deliver(ports, lane)([{ ...message, ...also }], now + MINUTE)).at(0),
    item: kept.item,
    overtake: (act) => {
      overtaking = act;
    },
    ...{ url: door.url, sentAgain: door.sentAgain },
    close: async () => {
      await door.close();
      await vendor.close();
    },
  };
}

const STANDING: LaneStanding = {
  ...{ lane: 'mailer', title: 'Mailer', impact: 'people keep getting mail after they withdrew' },
  ...{ state: 'healthy', since: '', gaps: 0, held: 0, failed: 0, needsUserAction: 0 },
};

/** A watcher asks for nobody. */
const NO_PEOPLE = {
  records: { newest: async () => undefined, version: async () => undefined },
  identifiers: { holders: async () => [], suppressed: async () => [] },
  log: { read: async () => new Map(), replace: async () => true },
  bus: { put: async () => [] },
  lanes: { force: async () => undefined },
};

/** The report as the lane's queue holds it. */
function messageOf(detail: ReturnType<typeof reportedOf>, now: number): LaneMessage {
  const { time } = detail;
  const event: SQSEvent = {
    Records: [
      {
        ...{ messageId: detail.id, receiptHandle: '', messageAttributes: {}, md5OfBody: '' },
        body: JSON.stringify({ 'detail-type': 'lane.reported.v1', source: 'heed', time, detail }),
        ...{ eventSource: 'aws:sqs', eventSourceARN: '', awsRegion: '' },
        attributes: {
          ...{ ApproximateReceiveCount: '1', SentTimestamp: String(now) },
          ...{ SenderId: '', ApproximateFirstReceiveTimestamp: '' },
        },
      },
    ],
  };
  const [message] = laneBatch(event).messages;
  if (!message) throw new Error('the lane cannot read the report');
  return message;
}

async function doorOf(
  { destination, simulator }: Watched,
  { lane, vendor }: { readonly lane: Lane; readonly vendor: DeliverPorts['vendor'] },
) {
  const sentAgain: string[] = [];
  const store = memory();
  const handler = notices({
    ...{ ...store, catalogue: CATALOGUE, clock: { ...NOW, now: Date.now }, laneOf: laneIn([lane]) },
    ...{ grantEvidence: () => undefined, tellAgain: async () => undefined, vendorFor: () => vendor },
    ...{ secretOf: async () => simulator.secret(), publicUrl: 'https://heed.example' },
    ...{ sendAgain: async (id: string) => void sentAgain.push(id), line: () => undefined },
  });
  const found = routes.filter(({ path }) => path.endsWith('/notices'));
  const listening = await startHttp({
    routes: found.map(({ method, path }) => ({
      ...{ method, path },
      handler: async (event) => handler(event, context),
    })),
  });
  const url = `${listening.url}/v1/destinations/${destination.id}/notices`;
  return { url, sentAgain, close: () => listening.close(100) };
}

const NOW = { sleep: async () => undefined, chance: () => 0 };
