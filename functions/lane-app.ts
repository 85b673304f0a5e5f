import { environmentCredentials } from '../lib/aws/environment-credentials.ts';
import type { Destination } from '../lib/destinations/destination.ts';
import { canonical, sha256 } from '../lib/domain/digest.ts';
import type { Lane, LaneFacts } from '../lib/flow/lane.ts';
import type { PollPorts } from '../lib/flow/poll.ts';
import type { ReconcilePorts } from '../lib/flow/reconcile.ts';
import { sendAgainIn } from '../lib/flow/release.ts';
import { vendorOf } from '../lib/http/client.ts';
import type { Vendor } from '../lib/ports.ts';
import {
  acceptPorts,
  bus,
  catalogue,
  clock,
  env,
  grantEvidence,
  identifiers,
  lanePort,
  ledger,
  log,
  marks,
  pollMarks,
  records,
  secretOf,
} from './app.ts';
import type { DeliverApp } from './deliver.ts';
import { printLine } from './middleware/line.ts';
import type { NoticesApp } from './notices.ts';
import { functions } from './registry.ts';

/** A destination's HTTP side. Its share of the destination's rate is even: so many workers run at once. */
export const laneVendor = ({ destination, settings }: Pick<Lane, 'destination' | 'settings'>): Vendor =>
  vendorOf({
    destination,
    settings,
    secret: (afresh) => secretOf(destination.id, afresh),
    perSecond: destination.limits.perSecond / destination.limits.concurrency,
    clock,
    credentials: environmentCredentials,
  });

/** The same for a function that serves every destination: one each, made when it is first needed. */
export function laneVendors(): (lane: Pick<Lane, 'destination' | 'settings'>) => Vendor {
  const made = new Map<string, Vendor>();
  return (lane) => {
    const { id } = lane.destination;
    const vendor = made.get(id) ?? laneVendor(lane);
    made.set(id, vendor);
    return vendor;
  };
}

/** What a lane's worker needs. */
export function deliverPorts(lane: Lane): DeliverApp {
  return {
    catalogue,
    clock,
    records: records(),
    identifiers: identifiers(),
    ledger: ledger(),
    log: log(),
    marks: marks(),
    bus: bus(),
    lanes: lanePort(),
    vendor: laneVendor(lane),
    line: printLine,
  };
}

/** What it takes to ask a destination for its own unsubscribes. */
export const pollPorts = (lane: Lane): PollPorts => ({
  ...acceptPorts(),
  grantEvidence,
  tellAgain: (destination, subject) => lanePort().force(destination, [{ subject, version: 0 }]),
  vendor: laneVendor(lane),
  pollMarks: pollMarks(),
});

/** Loads the code of those destinations that send notices, by id. */
export type Receivers = Readonly<Record<string, () => Promise<Destination>>>;

/** What it takes to hear vendors. One's code is loaded when a notice of its comes: a cold start waits for no other. */
export const noticesApp = (lanes: readonly LaneFacts[], receivers: Receivers): NoticesApp => ({
  ...acceptPorts(),
  grantEvidence,
  tellAgain: (destination, subject) => lanePort().force(destination, [{ subject, version: 0 }]),
  sendAgain: sendAgainIn({ clock, ledger: ledger(), lanes: lanePort() }, lanes),
  secretOf,
  laneOf: async (id) => {
    const facts = lanes.find(({ destination }) => destination.id === id);
    const destination = facts && (await receivers[id]?.());
    return destination && { ...facts, destination };
  },
  vendorFor: laneVendors(),
  publicUrl: env('HEED_PUBLIC_URL'),
  line: printLine,
});

export const reconcilePorts = (): ReconcilePorts & ReturnType<typeof acceptPorts> => ({
  ...acceptPorts(),
  log: log(),
  marks: marks(),
  bus: bus(),
  lanes: lanePort(),
});

/**
 * Changes with the settings, the pause or the secret of a lane; tells nothing of the secret. Undefined while the secret
 * is out of reach: an outage is no change.
 */
export async function setupOf(lane: LaneFacts): Promise<string | undefined> {
  try {
    return setupDigest(lane, await secretOf(lane.destination.id));
  } catch {
    return undefined;
  }
}

export const setupDigest = ({ settings, paused }: LaneFacts, secret: unknown): string =>
  sha256(canonical({ settings, paused, secret: sha256(JSON.stringify(secret) ?? '') }));

/** Twice the time a message of a lane may be hidden, ms: versions younger than this may still be on their way. */
export const SETTLE_TIME =
  12 * 1000 * (functions.find(({ name }) => name === 'deliver')?.timeoutSeconds ?? 60);
