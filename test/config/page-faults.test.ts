import { describe, expect, test } from 'vitest';
import type { Declaration } from '../../lib/config/declaration.ts';
import { faultsIn } from '../../lib/config/faults.ts';

const DIGEST = 'a'.repeat(64);
const news = { title: { en: 'News', da: 'Nyt' }, purpose: 'marketing' };
const frequency = {
  title: { en: 'How often', da: 'Hvor tit' },
  values: ['daily', 'weekly'],
  labels: { daily: { en: 'Daily', da: 'Dagligt' } },
};
const own = {
  title: { en: 'Your page', da: 'Din side' },
  actors: ['subject' as const],
  topics: ['*'],
  channels: ['*'],
  states: ['granted' as const, 'withdrawn' as const],
  preferences: ['*'],
};
const texting = { ...own, title: 'SMS', channels: ['sms'], preferences: [] };
const centre = {
  notice: { id: 'marketing', version: '1' },
  languages: ['en' as const, 'da' as const],
  languageKey: 'language',
  origins: ['https://www.acme.example', 'http://localhost:3000'],
  signal: ['acme/*'],
  help: 'mailto:help@acme.example',
};
const starts = {
  topics: ['acme/news'],
  legalBasis: 'consent' as const,
  notice: { id: 'sms', version: '1', language: 'en' },
};
const keywords = { source: 'texts', channel: 'sms', stops: ['acme/*'], starts };

const sound = {
  schemas: 'https://schemas.acme.example/heed',
  publicUrl: 'https://preferences.acme.example',
  brands: { acme: { title: 'Acme' } },
  channels: ['email', 'sms'],
  purposes: {
    marketing: { title: 'Marketing', controller: 'Acme', retention: 'P1Y', recipients: [], jurisdiction: [] },
  },
  topics: { 'acme/news': { ...news, offeredOn: ['email'], doubleOptIn: { channels: ['email'] } } },
  preferenceKeys: {
    'acme/news.frequency': frequency,
    language: { title: { en: 'Language', da: 'Sprog' }, values: ['en', 'da'] },
  },
  identifiers: { email: { type: 'email' as const }, phone: { type: 'phone' as const } },
  notices: { 'marketing/1/en': DIGEST, 'marketing/1/da': DIGEST, 'sms/1/en': DIGEST },
  preferenceCentre: centre,
  confirmations: { from: 'Acme <post@acme.example>' },
  keywords,
  sources: { 'preference-center': own, texts: texting },
  destinations: {},
} satisfies Declaration;

/** What is found once this is changed. */
const found = (change: Partial<Declaration>): readonly string[] => faultsIn({ ...sound, ...change });
const inCentre = (change: object): readonly string[] => found({ preferenceCentre: { ...centre, ...change } });
const inTopic = (change: object): readonly string[] =>
  found({ topics: { 'acme/news': { ...news, ...change } } });
const inKeywords = (change: object): readonly string[] => found({ keywords: { ...keywords, ...change } });
const inSource = (id: 'preference-center' | 'texts', change: object): readonly string[] =>
  found({ sources: { ...sound.sources, [id]: { ...sound.sources[id], ...change } } });

test('nothing is found in pages that are declared soundly, nor where there are none', () => {
  expect(found({})).toEqual([]);
  const { preferenceCentre: _, confirmations: __, keywords: ___, publicUrl: ____, ...bare } = sound;
  expect(faultsIn(bare)).toEqual([]);
});

