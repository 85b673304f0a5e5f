import * as z from 'zod';
import { versionNumber } from './numbers.ts';
import { AnyHistoryAnswer, RecordAnswer } from './schemas.ts';

/** What the routes of a person's rights ask for, and answer with. */

const CODE = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;
const CODED =
  '1 to 64 characters of A–Z a–z 0–9 . _ : / -: it outlives an erasure and must say nothing about the person';
const Code = z.string().regex(CODE, CODED);

const noted = {
  reason: Code.optional().describe('A code of yours, such as `asked-by-mail`.'),
  reference: Code.optional().describe('What it goes by elsewhere, such as a number in your case system.'),
};

export const ErasureBody = z.strictObject(noted);

export const HoldBody = z.strictObject({
  action: z.enum(['place', 'release']),
  reason: Code.describe('A code of yours, such as `litigation-2026-14`.'),
  reference: noted.reference,
});

export const RestrictionBody = z.strictObject({
  restricted: z.boolean(),
  reason: noted.reason,
  reference: noted.reference,
});

export const ExportQuery = z.strictObject({
  below: versionNumber().optional().describe('`next` of the part before.'),
});

const Time = z.iso.datetime();
const Count = z.int().min(0);
const By = z.strictObject({
  client: z.string(),
  issuer: z.string().exactOptional(),
  person: z.string().exactOptional(),
  grant: z.string().exactOptional(),
});

export const ErasureAnswer = z.strictObject({
  subject: z.string(),
  state: z
    .enum(['telling', 'done', 'stopped', 'nothing'])
    .describe(
      '`stopped` by a legal hold: once that is released, it has to be asked for again. `nothing` is recorded under this id: is it hers?',
    ),
  requestedAt: Time,
  due: Time.describe('One month after it was asked for.'),
  until: Time.exactOptional().describe('So long destinations are waited for.'),
  told: z.array(
    z.strictObject({
      destination: z.string(),
      outcome: z.enum([
        ...(['delivered', 'skipped', 'held', 'needs-user-action', 'failed'] as const),
        ...(['pending', 'overtaken', 'not-concerned'] as const),
      ]),
      how: z.enum(['erase', 'suppress']),
      at: Time.exactOptional(),
      reason: z.string().exactOptional(),
      reference: z.string().exactOptional(),
    }),
  ),
  erasedAt: Time.exactOptional(),
  certificate: z.string().exactOptional().describe('Compact JWS (ES256); its key is among `/v1/keys`.'),
  remains: z.array(z.strictObject({ what: z.string(), ground: z.string() })),
});

export const HoldsAnswer = z.strictObject({
  subject: z.string(),
  standing: z.boolean(),
  entries: z
    .array(
      z.strictObject({
        action: z.enum(['place', 'release', 'refused']),
        at: Time,
        by: By,
        reason: z.string().exactOptional(),
        reference: z.string().exactOptional(),
      }),
    )
    .describe('Newest first. `refused`: an erasure was asked for while a hold stood.'),
});

export const RestrictionAnswer = z.strictObject({
  subject: z.string(),
  restricted: z.boolean(),
  version: Count.describe('Of the record.'),
  requestedAt: Time,
  due: Time.describe('By then the person has to have heard of it.'),
});

/** Also published, as `schemas/export.v1.json`. */
export const ExportAnswer = RecordAnswer.omit({ broken: true }).extend({
  format: z.literal('heed-export/1'),
  exportedAt: Time,
  history: AnyHistoryAnswer.shape.versions,
  next: Count.exactOptional().describe('The rest is below this version.'),
});
