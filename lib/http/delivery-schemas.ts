import * as z from 'zod';

/** Who has been told, as schemas: now, of one version, at a moment. */

const Time = z.iso.datetime();
const Count = z.int().min(0);

const DeliveryOutcome = z.enum(['delivered', 'skipped', 'held', 'needs-user-action', 'failed']);

const NOT_ANSWERED =
  '`not-told`: it was recorded before this destination was there, or cared, or was not answered before it was disabled, and ' +
  'nobody is going to tell it. `unknown`: what it is about cannot be read.';

const Named = z.strictObject({
  destination: z.string(),
  title: z.string(),
  kind: z.enum(['state', 'log']),
});

export const CurrentAnswer = z.strictObject({
  subject: z.string(),
  version: Count.describe('Of the record.'),
  deliveries: z.array(
    z.strictObject({
      ...Named.shape,
      outcome: z
        .enum([...DeliveryOutcome.options, 'pending', 'not-concerned', 'not-told', 'unknown'])
        .describe(NOT_ANSWERED),
      version: Count.describe('Highest version it has; 0 for none.'),
      behind: z.boolean().describe('A version that concerns it is not answered yet.'),
      missing: Count.exactOptional().describe('Versions a `log` destination has no answer for.'),
      counted: Count.exactOptional().describe('Of how many of the newest versions that is counted.'),
      at: Time.exactOptional(),
      reason: z.string().exactOptional(),
      retrying: z
        .strictObject({ version: Count, attempts: Count, reason: z.string(), until: Time })
        .exactOptional(),
      trail: z.array(
        z.strictObject({
          version: Count,
          at: Time,
          attempts: Count,
          outcome: DeliveryOutcome,
          reason: z.string().exactOptional(),
          reference: z.string().exactOptional(),
        }),
      ),
    }),
  ),
});

export const ToldAnswer = z.strictObject({
  subject: z.string(),
  version: Count,
  deliveries: z.array(
    z.strictObject({
      ...Named.shape,
      outcome: z
        .enum([...DeliveryOutcome.options, 'pending', 'overtaken', 'not-concerned', 'not-told', 'unknown'])
        .describe(NOT_ANSWERED),
      at: Time.exactOptional().describe(
        'When it was answered; where it was overtaken, when the later one was.',
      ),
      by: Count.exactOptional().describe('The version that was told in its place.'),
      reason: z.string().exactOptional(),
      attempts: Count.exactOptional(),
      reference: z.string().exactOptional().describe('What the destination itself calls it.'),
      until: Time.exactOptional().describe('When the next attempt is due.'),
    }),
  ),
});

export const HadAnswer = z.strictObject({
  subject: z.string(),
  at: Time,
  version: Count.describe('The newest that Heed itself had recorded by then.'),
  deliveries: z.array(
    z.strictObject({
      ...Named.shape,
      version: Count.describe('Highest version it had been given by then; 0 for none.'),
      since: Time.exactOptional(),
      lookedDownTo: Count.exactOptional().describe(
        'It had been given neither this version nor a later one by then. Lower ones were not looked at, and `version` is 0.',
      ),
    }),
  ),
});

export const DeliveriesAnswer = z
  .union([CurrentAnswer, ToldAnswer, HadAnswer])
  .describe(
    'What each destination has now; with `version`, what became of it; with `at`, what each had then.',
  );
