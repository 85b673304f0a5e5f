import * as z from 'zod';
import { LAST_MOMENT, toMs } from '../domain/time.ts';
import { TOPIC, TOPIC_PATTERN } from '../domain/topic.ts';
import { pageLimit, versionNumber } from './numbers.ts';

/** What the routes ask for beside a change, as schemas: they check requests and describe the API. */

/** A moment as it is asked for: any offset, to the millisecond. */
export const Moment = z.iso.datetime({ offset: true, error: 'a moment such as 2026-03-03T10:00:00Z' });

/** Names of the catalogue, by their form: nothing that could be an address. */
export const topicNamed = () => z.string().max(210).regex(TOPIC, 'a topic such as acme/newsletter');
export const channelNamed = () => z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'a channel such as email');
export const destinationNamed = () =>
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a destination by its id');
export const sourceNamed = () => z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a source by its id');

const Instant = Moment.transform((time) => Math.min(toMs(time), LAST_MOMENT));

export const RecordQuery = z.strictObject({
  validAt: Instant.optional().describe('What had been chosen by then.'),
  knownAt: Instant.optional().describe('What Heed had been told by then.'),
});

export const DecisionQuery = z.strictObject({
  topic: z
    .string()
    .max(210)
    .regex(TOPIC_PATTERN, 'a topic such as acme/newsletter')
    .describe('A topic of the catalogue.'),
  channel: channelNamed().describe('A channel of the catalogue.'),
  ...RecordQuery.shape,
});

/** Cursors are opaque to callers. They hold the version below which the next page starts. */
export const cursorOf = (below: number): string => Buffer.from(`below ${below}`).toString('base64url');

/** Undefined for what is no cursor. */
export function versionOfCursor(cursor: string): number | undefined {
  const [, version] = /^below ([1-9][0-9]{0,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const below = Number(version);
  return version !== undefined && cursorOf(below) === cursor ? below : undefined;
}

export const DeliveriesQuery = z.strictObject({
  destination: destinationNamed().optional().describe('Only this one, by its id.'),
  version: versionNumber().optional().describe('What became of this version at each destination.'),
  at: Instant.optional().describe('What each destination had been given by then.'),
});

export const HistoryQuery = z.strictObject({
  cursor: z
    .string()
    .transform((cursor, { addIssue }) => {
      const below = versionOfCursor(cursor);
      if (below === undefined) addIssue('not a cursor of this API');
      return below;
    })
    .optional()
    .describe('`next` of the page before.'),
  limit: pageLimit('Versions'),
});

export const SignalBody = z.strictObject({
  signal: z.literal('gpc').describe('Global Privacy Control, as the person’s browser sent it.'),
  evidence: z
    .strictObject({ source: z.string().min(1).max(64) })
    .optional()
    .describe('The source that read it, where the token speaks for several.'),
});

export const LookupBody = z.strictObject({
  kind: z.string().min(1).max(40).describe('A kind of identifier, such as email.'),
  value: z.string().min(1).max(320),
});

export const KeywordBody = z.strictObject({
  from: z.string().min(1).max(40).describe('The number it came from, with + and the code of its country.'),
  text: z.string().max(1600).describe('What was written, as it was written.'),
  id: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('What the message goes by at its carrier: one that comes twice is taken once.'),
});
