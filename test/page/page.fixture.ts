import { createHash } from 'node:crypto';
import { directionOf, type Language } from '../../lib/domain/language.ts';
import type { CentrePage } from '../../lib/page/centre-page.ts';
import type { ControlModel, PageModel, PreferenceModel } from '../../lib/page/model.ts';
import { voiceOf } from '../../lib/page/say.ts';

export const assets = { script: '/assets/page-0.js', style: '/assets/page-0.css' };

const control = (topic: string, channel: string, more: Partial<ControlModel> = {}): ControlModel => ({
  ...{ topic, channel, label: channel, name: `${topic} by ${channel}`, state: 'none', on: false },
  ...more,
});

const preference = (key: string, values: readonly string[], value?: string): PreferenceModel => ({
  ...{ key, title: key, values: values.map((one) => ({ value: one, label: one })) },
  ...(value !== undefined && { value }),
});

const noticeOf = (text: string, language: Language): PageModel['notice'] => ({
  ...{ id: 'marketing', version: '4', language, text },
  sha256: createHash('sha256').update(text).digest('hex'),
});

/** Every kind of thing a page may hold. */
export function model(text = 'We write to you.\nYou can stop.\n', language: Language = 'en'): PageModel {
  const { messages } = voiceOf(language);
  const topic = (id: string, controls: readonly ControlModel[]) => ({
    ...{ id, title: id, description: `About ${id}`, controls, preferences: [] },
  });
  const stop = (pattern: string, done = false) => ({ pattern, label: `Stop ${pattern}`, done });
  const orbit = [control('orbit/events', 'email', { state: 'pending', on: true, note: 'Waits' })];
  const acme = [
    control('acme/newsletter', 'email', { state: 'granted', on: true }),
    control('acme/newsletter', 'sms', { state: 'withdrawn', note: 'Stopped elsewhere' }),
  ];
  const often = preference('acme/newsletter.frequency', ['daily', 'weekly'], 'weekly');
  return {
    ...{ language, direction: directionOf(language), version: 12, notice: noticeOf(text, language) },
    identifiers: [{ label: 'E-mail', value: 'a•••@example.com' }],
    brands: [
      {
        ...{ id: 'acme', title: 'Acme', stop: stop('acme/*') },
        topics: [
          { ...topic('acme/newsletter', acme), preferences: [often] },
          topic('acme/data-sharing', [control('acme/data-sharing', '*')]),
        ],
      },
      {
        ...{ id: 'orbit', title: 'Orbit', stop: stop('orbit/*', true) },
        topics: [topic('orbit/events', orbit)],
      },
    ],
    preferences: [preference('interest.cycling', ['like', 'none']), preference('language', [...'abcdef'])],
    ...{ stop: stop('*'), last: 'Last changed', signal: { text: 'Signal', honoured: true } },
    words: { ...messages.page, noticeVersion: 'Version 4' },
  };
}

export const page = (more: Partial<CentrePage> = {}): CentrePage => ({
  ...{
    voice: voiceOf('en'),
    assets,
    model: model(),
    address: '/p/token?lang=en',
    help: 'https://a.example/help',
  },
  languages: [
    { code: 'en', name: 'English', href: '?lang=en', current: true },
    { code: 'ar', name: 'العربية', href: '?lang=ar', current: false },
  ],
  ...more,
});

/** The same with every text that somebody wrote put through this; names and values of fields stay. */
export function rewritten(one: PageModel, write: (text: string) => string): PageModel {
  const KEPT = new Set([
    'topic',
    'channel',
    'pattern',
    'key',
    'id',
    'sha256',
    'state',
    'language',
    'direction',
  ]);
  const walk = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return KEPT.has(key) ? value : write(value);
    if (Array.isArray(value)) return value.map((each) => walk(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, name)]));
  };
  const isModel = (value: unknown): value is PageModel => typeof value === 'object' && value !== null;
  const written = walk(one);
  if (!isModel(written)) throw new Error('a model stays a model');
  return written;
}
