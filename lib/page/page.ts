import { preferencesOf } from '../domain/answer.ts';
import { expandPairs, expandTopics } from '../domain/catalogue.ts';
import { directionOf } from '../domain/language.ts';
import type { ControlKey } from '../domain/page-change.ts';
import { shownIn } from '../domain/shown.ts';
import { textIn } from '../domain/text.ts';
import { covers } from '../domain/topic.ts';
import type { AnswerState, HeedRecord, RestrictionEntry } from '../domain/vocabulary.ts';
import { noticeIn } from './centre.ts';
import { lastWords } from './last.ts';
import type {
  BrandModel,
  ControlModel,
  PageModel,
  PreferenceModel,
  ScriptWords,
  SignalModel,
  StopModel,
  TopicModel,
} from './model.ts';
import { type Looking, noteOf } from './notes.ts';
import {
  channelWords,
  controlWords,
  noticeTitle,
  preferenceTitle,
  type Telling,
  topicWords,
  valueWords,
} from './wording.ts';

/** What a page is drawn from. */
export interface PageState {
  /** 0 for a person nobody has spoken of. */
  readonly version: number;
  readonly record: HeedRecord;
  /** By kind, masked. */
  readonly identifiers: Readonly<Record<string, string>>;
  /** ms */
  readonly at: number;
  /** The browser sends its opt-out signal. */
  readonly signalled: boolean;
  /** Controls that were stopped after she had opened the page she sent. */
  readonly asked?: readonly ControlKey[];
}

/** What the preference centre shows one person, in words of one language. */
export function pageModel(telling: Telling, state: PageState): PageModel {
  const { centre, voice } = telling;
  const { record, at, version, asked = [] } = state;
  const looking = { ...telling, record, asked, shown: shownIn(record, centre.catalogue, at) };
  const last = lastWords(looking);
  const signal = state.signalled ? signalOf(looking) : undefined;
  return {
    language: voice.language,
    direction: directionOf(voice.language),
    version,
    notice: noticeIn(centre, voice.language),
    identifiers: identifiersOf(telling, state.identifiers),
    brands: Object.keys(centre.brands).flatMap((brand) => brandModel(looking, brand)),
    preferences: preferencesFor(looking, undefined),
    stop: stopModel(looking, '*', voice.say(voice.messages.page.stopAll)),
    ...(last !== undefined && { last }),
    ...(signal && { signal }),
    ...(record.restriction?.restricted && { restriction: restrictionOf(telling, record.restriction) }),
    words: scriptWords(telling),
  };
}

/** She sees what she has chosen and can change it; that it permits nothing meanwhile is said. */
const restrictionOf = ({ voice }: Telling, { occurredAt }: RestrictionEntry): string =>
  voice.say(voice.messages.page.restricted, { date: voice.date(occurredAt) });

/** Addresses, so that she knows whose page it is; ids of other systems tell her nothing. */
function identifiersOf(
  { centre, voice }: Telling,
  masked: PageState['identifiers'],
): PageModel['identifiers'] {
  const { say, messages } = voice;
  return Object.entries(masked).flatMap(([kind, value]) => {
    const type = centre.catalogue.identifiers[kind]?.type;
    return type === 'email' || type === 'phone' ? [{ label: say(messages.identifiers[type]), value }] : [];
  });
}

/** A brand of which nothing is offered and nothing permitted is left out. */
function brandModel(looking: Looking, brand: string): readonly BrandModel[] {
  const { centre, voice } = looking;
  const title = textIn(centre.brands[brand]?.title ?? brand, voice.language);
  const topics = Object.keys(centre.topics)
    .filter((topic) => covers(`${brand}/*`, topic))
    .flatMap((topic) => topicModel(looking, topic));
  const label = voice.say(voice.messages.page.stopBrand, { brand: title });
  return topics.length === 0
    ? []
    : [{ id: brand, title, stop: stopModel(looking, `${brand}/*`, label), topics }];
}

const stopModel = ({ shown, centre }: Looking, pattern: string, label: string): StopModel => ({
  pattern,
  label,
  done: !expandTopics(centre.catalogue, pattern).some((topic) => shown.isOn({ topic, channel: '*' })),
});

