import { ConfigError, type HeedConfig } from '../config.ts';
import type { Destination } from '../destinations/destination.ts';
import { expressible, NO_INTEREST, patternOf, REPORTS } from '../domain/interest.ts';
import type { Lane, LaneFacts } from './lane.ts';
import { reporterFaults } from './reporter-faults.ts';
import { settingsFaults } from './settings.ts';

/** Every destination there is, by id. */
export type Destinations = Readonly<Record<string, Destination>>;

/** The lanes of the enabled destinations. Throws a ConfigError that names every setting that is wrong. */
export function lanesOf(config: HeedConfig, destinations: Destinations): readonly Lane[] {
  const all = Object.entries(config.destinations)
    .filter(([, { enabled }]) => enabled)
    .map(([id, { paused, settings }]) =>
      checked(config, { id, destination: destinations[id], paused, settings }),
    );
  const faults = all.flatMap((lane) => ('faults' in lane ? lane.faults : []));
  if (faults.length > 0) throw new ConfigError(faults);
  return all.flatMap((lane) => ('faults' in lane ? [] : [lane]));
}

/** A lane without its destination's code. The stack's bundles hold it as JSON. */
export const factsOf = ({ destination, settings, interest, paused, erases }: Lane): LaneFacts => {
  const { id, title, kind, impact, identifiedBy } = destination;
  const data = { id, title, kind, impact, identifiedBy };
  return { destination: data, settings, interest, paused, ...(erases && { erases }) };
};

/** Finds a lane by its destination. */
export const laneIn =
  (lanes: readonly Lane[]) =>
  async (id: string): Promise<Lane | undefined> =>
    lanes.find(({ destination }) => destination.id === id);

/** The rule pattern of the events that concern a lane. */
export const rulePatternOf = ({ destination, interest }: Lane) =>
  destination.kind === 'watch' ? REPORTS : patternOf(interest);

interface Declared {
  readonly id: string;
  readonly destination: Destination | undefined;
  readonly paused: boolean;
  readonly settings: unknown;
}

function checked(
  config: HeedConfig,
  { id, destination, paused, settings: raw }: Declared,
): Lane | { readonly faults: readonly string[] } {
  if (!destination) return { faults: [`destinations.${id}: there is no such destination`] };
  const parsed = destination.settings.safeParse(raw);
  if (!parsed.success) {
    return {
      faults: settingsFaults(destination.settings, raw).map((fault) => `destinations.${id}: ${fault}`),
    };
  }
  if (destination.kind === 'watch')
    return { destination, settings: parsed.data, interest: NO_INTEREST, paused };
  const topics = destination.topics(parsed.data);
  const { channels } = destination;
  const known =
    channels === 'all' ? channels : channels.filter((channel) => config.channels.includes(channel));
  const { data: settings } = parsed;
  const faults = [
    ...unknownIn(id, topics, config.catalogue.topics, 'topic'),
    ...kindFaults(config, destination),
    ...reporterFaults(config, { destination, settings, interest: { topics, channels: known } }),
    ...(topics.length === 0
      ? [`destinations.${id}: no topic is mapped; map one, or set enabled to false`]
      : []),
    ...(known.length === 0 ? [`destinations.${id}: has none of the declared channels`] : []),
  ];
  if (faults.length > 0) return { faults };
  const interest = expressible({ topics, channels: known });
  return { destination, settings, interest, paused, ...(destination.erase && { erases: true }) };
}

const unknownIn = (
  id: string,
  names: readonly string[] | 'all',
  known: object,
  what: string,
): readonly string[] =>
  names === 'all'
    ? []
    : names
        .filter((name) => !Object.hasOwn(known, name))
        .map((name) => `destinations.${id}: no ${what} ${name} is declared`);

function kindFaults({ catalogue }: HeedConfig, { id, identifiedBy }: Destination): readonly string[] {
  if (identifiedBy.length === 0 || identifiedBy.some((kind) => Object.hasOwn(catalogue.identifiers, kind)))
    return [];
  return [
    `destinations.${id}: is addressed by ${identifiedBy.join(' or ')}; declare one of them in identifiers`,
  ];
}
