import * as z from 'zod';
import { apart, attributeSettings, withNames } from '../attributes.ts';

/** Where the project is, and what choices are called there. */
export const Settings = z
  .strictObject({
    ...attributeSettings,
    /** No default: a project of the other region does not hear what is sent to this one. */
    region: z
      .enum(['us', 'eu'])
      .describe('Where the Amplitude project is kept, "us" or "eu". The wrong one refuses the key.'),
    /** For the history beside the properties; it makes users whom Amplitude does not know. */
    event: z
      .string()
      .min(1)
      .refine((name) => !/^[$[]/.test(name), 'names that begin with $ or [ are reserved by Amplitude')
      .nullable()
      .default('Communication Preference Changed')
      .describe(
        'The name of the event that tells each change, or null for user properties alone, which make no new users.',
      ),
    /** Amplitude refuses shorter ones unless it is told not to. */
    shortestId: z.int().min(1).max(64).default(1).describe('The fewest characters a customer number has.'),
  })
  .refine(...apart)
  .transform(withNames);
export type Settings = z.output<typeof Settings>;
