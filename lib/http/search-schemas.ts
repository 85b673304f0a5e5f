import * as z from 'zod';
import { Subject } from '../domain/subject.ts';
import { LAST_MOMENT, toIso, toMs } from '../domain/time.ts';
import { pageLimit } from './numbers.ts';
import { channelNamed, destinationNamed, Moment, topicNamed } from './requests.ts';

/** What versions and reads are searched by, and what a search answers. */

const moment = () => Moment.transform((time) => toIso(Math.min(toMs(time), LAST_MOMENT)));

const CODE = '[A-Za-z0-9][A-Za-z0-9._:-]{0,63}';
const code = z.string().regex(new RegExp(`^${CODE}$`), '1 to 64 characters of A–Z a–z 0–9 . _ : -');
const Actor = z.enum(['subject', 'agent', 'system', 'import']);
const State = z.enum(['granted', 'withdrawn', 'pending']);
const Outcome = z.enum([
  'pending',
  'not-told',
  'delivered',
  'overtaken',
  'skipped',
  'held',
  'needs-user-action',
  'failed',
]);

/** Cursors are opaque to callers: they hold a place in what is listed. */
export const placeCursor = (place: string): string => Buffer.from(place).toString('base64url');

const cursor = (places: RegExp) =>
  z
    .string()
    .transform((text, { addIssue }) => {
      const place = Buffer.from(text, 'base64url').toString();
      if (!places.test(place) || placeCursor(place) !== text) addIssue('not a cursor of this API');
      return place;
    })
    .exactOptional()
    .describe('`next` of the page before.');

const MOMENT = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
const ID = '[A-Za-z0-9._:-]{1,128}';

/** Of a version among all, and of an answer among those of a destination. */
const VERSION_PLACE = new RegExp(`^${MOMENT}#${ID}#\\d{10}$`);
const ANSWER_PLACE = new RegExp(`^${MOMENT} S#${ID} [DL]#[a-z0-9-]{1,64}(#\\d{10})?$`);
const PLACES = new RegExp(`${VERSION_PLACE.source}|${ANSWER_PLACE.source}`);

export const SearchQuery = z
  .strictObject({
    from: moment().exactOptional().describe('Recorded at this moment or later.'),
    to: moment().exactOptional().describe('Recorded before this moment.'),
    source: code.exactOptional(),
    topic: topicNamed()
      .exactOptional()
      .describe('A concrete one: a change of a prefix is found under each topic it covered.'),
    channel: channelNamed().exactOptional(),
    state: State.exactOptional().describe(
      'What one of its choices asks for: of the topic and on the channel that are sought, where they are.',
    ),
    actor: Actor.exactOptional().describe('Who spoke.'),
    notice: z
      .string()
      .regex(new RegExp(`^${CODE}/${CODE}$`), 'id and version, as in marketing/3')
      .exactOptional()
      .describe('What was shown: `id/version`.'),
    import: code.exactOptional().describe('Name of an import: the id its actor gave.'),
    destination: destinationNamed()
      .exactOptional()
      .describe('Only versions that concern it, each with what became of it there.'),
    outcome: Outcome.exactOptional().describe('What became of it at the destination that is named.'),
    cursor: cursor(PLACES),
    limit: pageLimit('Rows', 1000),
  })
  .refine(({ outcome, destination }) => outcome === undefined || destination !== undefined, {
    path: ['outcome'],
    message: 'name the destination too',
  });

export const AuditsQuery = z.strictObject({
  subject: Subject.exactOptional().describe('Reads about this subject.'),
  person: z
    .string()
    .min(1)
    .max(200)
    .exactOptional()
    .describe('Reads by this member of staff, else by this client.'),
  cursor: cursor(new RegExp(`^${MOMENT}#[0-9a-f-]{36}$`)),
  limit: pageLimit('Rows'),
});

const Time = z.iso.datetime();
const Count = z.int().min(0);
const Next = z.string().exactOptional().describe('`cursor` of the next page; missing on the last one.');

export const SearchAnswer = z.strictObject({
  versions: z
    .array(
      z.strictObject({
        subject: z.string(),
        version: Count,
        recordedAt: Time,
        occurredAt: Time,
        source: z.string(),
        actor: Actor,
        import: z.string().exactOptional(),
        notice: z.string().exactOptional(),
        topics: z.array(z.string()),
        channels: z.array(z.string()),
        states: z.array(State),
        said: z
          .array(z.strictObject({ topic: z.string(), channel: z.string(), state: State }))
          .exactOptional()
          .describe(
            'Its choices as they were said, what is sought first: at most 50. Missing where an older Heed listed it.',
          ),
        delivery: z
          .strictObject({
            destination: z.string(),
            outcome: Outcome,
            at: Time.exactOptional(),
            by: Count.exactOptional().describe('The version that overtook it.'),
            reason: z.string().exactOptional(),
          })
          .exactOptional(),
      }),
    )
    .describe(
      'Newest first: by when they were recorded; of what was not done at a destination, by when that was answered. A ' +
        'page may hold fewer than were asked for and still name a next one.',
    ),
  next: Next,
  indexedUpTo: Time.nullable().describe('Everything recorded before this moment can be found.'),
  searchedBy: z.string().describe('What was walked; the other conditions were compared.'),
});

export const AuditsAnswer = z.strictObject({
  audits: z
    .array(
      z.strictObject({
        id: z.string(),
        at: Time,
        who: z.strictObject({
          client: z.string(),
          issuer: z.string().exactOptional().describe('Whose token named the person so.'),
          person: z.string().exactOptional(),
          grant: z.string().exactOptional().describe('The audit grant that let them in, if one had to.'),
        }),
        operation: z.string(),
        subject: z.string().exactOptional(),
        query: z.record(z.string(), z.string()),
        rows: Count,
        status: z
          .int()
          .describe('Of the answer; 102: of an act that is about to be done, before what came of it.'),
      }),
    )
    .describe('Newest first.'),
  next: Next,
});
