import config from '../heed.config.ts';
import { environmentCredentials } from '../lib/aws/environment-credentials.ts';
import type { Destination } from '../lib/destinations/destination.ts';
import { canonical, sha256 } from '../lib/domain/digest.ts';
import type { Lane } from '../lib/flow/lane.ts';
import { laneOf } from '../lib/flow/lanes.ts';
import type { PollPorts } from '../lib/flow/poll.ts';
import type { ReconcilePorts } from '../lib/flow/reconcile.ts';
import { vendorOf } from '../lib/http/client.ts';
import type { Vendor } from '../lib/ports.ts';
import {
  acceptPorts,
  bus,
  catalogue,
  clock,
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
import { functions } from './registry.ts';

/** The lane of a function that serves one destination alone. */
export const ownLane = (destination: Destination): Lane => laneOf(config, destination);

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
export async function setupOf(lane: Lane): Promise<string | undefined> {
  try {
    return setupDigest(lane, await secretOf(lane.destination.id));
  } catch {
    return undefined;
  }
}

export const setupDigest = ({ settings, paused }: Lane, secret: unknown): string =>
  sha256(canonical({ settings, paused, secret: sha256(JSON.stringify(secret) ?? '') }));

/** Twice the time a message of a lane may be hidden, ms: versions younger than this may still be on their way. */
export const SETTLE_TIME =
  12 * 1000 * (functions.find(({ name }) => name === 'deliver')?.timeoutSeconds ?? 60);
