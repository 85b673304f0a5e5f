import type { Catalogue } from '../domain/catalogue.ts';
import { type EventType, envelopeOf } from '../domain/event.ts';
import type { Answered, Outcome } from '../domain/outcome.ts';
import { toIso } from '../domain/time.ts';
import type { Bus, BusEntry } from '../ports.ts';
import type { DeliverPorts } from './lane.ts';

/** One delivery that was answered. `at`: ms. */
export interface Settled {
  readonly subject: string;
  readonly version: number;
  readonly outcome: Answered;
  readonly attempts: number;
  readonly at: number;
}

/** Writes one line for a delivery that did not end as delivered; its words are codes, never a vendor's. */
export function tell(
  { line }: { readonly line?: DeliverPorts['line'] },
  destination: string,
  attempt: {
    readonly subject: string;
    readonly version: number;
    readonly outcome: Outcome;
    readonly attempts: number;
  },
): void {
  const { outcome, ...rest } = attempt;
  if (outcome.kind === 'delivered') return;
  line?.({
    level: 'warn',
    message: 'delivery',
    destination,
    ...rest,
    outcome: outcome.kind,
    reason: outcome.reason,
  });
}

const TYPES: Partial<Record<Answered['kind'], EventType>> = {
  delivered: 'preferences.delivered.v1',
  failed: 'preferences.delivery-failed.v1',
  'needs-user-action': 'preferences.delivery-failed.v1',
};

/** Tells the bus of deliveries that ended. The ledger is the truth; an announcement that is lost is lost. */
export async function announce(
  ports: { readonly bus: Bus; readonly catalogue: Catalogue },
  destination: string,
  settled: readonly Settled[],
): Promise<void> {
  const entries = settled.flatMap((delivery) => {
    const type = TYPES[delivery.outcome.kind];
    return type ? [entryOf(ports.catalogue, type, destination, delivery)] : [];
  });
  for (let from = 0; from < entries.length; from += 10) await ports.bus.put(entries.slice(from, from + 10));
}

function entryOf(catalogue: Catalogue, type: EventType, destination: string, delivery: Settled): BusEntry {
  const { subject, version, outcome, attempts } = delivery;
  const time = toIso(delivery.at);
  const detail = {
    ...envelopeOf(catalogue, type, subject, version),
    type,
    id: `${subject}:${version}:${destination}:${delivery.at}`,
    time,
    data: {
      version,
      destination,
      outcome: outcome.kind,
      attempts,
      ...('reason' in outcome && { reason: outcome.reason }),
      ...('reference' in outcome && outcome.reference && { reference: outcome.reference }),
    },
  };
  return { type, time, detail };
}
