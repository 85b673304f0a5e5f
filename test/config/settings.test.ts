import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import config from '../../heed.config.ts';
import { destinations } from '../../lib/destinations/index.ts';
import { lanesOf } from '../../lib/flow/lanes.ts';
import { settingsFaults } from '../../lib/flow/settings.ts';

const Settings = z.strictObject({
  groups: z.record(z.string(), z.int().positive()).describe('Which group each topic is, by its number.'),
  version: z.enum(['v3', 'v4']).default('v4').describe('Version of the API.'),
  url: z
    .url()
    .transform((text) => new URL(text))
    .describe('Where to post.'),
  limits: z.strictObject({ strict: z.boolean().describe('Whether to stop early.') }).optional(),
  people: z.array(z.strictObject({ name: z.string() })).min(1, 'name at least one of them'),
});
const right = { groups: { news: 7 }, url: 'https://a.example', people: [{ name: 'a' }] };

describe('settings that are wrong', () => {
  test.each([
    ['left out', { ...right, groups: undefined }, 'is missing. Which group each topic is, by its number.'],
    [
      'of another kind',
      { ...right, groups: { news: 'x' } },
      'settings › groups › news must be a number. Which',
    ],
    [
      'not among the choices',
      { ...right, version: 'v9' },
      'settings › version must be one of v3, v4. Version',
    ],
    ['no address', { ...right, url: 'here' }, 'must be a web address such as https://example.com. Where to'],
    ['deep inside', { ...right, limits: { strict: 1 } }, 'limits › strict must be true or false. Whether to'],
    ['empty', { ...right, people: [] }, 'settings › people is not right: name at least one of them'],
    ['in a list', { ...right, people: [{}] }, 'settings › people › 0 › name is missing'],
    ['unknown', { ...right, url2: 1 }, 'settings has no url2; there is groups, version, url, limits, people'],
  ])('and %s are told apart in plain words', (_what, raw, words) => {
    const faults = settingsFaults(Settings, raw);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(words);
  });

  test('are all named at once, and settings that are right say nothing', () => {
    expect(settingsFaults(Settings, {})).toHaveLength(3);
    expect(settingsFaults(Settings, right)).toEqual([]);
  });

  test('stop the start with the name of their destination', () => {
    const hubspot = { enabled: true, paused: false, settings: { subscriptions: { 'acme/newsletter': 'x' } } };
    const wrong = { ...config, destinations: { hubspot } };
    expect(() => lanesOf(wrong, destinations)).toThrow(
      /destinations\.hubspot: settings › subscriptions › acme\/newsletter must be a number/,
    );
  });
});

describe('every setting', () => {
  const settings = Object.entries(destinations).flatMap(([id, { settings }]) =>
    settings instanceof z.ZodObject
      ? Object.entries<z.ZodType>(settings.shape).map(([name, schema]) => [`${id}: ${name}`, schema] as const)
      : [],
  );

  test.each(settings)('%s says what it is for', (_name, schema) => {
    expect(schema.description ?? '').toMatch(/^[A-Z].*[.]$/s);
  });
});

describe('a destination that reports back', () => {
  const { hubspot } = config.destinations;
  const own = config.sources['hubspot'];
  if (!hubspot || !own) throw new Error('HubSpot is not declared');
  const starting = (rights: object, settings: object = {}) => {
    const declared = { ...hubspot, settings: { subscriptions: { 'acme/newsletter': 1 }, ...settings } };
    const sources = { ...config.sources, hubspot: { ...own, ...rights } };
    return () => lanesOf({ ...config, sources, destinations: { hubspot: declared } }, destinations);
  };

  test('starts with rights to what it is told', () => {
    expect(starting({})).not.toThrow();
    expect(starting({ topics: ['*'], channels: ['*'] }, { optOutTopics: ['*'] })).not.toThrow();
  });

  test.each<[string, object, object, string]>([
    ['topic', { topics: ['orbit/*'] }, {}, 'sources.hubspot.topics: add acme/newsletter;'],
    ['channel', { channels: ['sms'] }, {}, 'sources.hubspot.channels: add email;'],
    ['way of speaking', { actors: ['system'] }, {}, 'sources.hubspot.actors: add subject;'],
    ['no', { states: ['granted'] }, {}, 'sources.hubspot.states: add withdrawn;'],
    [
      'topic that an unsubscribe from all ends',
      {},
      { optOutTopics: ['orbit/*'] },
      'sources.hubspot.topics: add orbit/*; unsubscribes that HubSpot reports would be passed over',
    ],
    [
      'topic that there is',
      {},
      { optOutTopics: ['acme/nothing'] },
      'destinations.hubspot: optOutTopics names acme/nothing, and no such topic is declared',
    ],
  ])(
    'does not start without a right to a %s, which would pass its unsubscribes over',
    (_, rights, settings, words) => {
      expect(starting(rights, settings)).toThrow(words);
    },
  );
});
