import { allTold } from './former.ts';
import { type DeliveriesPorts, readDeliveries, type Told } from './read-deliveries.ts';
import { type ToldPorts, toldOf } from './told.ts';
import { toldBy } from './told-by.ts';

export interface DeliveriesAskedPorts extends DeliveriesPorts, ToldPorts {}

export interface Asked {
  readonly version?: number | undefined;
  /** ms */
  readonly at?: number | undefined;
  /** Only this one. */
  readonly destination?: string | undefined;
}

/**
 * What became of a version, what there was at a moment, or what there is now: the past is told of those too that are not
 * enabled any more.
 */
export const deliveriesAsked = (ports: DeliveriesAskedPorts) => async (subject: string, asked: Asked) => {
  const { version, at, destination } = asked;
  const destinations = await destinationsFor(ports, subject, asked);
  if (destinations.length === 0 && destination !== undefined) return 'holds-no-copy';
  const some = { ...ports, destinations };
  if (version !== undefined) return (await toldOf(some)(subject, version)) ?? 'no-such-version';
  return at === undefined ? readDeliveries(some)(subject) : toldBy(some)(subject, at);
};

async function destinationsFor(
  ports: DeliveriesAskedPorts,
  subject: string,
  { version, at, destination }: Asked,
): Promise<readonly Told[]> {
  const isNow = version === undefined && at === undefined;
  const all = isNow ? ports.destinations : await allTold(ports, subject);
  return all.filter(({ id }) => (destination ?? id) === id);
}
