import * as z from 'zod';
import { Subject } from '../domain/subject.ts';
import { LAST_MOMENT, toIso, toMs } from '../domain/time.ts';
import { Moment, sourceNamed } from './requests.ts';

const Instant = Moment.transform((time) => toIso(Math.min(toMs(time), LAST_MOMENT)));

/** What a bulk pack is asked for by. */
export const PackBody = z.union([
  z.strictObject({ subject: Subject }),
  z
    .strictObject({
      from: Instant.describe('Recorded from then on,'),
      to: Instant.describe('and before then.'),
      source: sourceNamed().exactOptional().describe('By this source alone.'),
    })
    .refine(({ from, to }) => from < to, { path: ['to'], message: 'lies before its from' }),
]);

/** In the words of who makes it. */
export const wantedIn = (body: z.output<typeof PackBody>) =>
  'subject' in body
    ? { kind: 'subject' as const, subject: body.subject }
    : { kind: 'period' as const, ...body };

export const PACK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const Count = z.int().min(0);

export const PackAnswer = z.strictObject({
  id: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  subject: z.string().exactOptional().describe('Whose it is, where it is of one.'),
  versions: Count.describe('Written so far.'),
  bytes: Count,
  parts: Count,
  of: Count.exactOptional().describe('How many versions there will be, where that is known.'),
  through: z.string().exactOptional().describe('Everything recorded up to then is written.'),
  file: z.string().exactOptional().describe('Where it can be fetched, for fifteen minutes from now.'),
  reason: z.string().exactOptional().describe('Why it failed, or why there is no file any more.'),
});

/** The bytes of a zip. */
export const PackBytes = z.string();
