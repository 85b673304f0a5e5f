import { type DeliveriesPorts, readDeliveries } from './read-deliveries.ts';
import { type ToldPorts, toldOf } from './told.ts';
import { toldBy } from './told-by.ts';

export interface DeliveriesAskedPorts extends DeliveriesPorts, ToldPorts {}

/** What became of a version, what there was at a moment (ms), or what there is now. Undefined: there is no such version. */
export const deliveriesAsked =
  (ports: DeliveriesAskedPorts) =>
  async (
    subject: string,
    { version, at }: { readonly version?: number | undefined; readonly at?: number | undefined },
  ) => {
    if (version !== undefined) return toldOf(ports)(subject, version);
    return at === undefined ? readDeliveries(ports)(subject) : toldBy(ports)(subject, at);
  };
