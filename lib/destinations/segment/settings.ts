import * as z from 'zod';
import { apart, attributeSettings, CHANNELS, withNames } from '../attributes.ts';

const Choice = z.strictObject({ topic: z.string(), channel: z.enum(CHANNELS) });

/** Where the workspace is, and what choices are called there. */
export const Settings = z
  .strictObject({
    ...attributeSettings,
    /** No default: the wrong one answers well, and drops everything. */
    region: z
      .enum(['us', 'eu'])
      .describe(
        'Where the Segment workspace is kept, "us" or "eu". The wrong one loses everything in silence.',
      ),
    /** For the history beside the traits: one event for each version told. */
    event: z
      .string()
      .min(1)
      .refine((name) => name !== 'Segment Consent Preference Updated', 'this name is reserved by Segment')
      .nullable()
      .default('Communication Preference Changed')
      .describe('The name of the event that tells each change, or null for traits alone.'),
    /**
     * Consent category id → the choice that stands for it: all the categories of the workspace. One that is left out of
     * an event is false to Segment, so that nothing is sent until each has an answer.
     */
    categories: z
      .record(z.string().min(1), Choice)
      .refine((all) => Object.keys(all).length > 0, 'name every category of the workspace, or leave this out')
      .optional()
      .describe(
        'Every consent category of the workspace with the choice that decides it. All of them: Segment takes one that is missing for a no.',
      ),
  })
  .refine(...apart)
  .transform(withNames);
export type Settings = z.output<typeof Settings>;
