import * as z from 'zod';
import type { DeliveryRow } from './destination.ts';

/*
 * Destinations that have no topics of their own, and hold what people choose in fields that the company adds: one for
 * the choice, and others for its evidence where it wants that.
 */

const CHANNELS = ['email', 'sms', 'phone', 'push', 'post'];

/** The fields of one topic on one channel. */
export interface Fields {
  readonly choice: string;
  readonly time?: string | undefined;
  readonly source?: string | undefined;
  readonly notice?: string | undefined;
  readonly legalBasis?: string | undefined;
}

export type TopicFields = Readonly<Record<string, Readonly<Record<string, Fields>>>>;

/** Topic → channel → its fields, by names that `field` allows; a name alone is the choice, without evidence. */
export function topicFields(field: z.ZodType<string>) {
  const fields = z.strictObject({
    choice: field.describe('The field that says whether the person wants this topic on this channel.'),
    time: field.optional().describe('A field for when the person chose.'),
    source: field.optional().describe('A text field for where the person chose.'),
    notice: field.optional().describe('A text field for the text the person was shown, and its version.'),
    legalBasis: field.optional().describe('A text field for the legal basis of the choice.'),
  });
  const topic = z
    .record(z.string(), z.union([field.transform((choice): Fields => ({ choice })), fields]))
    .refine((channels) => Object.keys(channels).length > 0, 'name a field for at least one channel')
    .refine(
      (channels) => Object.keys(channels).every((name) => CHANNELS.includes(name)),
      `the channels are ${CHANNELS.join(', ')}`,
    );
  return z
    .record(z.string(), topic)
    .refine((topics) => areDistinct(namesIn(topics)), 'a field is named twice')
    .describe('For each topic and channel, the fields that hold it.');
}

/** Vendors rarely tell two names apart by their capitals. */
const namesIn = (topics: TopicFields): readonly string[] =>
  Object.values(topics)
    .flatMap((channels) => Object.values(channels))
    .flatMap((fields) => Object.values(fields))
    .flatMap((name: string | undefined) => name?.toLowerCase() ?? []);

const areDistinct = (names: readonly string[]): boolean => new Set(names).size === names.length;

export const fieldsOf = ({ topic, channel }: DeliveryRow, topics: TopicFields): Fields | undefined =>
  topics[topic]?.[channel];

const EVIDENCE = [
  ['time', ({ occurredAt }: DeliveryRow) => occurredAt],
  ['source', ({ source }: DeliveryRow) => source],
  [
    'notice',
    ({ notice }: DeliveryRow) => (notice ? `${notice.id} ${notice.version} ${notice.language}` : ''),
  ],
  ['legalBasis', ({ legalBasis }: DeliveryRow) => legalBasis ?? ''],
] as const;

/** What is written of some choices, by field. */
export function fieldValues<V>(
  rows: readonly DeliveryRow[],
  topics: TopicFields,
  choiceOf: (row: DeliveryRow) => V,
): Record<string, V | string> {
  const values: Record<string, V | string> = {};
  for (const row of rows) {
    const fields = fieldsOf(row, topics);
    if (!fields) continue;
    values[fields.choice] = choiceOf(row);
    for (const [name, said] of EVIDENCE) {
      const field = fields[name];
      if (field !== undefined) values[field] = said(row);
    }
  }
  return values;
}
