import * as z from 'zod';
import type { HeedConfig } from '../config.ts';
import type { Destination } from '../destinations/destination.ts';
import { declared, type SourceRights } from '../domain/catalogue.ts';
import type { Interest } from '../domain/interest.ts';
import { covers, coversChannel } from '../domain/topic.ts';

export interface Reporter {
  readonly destination: Pick<Destination, 'id' | 'title' | 'receive' | 'poll'>;
  readonly settings: unknown;
  readonly interest: Interest;
}

/**
 * What would keep a destination that reports back from being heard. It speaks as the source of its own name, within that
 * source's rights: an unsubscribe outside them would be passed over while the person goes on being contacted elsewhere.
 */
export function reporterFaults(config: HeedConfig, reporter: Reporter): readonly string[] {
  const { id, receive, poll } = reporter.destination;
  if (!receive && !poll) return [];
  const rights = declared(config.sources, id);
  if (!rights) return [`destinations.${id}: can report back; declare a source ${id} with its rights`];
  return [...namedFaults(config, reporter), ...rightsFaults(config, reporter, rights)];
}

/** What all destinations call the topics that an unsubscribe from everything there withdraws. */
const Named = z.object({ optOutTopics: z.array(z.string()).default([]) }).catch({ optOutTopics: [] });

const namedFaults = (
  { topics }: HeedConfig,
  { destination: { id }, settings }: Reporter,
): readonly string[] =>
  Named.parse(settings)
    .optOutTopics.filter((named) => !Object.keys(topics).some((topic) => covers(named, topic)))
    .map((named) => `destinations.${id}: optOutTopics names ${named}, and no such topic is declared`);

function rightsFaults(
  config: HeedConfig,
  { destination: { id, title }, settings, interest }: Reporter,
  rights: SourceRights,
): readonly string[] {
  const mapped = interest.topics === 'all' ? Object.keys(config.topics) : interest.topics;
  const channels = interest.channels === 'all' ? config.channels : interest.channels;
  const topics = [...new Set([...mapped, ...Named.parse(settings).optOutTopics])];
  const lacking: readonly (readonly [part: string, missing: readonly string[]])[] = [
    ['topics', topics.filter((topic) => !rights.topics.some((pattern) => covers(pattern, topic)))],
    [
      'channels',
      channels.filter((channel) => !rights.channels.some((pattern) => coversChannel(pattern, channel))),
    ],
    ['actors', rights.actors.includes('subject') ? [] : ['subject']],
    ['states', rights.states.includes('withdrawn') ? [] : ['withdrawn']],
  ];
  return lacking
    .filter(([, missing]) => missing.length > 0)
    .map(
      ([part, missing]) =>
        `sources.${id}.${part}: add ${missing.join(', ')}; unsubscribes that ${title} reports would be passed over`,
    );
}
