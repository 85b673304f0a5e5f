import { covers } from '../domain/topic.ts';
import { type Completed, noticeName } from './completed.ts';
import { lackingRights } from './wanted-rights.ts';

type Keywords = NonNullable<Completed['keywords']>;

/** What would leave a text message without effect: above all a stop. */
export function keywordFaults(config: Completed): readonly string[] {
  const { keywords, channels } = config;
  if (!keywords) return [];
  const { channel, source, stops, starts } = keywords;
  return [
    ...(channels.includes(channel) ? [] : [`keywords.channel: no channel ${channel} is declared`]),
    ...numberFaults(config),
    ...topicFaults(config, keywords),
    ...startNoticeFaults(config, keywords),
    ...lackingRights(config, {
      ...{ by: 'keywords.source', source, actor: 'subject', channels: [channel], preferences: [] },
      topics: [...stops, ...(starts?.topics ?? [])],
      states: starts ? ['withdrawn', 'granted'] : ['withdrawn'],
      otherwise: 'a text message would change nothing',
    }),
  ];
}

function numberFaults({ identifiers }: Completed): readonly string[] {
  const some = Object.values(identifiers).some(({ type }) => type === 'phone');
  return some ? [] : ['keywords: no identifier of type phone is declared, by which anybody could be known'];
}

function topicFaults({ topics }: Completed, { stops, starts }: Keywords): readonly string[] {
  const unknown = (patterns: readonly string[], part: string): readonly string[] =>
    patterns
      .filter((pattern) => !Object.keys(topics).some((topic) => covers(pattern, topic)))
      .map((pattern) => `keywords.${part}: no topic ${pattern} is declared`);
  return [...unknown(stops, 'stops'), ...unknown(starts?.topics ?? [], 'starts.topics')];
}

function startNoticeFaults({ notices }: Completed, { starts }: Keywords): readonly string[] {
  const name = starts && noticeName(starts.notice);
  return name && !Object.hasOwn(notices, name) ? [`keywords.starts.notice: no notice ${name} is kept`] : [];
}