describe('one line is said of', () => {
  test.each<readonly [what: string, () => readonly string[], line: string]>([
    [
      'a notice that is not kept in a language of the pages',
      () => found({ notices: { 'marketing/1/en': DIGEST, 'sms/1/en': DIGEST } }),
      'preferenceCentre.notice: no notice marketing/1/da is kept',
    ],
    [
      'a title that lacks a language',
      () => inTopic({ title: { en: 'News' } }),
      'topics.acme/news.title: no words in da, which preferenceCentre.languages offers',
    ],
    [
      'a description that lacks a language',
      () => inTopic({ description: { da: 'Nyt' } }),
      'topics.acme/news.description: no words in en, which preferenceCentre.languages offers',
    ],
    [
      'a brand that lacks a language',
      () => found({ brands: { acme: { title: { en: 'Acme' } } } }),
      'brands.acme.title: no words in da, which preferenceCentre.languages offers',
    ],
    [
      'a source that lacks a language: her history says where a choice came from',
      () => inSource('texts', { title: { da: 'Sms' } }),
      'sources.texts.title: no words in en, which preferenceCentre.languages offers',
    ],
    [
      'a label that lacks a language',
      () =>
        found({
          preferenceKeys: {
            ...sound.preferenceKeys,
            'acme/news.frequency': { ...frequency, labels: { daily: { en: 'Daily' } } },
          },
        }),
      'preferenceKeys.acme/news.frequency.labels.daily: no words in da, which preferenceCentre.languages offers',
    ],
    [
      'a label of no value',
      () =>
        found({
          preferenceKeys: {
            ...sound.preferenceKeys,
            'acme/news.frequency': { ...frequency, labels: { dayly: 'Daily' } },
          },
        }),
      'preferenceKeys.acme/news.frequency.labels: no value dayly is declared',
    ],
    [
      'a key of languages that is not declared',
      () => inCentre({ languageKey: 'tongue' }),
      'preferenceCentre.languageKey: no preference tongue is declared',
    ],
    [
      'a language she may prefer and is not spoken',
      () =>
        found({
          preferenceKeys: {
            ...sound.preferenceKeys,
            language: { title: 'Language', values: ['en', 'da', 'de'] },
          },
        }),
      'preferenceKeys.language: de is not in preferenceCentre.languages',
    ],
    [
      'a signal that covers no topic',
      () => inCentre({ signal: ['acme/news', 'orbit/*'] }),
      'preferenceCentre.signal: no topic orbit/* is declared',
    ],
    [
      'an origin from which everything can be read on the way',
      () => inCentre({ origins: ['http://www.acme.example'] }),
      'preferenceCentre.origins: http://www.acme.example must begin with https: the token is in what is sent',
    ],
    [
      'an origin that only looks like this machine',
      () => inCentre({ origins: ['http://localhost.acme.example'] }),
      'preferenceCentre.origins: http://localhost.acme.example must begin with https: the token is in what is sent',
    ],
    [
      'help that is a script',
      () => inCentre({ help: 'javascript:alert(1)' }),
      'preferenceCentre.help: javascript: is no address of a page or mailbox',
    ],
    [
      'a channel that a topic is offered on and nobody declared',
      () => inTopic({ offeredOn: ['email', 'fax'] }),
      'topics.acme/news.offeredOn: no channel fax is declared',
    ],
    [
      'one control for all channels beside one for some',
      () => inTopic({ offeredOn: ['*', 'email'] }),
      'topics.acme/news.offeredOn: * is all channels at once and stands alone',
    ],
    [
      'a confirmation on a channel nobody declared',
      () => inTopic({ doubleOptIn: { channels: ['fax'] } }),
      'topics.acme/news.doubleOptIn: no channel fax is declared',
    ],
    [
      'a confirmation that cannot be sent to anybody',
      () => found({ identifiers: { crm: { type: 'id' }, phone: { type: 'phone' } } }),
      'topics.acme/news.doubleOptIn: no identifier of type email is declared to send it to',
    ],
    [
      'a page without a source to speak for',
      () => found({ sources: { texts: texting } }),
      'preferenceCentre: no source preference-center is declared; the pages offer it',
    ],
    [
      'a page that may not speak for the person',
      () => inSource('preference-center', { actors: ['system'] }),
      'sources.preference-center.actors: add subject; the pages offer it',
    ],
    [
      'a page that could not stop everything',
      () => inSource('preference-center', { topics: ['acme/news'] }),
      'sources.preference-center.topics: add *; the pages offer it',
    ],
    [
      'a page that could not stop every channel',
      () => inSource('preference-center', { channels: ['email'] }),
      'sources.preference-center.channels: add *; the pages offer it',
    ],
    [
      'a page that could only grant',
      () => inSource('preference-center', { states: ['granted'] }),
      'sources.preference-center.states: add withdrawn; the pages offer it',
    ],
    [
      'a page that could not keep what it asks',
      () => inSource('preference-center', { preferences: ['language'] }),
      'sources.preference-center.preferences: add acme/news.frequency; the pages offer it',
    ],
    [
      'text messages on a channel nobody declared',
      () => found({ keywords: { ...keywords, channel: 'fax' }, sources: { ...sound.sources, texts: own } }),
      'keywords.channel: no channel fax is declared',
    ],
    [
      'text messages where nobody could be known by a number',
      () => found({ identifiers: { email: { type: 'email' } } }),
      'keywords: no identifier of type phone is declared, by which anybody could be known',
    ],
    [
      'text messages from a source nobody declared',
      () => inKeywords({ source: 'texting' }),
      'keywords.source: no source texting is declared; a text message would change nothing',
    ],
    [
      'a stop of topics nobody declared',
      () => inKeywords({ stops: ['orbit/*'] }),
      'keywords.stops: no topic orbit/* is declared',
    ],
    [
      'a start of a topic nobody declared',
      () => inKeywords({ starts: { ...starts, topics: ['acme/olds'] } }),
      'keywords.starts.topics: no topic acme/olds is declared',
    ],
    [
      'a start under a notice that is not kept',
      () => inKeywords({ starts: { ...starts, notice: { id: 'sms', version: '2', language: 'en' } } }),
      'keywords.starts.notice: no notice sms/2/en is kept',
    ],
    [
      'a stop that its source has no right to',
      () => inSource('texts', { states: ['granted'] }),
      'sources.texts.states: add withdrawn; a text message would change nothing',
    ],
    [
      'a start that its source has no right to',
      () => inSource('texts', { states: ['withdrawn'] }),
      'sources.texts.states: add granted; a text message would change nothing',
    ],
    [
      'a stop on a channel its source has no right to',
      () => inSource('texts', { channels: ['email'] }),
      'sources.texts.channels: add sms; a text message would change nothing',
    ],
    [
      'a stop of more than its source has a right to',
      () =>
        found({
          keywords: { ...keywords, stops: ['*'] },
          sources: { ...sound.sources, texts: { ...texting, topics: ['acme/*'] } },
        }),
      'sources.texts.topics: add *; a text message would change nothing',
    ],
    [
      'a public address that can be read on the way',
      () => found({ publicUrl: 'http://preferences.acme.example' }),
      'publicUrl: http://preferences.acme.example must be https and a domain alone, such as https://preferences.acme.example',
    ],
    [
      'a public address with a path',
      () => found({ publicUrl: 'https://acme.example/heed' }),
      'publicUrl: https://acme.example/heed must be https and a domain alone, such as https://preferences.acme.example',
    ],
  ])('%s', (_what, faults, line) => {
    expect(faults()).toEqual([line]);
  });

  test('confirmations without a page that their link could lead to', () => {
    const { preferenceCentre: _, ...without } = sound;
    expect(faultsIn(without)).toEqual([
      'confirmations: declare preferenceCentre: the link in the message leads to one of its pages',
    ]);
  });

  test('an origin that is no bare one', () => {
    for (const origin of ['https://www.acme.example/', 'https://www.acme.example/shop', 'www.acme.example'])
      expect(inCentre({ origins: [origin] })).toEqual([
        expect.stringMatching(/^preferenceCentre\.origins\.0: /),
      ]);
  });
});