function topicModel(looking: Looking, id: string): readonly TopicModel[] {
  const { centre, voice } = looking;
  const channels = channelsOf(looking, id);
  const description = centre.topics[id]?.description;
  if (channels.length === 0) return [];
  return [
    {
      ...{ id, title: topicWords(looking, id) },
      ...(description !== undefined && { description: textIn(description, voice.language) }),
      controls: channels.map((channel) => controlModel(looking, { topic: id, channel })),
      preferences: preferencesFor(looking, id),
    },
  ];
}

/** What is offered, and what is on though it is not offered, so that it can be stopped. */
function channelsOf({ centre, shown }: Looking, topic: string): readonly string[] {
  const { channels } = centre.catalogue;
  const { offeredOn = channels, retired } = centre.topics[topic] ?? {};
  const offered = retired ? [] : offeredOn;
  if (offered.includes('*')) return ['*'];
  return channels.filter((channel) => offered.includes(channel) || shown.isOn({ topic, channel }));
}

function controlModel(looking: Looking, key: ControlKey): ControlModel {
  const note = noteOf(looking, key);
  return {
    ...key,
    label: channelWords(looking.voice, key.channel),
    name: nameOf(looking, key),
    state: stateOf(looking, key),
    on: looking.shown.isOn(key),
    ...(note !== undefined && { note }),
  };
}

/** Who speaks to it says what she sees: the label is in its name (WCAG 2.5.3). */
function nameOf(looking: Looking, key: ControlKey): string {
  const { say, messages } = looking.voice;
  const title = controlWords(looking, key);
  if (key.channel !== '*') return title;
  return say(messages.page.answer, { title, value: channelWords(looking.voice, key.channel) });
}

/** Of several channels at once what permits counts first, then what waits. */
function stateOf({ shown, centre }: Looking, key: ControlKey): AnswerState {
  const pairs = expandPairs(centre.catalogue, key);
  const states = new Set(
    pairs.map((pair) => {
      const { state } = shown.answer(pair.topic, pair.channel);
      return state !== 'granted' && shown.awaited(pair) ? 'pending' : state;
    }),
  );
  return ORDER.find((state) => states.has(state)) ?? 'none';
}

const ORDER = ['granted', 'pending', 'withdrawn'] as const;

/** Preferences of a topic, or those that belong to none. */
function preferencesFor(looking: Looking, topic: string | undefined): readonly PreferenceModel[] {
  const { centre, record } = looking;
  const stands = new Map(preferencesOf(record).map(({ key, value }) => [key, value]));
  return Object.entries(centre.preferenceKeys)
    .filter(([key]) => ownerOf(key, centre.topics) === topic)
    .map(([key, { values }]) => {
      const value = stands.get(key);
      return {
        ...{ key, title: preferenceTitle(looking, key) },
        ...(value !== undefined && { value }),
        values: values.map((one) => ({ value: one, label: valueWords(looking, key, one) })),
      };
    });
}

/** `acme/newsletter.frequency` belongs to that topic, `interest.cycling` to none. */
function ownerOf(key: string, topics: Looking['centre']['topics']): string | undefined {
  const owner = key.slice(0, Math.max(0, key.lastIndexOf('.')));
  return Object.hasOwn(topics, owner) ? owner : undefined;
}

/** Undefined where the signal stands for nothing here. */
function signalOf(looking: Looking): SignalModel | undefined {
  const { centre, shown, voice } = looking;
  const { say, messages, list } = voice;
  const topics = [...new Set(centre.settings.signal.flatMap((one) => expandTopics(centre.catalogue, one)))];
  if (topics.length === 0) return undefined;
  const on = topics.filter((topic) => shown.isOn({ topic, channel: '*' }));
  const { signalHonoured, signalOverruled } = messages.page;
  const honoured = on.length === 0;
  const titles = list((honoured ? topics : on).map((topic) => topicWords(looking, topic)));
  return { text: say(honoured ? signalHonoured : signalOverruled, { topics: titles }), honoured };
}

const scriptWords = ({ centre, voice }: Telling): ScriptWords => {
  const { page } = voice.messages;
  return {
    saving: page.saving,
    undo: page.undo,
    offline: page.offline,
    unsent: page.unsent,
    retry: page.retry,
    invalid: page.invalid,
    failed: page.failed,
    nothingOn: page.nothingOn,
    save: page.save,
    history: page.history,
    notice: page.notice,
    noticeVersion: noticeTitle(voice, noticeIn(centre, voice.language)),
    interests: page.interests,
    unchosen: page.unchosen,
    language: page.language,
  };
};
