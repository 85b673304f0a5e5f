import * as z from 'zod';
import { NoticeBody } from './change.ts';
import { CHANNEL_PATTERN, TOPIC, TOPIC_PATTERN } from './topic.ts';

/** Most controls on one page. */
export const MAX_CONTROLS = 1000;

const ControlBody = z.strictObject({
  topic: z.string().max(210).regex(TOPIC, 'a topic is a path such as acme/newsletter'),
  channel: z.string().regex(CHANNEL_PATTERN, 'a channel is a word such as email, or *'),
  on: z.boolean(),
});

/** What a page or component sends: what its controls say, and the version they were drawn from. Syntax only. */
export const PageChangeBody = z.strictObject({
  version: z.int().min(0).describe('The version the page showed; 0 for a person nobody had spoken of.'),
  controls: z
    .array(ControlBody)
    .max(MAX_CONTROLS, `at most ${MAX_CONTROLS} controls on one page`)
    .describe('Controls that she touched, as they are now. One that is not named stays as it is.'),
  preferences: z
    .array(z.strictObject({ key: z.string().min(1).max(260), value: z.string().min(1).max(64) }))
    .max(100, 'at most 100 preferences on one page'),
  stop: z
    .string()
    .max(210)
    .regex(TOPIC_PATTERN, 'a prefix such as acme/*, or *')
    .exactOptional()
    .describe('Stops everything under it, on every channel.'),
  notice: NoticeBody.omit({ sha256: true }).describe('The notice that was shown.'),
});

export type PageChange = z.infer<typeof PageChangeBody>;

export type Control = PageChange['controls'][number];

/** A control by what it is about. `*`: all channels at once. */
export type ControlKey = Pick<Control, 'topic' | 'channel'>;

/** What a control is called in forms and faults: `acme/newsletter email`. */
export const controlName = ({ topic, channel }: ControlKey): string => `${topic} ${channel}`;

/** What is wrong with one field of a page, by a code that each language has words for. */
export interface PageFault {
  /** A control (`acme/newsletter email`), a preference key, `notice`, `version` or another name of a field. */
  readonly field: string;
  readonly code: 'topic' | 'channel' | 'preference' | 'value' | 'notice' | 'version' | 'field';
}
