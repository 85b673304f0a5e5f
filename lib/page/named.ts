import { brandOf } from '../config/completed.ts';
import { declared } from '../domain/catalogue.ts';
import { textIn } from '../domain/text.ts';
import type { Choice } from '../domain/vocabulary.ts';
import type { Centre } from './centre.ts';
import type { Voice } from './say.ts';

/** One topic on one channel, and what is needed to name it. */
export interface Named extends Pick<Choice, 'topic' | 'channel'> {
  readonly voice: Voice;
  readonly centre: Pick<Centre, 'catalogue' | 'brands' | 'topics'>;
  /** Where she finds help, on a page that names it. */
  readonly help?: string | undefined;
}

/** In her language as far as it has words; what is no longer declared goes by its id. */
export function wordsFor({ centre, voice, topic, channel }: Named) {
  const { language, messages, list } = voice;
  const brand = brandOf(topic);
  const channels = channel === '*' ? centre.catalogue.channels : [channel];
  return {
    brand: textIn(declared(centre.brands, brand)?.title ?? brand, language),
    topic: textIn(declared(centre.topics, topic)?.title ?? topic, language),
    channel: list(channels.map((one) => declared<string>(messages.byChannel, one) ?? one)),
  };
}
