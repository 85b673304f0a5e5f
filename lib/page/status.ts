import { declared } from '../domain/catalogue.ts';
import type { ControlKey, PageFault } from '../domain/page-change.ts';
import type { Choice, HeedRecord, Preference } from '../domain/vocabulary.ts';
import { isReached } from './reach.ts';
import { choiceWords, controlWords, preferenceTitle, preferenceWords, type Telling } from './wording.ts';

/** What became of a page that was sent. */
export interface Became {
  /** What was recorded. */
  readonly choices: readonly Choice[];
  readonly preferences: readonly Preference[];
  readonly asked: readonly ControlKey[];
  /** A stop was pressed, and what else differed was left. */
  readonly left: boolean;
  /** What she goes by now. */
  readonly identifiers: HeedRecord['identifiers'];
}

/** In words: what was saved, what is asked again, what was left. */
export function statusWords(telling: Telling, became: Became): string {
  const { say, messages } = telling.voice;
  const { asked, left } = became;
  const words = [
    ...savedWords(telling, became),
    ...(asked.length > 0 ? [say(messages.page.asked, { count: asked.length })] : []),
    ...(left ? [say(messages.page.alsoUnsaved)] : []),
  ];
  return words.length > 0 ? words.join(' ') : say(messages.page.unchanged);
}

function savedWords(telling: Telling, became: Became): readonly string[] {
  const { choices, preferences } = became;
  const { say, messages } = telling.voice;
  const saved = asControls(telling, choices);
  const count = saved.length + preferences.length;
  const [choice] = saved;
  const [preference] = preferences;
  if (count === 0) return [];
  if (choice && saved.some(({ topic }) => topic === '*')) return [say(messages.page.stopped)];
  const awaited = awaitedWords(telling, saved, became);
  if (count > 1) return [say(messages.page.saved, { count }), ...awaited];
  if (awaited.length > 0) return awaited;
  const what = choice ? choiceWords(telling, choice) : preference && preferenceWords(telling, preference);
  return what === undefined ? [] : [say(messages.page.savedOne, { what })];
}

/** What she has to confirm; no message is promised where there is no address to send it to. */
function awaitedWords(
  telling: Telling,
  saved: readonly Choice[],
  { identifiers }: Became,
): readonly string[] {
  const { say, messages } = telling.voice;
  const known = { catalogue: telling.centre.catalogue, identifiers };
  return saved
    .filter(({ state }) => state === 'pending')
    .map((one) =>
      isReached(one.channel, known) ? choiceWords(telling, one) : say(messages.page.awaitingNowhere),
    );
}

/** As she sees them: where one control stands for all channels, what was recorded of each is one choice. */
function asControls({ centre }: Telling, choices: readonly Choice[]): readonly Choice[] {
  const seen = choices.map((choice) =>
    declared(centre.topics, choice.topic)?.offeredOn?.includes('*') ? { ...choice, channel: '*' } : choice,
  );
  return [
    ...new Map(seen.map((choice) => [`${choice.topic} ${choice.channel} ${choice.state}`, choice])).values(),
  ];
}

/** What is wrong, by the field it is wrong in. */
export const faultWords = (
  telling: Telling,
  faults: readonly PageFault[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    faults.map(({ field, code }) => [
      field,
      telling.voice.say(telling.voice.messages.errors[code], { what: fieldWords(telling, field) }),
    ]),
  );

/** `acme/newsletter email`, or the key of a preference. */
function fieldWords(telling: Telling, field: string): string {
  const [topic = '', channel] = field.split(' ');
  return channel === undefined ? preferenceTitle(telling, field) : controlWords(telling, { topic, channel });
}
