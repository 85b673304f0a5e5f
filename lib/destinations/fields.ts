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
  const either = z
    .union([field, fields])
    .transform((given): Fields => (typeof given === 'string' ? { choice: given } : given))
    .describe(
      'The name of the field for a topic on a channel, or its fields: choice and, for evidence, time, source, notice, legalBasis.',
    );
  const topic = z
    .record(z.string(), either)
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

/** What is written of the choices of one kind, by field. */
export function fieldValues<V>(
  rows: readonly DeliveryRow[],
  topics: TopicFields,
  { state, value }: { readonly state: DeliveryRow['state']; readonly value: V },
): Record<string, V | string> {
  const values: Record<string, V | string> = {};
  for (const row of rows) {
    const fields = row.state === state ? fieldsOf(row, topics) : undefined;
    if (!fields) continue;
    values[fields.choice] = value;
    addEvidence(values, fields, row);
  }
  return values;
}

/** What is not known is written too: an older choice's evidence must not stand beside a newer one. */
function addEvidence(values: Record<string, unknown>, fields: Fields, row: DeliveryRow): void {
  const { time, source, notice, legalBasis } = fields;
  if (time !== undefined) values[time] = row.occurredAt;
  if (source !== undefined) values[source] = row.source;
  if (notice !== undefined) values[notice] = noticeOf(row);
  if (legalBasis !== undefined) values[legalBasis] = row.legalBasis ?? '';
}

const noticeOf = ({ notice }: DeliveryRow): string =>
  notice ? `${notice.id} ${notice.version} ${notice.language}` : '';

/** What a column that holds a choice says. */
export const columnValues = (granted: string, withdrawn: string) =>
  z
    .strictObject({ granted: z.string().min(1).max(50), withdrawn: z.string().min(1).max(50) })
    .refine((values) => values.granted !== values.withdrawn, 'a yes and a no need different values')
    .default({ granted, withdrawn })
    .describe('What such a column holds when the person agreed, and when the person withdrew.');

/** Further columns beside each choice's own, named after it. */
export const columnEvidence = (ending: z.ZodType<string>) =>
  z
    .strictObject({ time: ending, text: ending })
    .partial()
    .optional()
    .describe(
      'Endings of further text columns, beside each choice’s own, for the time of the choice and for its source, legal basis and notice: with "_AT", NEWS has NEWS_AT.',
    );
