import type { HeedConfig } from '../lib/config.ts';
import type { Lane } from '../lib/flow/lane.ts';
import type { Opened } from './opened.ts';
import type { Secrets } from './secrets.ts';

/** Stands in for the vendor of a destination whose secret is not set. */
export interface StandIn {
  readonly start: (port?: number) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly url: string;
  readonly secret: () => unknown;
}

export type Vendors = Readonly<Record<string, () => StandIn>>;

export interface AccountOptions {
  readonly config: HeedConfig;
  readonly lanes: readonly Lane[];
  readonly secrets: Secrets;
  readonly vendors: Vendors;
  readonly warn: (line: string) => void;
}

/** Who is told, and with which credentials. */
export interface Accounts {
  readonly standIns: ReadonlyMap<string, StandIn>;
  readonly secretOf: (destination: string) => Promise<unknown>;
  /** A stand-in's secret is another one at every start: it counts as none. */
  readonly lastingSecretOf: (destination: string) => Promise<unknown>;
}

/** Checks the secrets that are set, and starts a stand-in for every vendor whose secret is not. */
export async function openAccounts(options: AccountOptions, opened: Opened): Promise<Accounts> {
  const { lanes, secrets, config, warn } = options;
  for (const id of Object.keys(secrets.destinations))
    if (!Object.hasOwn(config.destinations, id)) warn(`A secret is set for ${id}, which is no destination.`);
  const standIns = new Map<string, StandIn>();
  for (const lane of lanes) {
    const { id } = lane.destination;
    const standIn = secrets.destinations[id] === undefined ? standInFor(id, options) : undefined;
    if (!standIn) check(lane, secrets.destinations[id]);
    else {
      await standIn.start();
      opened.add(`the simulator of ${id}`, standIn.stop);
      standIns.set(id, standIn);
    }
  }
  const lastingSecretOf = async (id: string): Promise<unknown> => secrets.destinations[id] ?? null;
  const secretOf = async (id: string): Promise<unknown> =>
    standIns.get(id)?.secret() ?? secrets.destinations[id];
  return { standIns, secretOf, lastingSecretOf };
}

function standInFor(id: string, { vendors }: AccountOptions): StandIn {
  const make = vendors[id];
  if (make) return make();
  throw new Error(`The secret of ${id} is not set, and there is no simulator to stand in for its vendor`);
}

/** Says what is wrong with a secret, and nothing of what is in it. */
function check({ destination }: Lane, secret: unknown): void {
  const { error } = destination.secret.safeParse(secret);
  if (!error) return;
  const faults = error.issues.map(
    ({ path, code }) => `${path.join('.') || 'it'} (${code.replace('_', ' ')})`,
  );
  throw new Error(`The secret of ${destination.id} cannot be used: ${faults.join(', ')}`);
}
