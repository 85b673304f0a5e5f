import * as z from 'zod';
import type { Ask, Learned, Poll, ReportedChoice } from '../destination.ts';
import type { Settings } from './settings.ts';

const Change = z.object({
  change: z.string(),
  changeType: z.string().optional(),
  source: z.string().optional(),
  subscriptionId: z.int().optional(),
});
type Change = z.output<typeof Change>;

const Timeline = z.object({
  hasMore: z.boolean().default(false),
  offset: z.string().optional(),
  timeline: z.array(
    z.object({
      /** ms */
      timestamp: z.int().positive().max(8.64e15),
      recipient: z.string(),
      changes: z.array(Change),
    }),
  ),
});

/** So long, ms, is read once more: what is known of when an entry can first be seen is nothing. */
const OVERLAP = 10 * 60_000;
/** So much, ms, is read at once where much has to be caught up with: what was read then stays read. */
const STRETCH = 6 * 3_600_000;

const PATH = '/email/public/v1/subscriptions/timeline';

/**
 * Every change of a status, also those that no contact property shows. A legacy interface: its pages go back in time, and
 * their offset does not live long, so that those of one stretch are read all at once.
 */
export const poll: Poll<Settings> = {
  every: 5,
  ask: (cursor, settings, now) => {
    if (!settings.timeline) return [];
    const since = cursor === undefined ? now : Number(cursor);
    const end = since + STRETCH;
    const more = end < now - OVERLAP;
    const next = more ? end : Math.max(since, now - OVERLAP);
    const first = page(`startTimestamp=${since}${more ? `&endTimestamp=${end}` : ''}&limit=1000`, settings);
    const mark = { cursor: String(next), ...(more && { more: true as const }) };
    return [{ ...first, learn: (reply) => withMark(first.learn(reply), mark) }];
  },
};

/** The mark is kept once the pages that follow were read too. */
const withMark = (
  learned: Learned | undefined,
  mark: Pick<Learned, 'cursor' | 'more'>,
): Learned | undefined => learned && { ...learned, ...mark };

const page = (query: string, settings: Settings, offset?: string): Ask => ({
  method: 'GET',
  path: `${PATH}?${query}${offset === undefined ? '' : `&offset=${encodeURIComponent(offset)}`}`,
  learn: ({ status, body }) => {
    const read = status === 200 ? Timeline.safeParse(body).data : undefined;
    if (!read) return undefined;
    const choices = withdrawnIn(read, settings);
    if (!read.hasMore) return { choices };
    const onwards = read.offset !== undefined && read.offset !== offset;
    return onwards ? { choices, asks: [page(query, settings, read.offset)] } : undefined;
  },
});

const withdrawnIn = (
  { timeline }: z.output<typeof Timeline>,
  settings: Settings,
): readonly ReportedChoice[] =>
  timeline.flatMap(({ timestamp, recipient, changes }) =>
    [...new Set(changes.flatMap((change) => topicsOf(change, settings)))].map((topic) => ({
      identifier: { kind: 'email', value: recipient },
      ...{ topic, channel: 'email', state: 'withdrawn' as const, method: 'hubspot-opt-out' },
      occurredAt: new Date(timestamp).toISOString(),
    })),
  );

/** Topics a change withdraws: those of its subscription type, or all where it is about the whole portal. */
function topicsOf(
  { change, changeType, source, subscriptionId }: Change,
  settings: Settings,
): readonly string[] {
  const { subscriptions, optOutTopics, timelineOptOuts, timelineIgnores } = settings;
  const out = timelineOptOuts.includes(change) && changeType !== 'PORTAL_BOUNCE';
  if (!out || (source !== undefined && timelineIgnores.includes(source))) return [];
  const topics = Object.keys(subscriptions);
  if (subscriptionId === undefined) return optOutTopics ?? topics;
  return topics.filter((topic) => subscriptions[topic] === subscriptionId);
}
