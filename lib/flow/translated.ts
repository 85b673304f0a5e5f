import type { Call, Delivery, Destination } from '../destinations/destination.ts';
import type { LaneReported } from '../domain/event.ts';

/** A destination's calls for one delivery, or to erase whom it is about, where it can. A translator that throws is a bug of ours: its subject fails, alone. */
export function callsOf(destination: Destination, delivery: Delivery, settings: unknown): readonly Call[] {
  try {
    if (delivery.erasing && destination.erase) return destination.erase(delivery, settings);
    return destination.translate(delivery, settings);
  } catch {
    return [{ outcome: { kind: 'failed', reason: 'translate-threw' } }];
  }
}

/** A watcher's calls for one report, likewise. */
export function reportsOf(destination: Destination, event: LaneReported, settings: unknown): readonly Call[] {
  try {
    return destination.report?.(event, settings) ?? [];
  } catch {
    return [{ outcome: { kind: 'failed', reason: 'report-threw' } }];
  }
}
