import * as z from 'zod';

/** The opt-in to everything: https://help.emarsys.com/hc/en-us/articles/115004637665-Overview-The-Emarsys-system-fields */
export const OPT_IN = '31';
/** The e-mail address, by which contacts are found. */
export const EMAIL = '3';

const Field = z.string().regex(/^\d{1,9}$/, 'the number of a field, as the field editor shows it');

const TopicFields = z.strictObject({
  /** Single-choice field that holds the choice. */
  choice: Field.describe('The field that says whether the person wants this topic on this channel.'),
  /** Text field: when the person chose, ISO 8601. */
  time: Field.optional().describe('A text field for when the person chose.'),
  /** Text field of 255 characters: where, how, under which notice. */
  evidence: Field.optional().describe(
    'A long text field for where and how the person chose, and the text shown.',
  ),
  /** Text field. */
  legalBasis: Field.optional().describe('A text field for the legal basis of the choice.'),
});
export type TopicFields = z.output<typeof TopicFields>;

const CHANNELS = ['email', 'sms', 'phone', 'push', 'post'];

/** What a topic has on each channel; a field alone is the choice, without evidence. */
const Topic = z
  .record(z.string(), z.union([Field.transform((choice): TopicFields => ({ choice })), TopicFields]))
  .refine((channels) => Object.keys(channels).length > 0, 'name a field for at least one channel')
  .refine(
    (channels) => Object.keys(channels).every((name) => CHANNELS.includes(name)),
    `the channels are ${CHANNELS.join(', ')}`,
  );

/** Every field that Heed writes to. */
const fieldsIn = (settings: {
  readonly topics: Readonly<Record<string, z.output<typeof Topic>>>;
  readonly stopField?: string | undefined;
}): readonly string[] =>
  [
    ...Object.values(settings.topics)
      .flatMap((channels) => Object.values(channels))
      .flatMap(({ choice, time, evidence, legalBasis }) => [choice, time, evidence, legalBasis]),
    settings.stopField,
  ].filter((field) => field !== undefined);

/** Emarsys has no topics: what people choose is held in fields that somebody has to add. */
export const Settings = z
  .strictObject({
    /** Topic → channel → its fields, each its own. */
    topics: z
      .record(z.string(), Topic)
      .describe('For each topic and channel, the Emarsys fields that hold it.'),
    /** Values of the choice fields. */
    values: z
      .strictObject({ granted: z.string().min(1), withdrawn: z.string().min(1) })
      .default({ granted: '1', withdrawn: '2' })
      .refine(({ granted, withdrawn }) => granted !== withdrawn, 'yes and no must not be the same value')
      .describe(
        'What those fields hold for yes and for no; of a single-choice field, the ids of its choices.',
      ),
    /** New contacts for people who grant something; for a withdrawal nobody is made. */
    create: z
      .boolean()
      .default(true)
      .describe('Add people whom Emarsys does not know when they grant something.'),
    /**
     * Text field in which Heed notes that it was itself who opted somebody out of everything. Without it the opt-in
     * field is never set to no: nobody could tell later whether a grant may lift that.
     */
    stopField: Field.optional().describe(
      'A text field of Heed’s own. With it, who stops everything is opted out of all e-mail, until they grant again.',
    ),
    /** An opt-in to everything that rests on one topic: campaigns that do not filter by topic would reach the person. */
    optInWithGrant: z
      .boolean()
      .default(false)
      .describe(
        'Set an empty opt-in field to yes when somebody grants a topic. Only if every campaign filters by its topic’s field.',
      ),
    /** Id of this integration among the account's contact sources. */
    sourceId: z
      .int()
      .positive()
      .optional()
      .describe('The id under which Emarsys lists Heed as a contact source.'),
  })
  .refine(
    (settings) => new Set(fieldsIn(settings)).size === fieldsIn(settings).length,
    'two of these would write to the same Emarsys field',
  )
  .refine(
    (settings) => !fieldsIn(settings).some((field) => field === OPT_IN || field === EMAIL),
    'field 3 is the e-mail address and field 31 the opt-in to everything: neither can hold a topic',
  );
export type Settings = z.output<typeof Settings>;
