import * as z from 'zod';
import { PageChangeBody } from '../domain/page-change.ts';

const Count = z.int().min(0);
const words = z.string();

const Stop = z.strictObject({
  pattern: z.string().describe('What it stops: `*`, or `acme/*`.'),
  label: words,
  done: z.boolean().describe('Nothing under it is permitted or asked for.'),
});

const Control = z.strictObject({
  topic: z.string(),
  channel: z.string().describe('`*`: all channels at once.'),
  label: words,
  name: words.describe('Its whole name, for who does not see what stands around it.'),
  state: z.enum(['granted', 'withdrawn', 'pending', 'none']),
  on: z.boolean().describe('Permitted, or asked for and waiting to be confirmed.'),
  note: words.exactOptional(),
});

const PreferenceField = z.strictObject({
  key: z.string(),
  title: words,
  value: z.string().exactOptional(),
  values: z.array(z.strictObject({ value: z.string(), label: words })),
});

const Topic = z.strictObject({
  id: z.string(),
  title: words,
  description: words.exactOptional(),
  controls: z.array(Control),
  preferences: z.array(PreferenceField),
});

export const PageAnswer = z
  .strictObject({
    language: z.string(),
    direction: z.enum(['ltr', 'rtl']),
    version: Count.describe('What is saved names it; 0 for a person nobody has spoken of.'),
    notice: z.strictObject({
      id: z.string(),
      version: z.string(),
      language: z.string(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      text: z.string().describe('To be shown exactly as it is.'),
    }),
    identifiers: z.array(z.strictObject({ label: words, value: z.string().describe('Masked.') })),
    brands: z.array(z.strictObject({ id: z.string(), title: words, stop: Stop, topics: z.array(Topic) })),
    preferences: z.array(PreferenceField),
    stop: Stop,
    last: words.exactOptional(),
    restriction: z
      .string()
      .exactOptional()
      .describe('Nothing of what was chosen may be used for now: in words, where it is so.'),
    signal: z
      .strictObject({ text: words, honoured: z.boolean() })
      .exactOptional()
      .describe('What became of the browser’s opt-out signal.'),
    words: z.record(z.string(), words).describe('Words that a script needs beside these.'),
  })
  .describe('A preference centre for one person, in words of one language.');

export const SavedAnswer = z.strictObject({
  page: PageAnswer,
  status: words.describe('What became of it, to be announced.'),
  outcome: z.enum(['saved', 'unchanged', 'asked']),
  asked: z
    .array(z.strictObject({ topic: z.string(), channel: z.string() }))
    .describe(
      'Controls that were stopped after the page was drawn: they stay off until they are asked for again.',
    ),
  undo: PageChangeBody.exactOptional().describe('What takes it back.'),
});

export const SignalAnswer = z.strictObject({
  subject: z.string(),
  version: Count,
  withdrawn: z
    .array(z.string())
    .describe('Topics that were withdrawn now; none where there was nothing to do.'),
});
