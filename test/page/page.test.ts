import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import config from '../../heed.config.ts';
import { LANGUAGES, type Language } from '../../lib/domain/language.ts';
import { DAY } from '../../lib/domain/time.ts';
import { centreOf } from '../../lib/page/centre.ts';
import type { ControlModel, PageModel } from '../../lib/page/model.ts';
import { type PageState, pageModel } from '../../lib/page/page.ts';
import { voiceOf } from '../../lib/page/say.ts';
import texts from '../../notices/texts.json' with { type: 'json' };
import { off, on, type Person, person } from '../flow/saving.ts';

interface Options extends Partial<PageState> {
  readonly language?: Language;
  readonly with?: typeof config;
}

async function pageOf(her: Person, options: Options = {}): Promise<PageModel> {
  const { language = 'en', with: declared = config, ...rest } = options;
  const telling = { centre: centreOf(declared, texts), voice: voiceOf(language) };
  const open = await her.open();
  const state = { ...open, identifiers: {}, at: her.clock.now(), signalled: false, ...rest };
  return pageModel(telling, state);
}

const controlsOf = ({ brands }: PageModel): readonly ControlModel[] =>
  brands.flatMap(({ topics }) => topics.flatMap(({ controls }) => controls));

const control = (page: PageModel, topic: string, channel: string): ControlModel | undefined =>
  controlsOf(page).find((one) => one.topic === topic && one.channel === channel);

/** The same configuration with other words about one topic. */
const withTopic = (topic: string, change: object): typeof config => {
  const known = config.topics[topic];
  if (!known) throw new Error(`no topic ${topic}`);
  const topics = { ...config.topics, [topic]: { ...known, ...change } };
  const shown = config.catalogue.topics[topic];
  if (!shown) throw new Error(`no topic ${topic}`);
  const catalogue = {
    ...config.catalogue,
    topics: { ...config.catalogue.topics, [topic]: { ...shown, ...change } },
  };
  return { ...config, topics, catalogue };
};

describe('what is offered', () => {
  test('is what the configuration offers, by brand, all off for a person nobody has spoken of', async () => {
    const page = await pageOf(person());
    expect(page.version).toBe(0);
    expect(page.brands.map(({ id }) => id)).toEqual(['acme', 'orbit']);
    expect(controlsOf(page).filter((one) => one.on)).toEqual([]);
    const shown = controlsOf(page).filter(({ topic }) => topic === 'acme/surveys');
    expect(shown.map(({ name, state }) => [name, state])).toEqual([
      ['Surveys by e-mail', 'none'],
      ['Surveys by telephone', 'none'],
    ]);
    expect(controlsOf(page).filter(({ topic }) => topic === 'acme/data-sharing')).toHaveLength(1);
    expect(page.last).toBeUndefined();
    expect(
      [page.stop, ...page.brands.map(({ stop }) => stop)].map(({ pattern, done }) => [pattern, done]),
    ).toEqual([
      ['*', true],
      ['acme/*', true],
      ['orbit/*', true],
    ]);
  });

  test('is also what is on though it is not offered, so that it can be stopped', async () => {
    const her = person();
    await her.said('crm-import', [{ topic: 'acme/surveys', channel: 'post', state: 'granted' }]);
    expect(control(await pageOf(her), 'acme/surveys', 'post')?.on).toBe(true);
    her.clock.advance(1000);
    await her.send(await her.open(), [off('acme/surveys', 'post')]);
    expect(control(await pageOf(her), 'acme/surveys', 'post')).toBeUndefined();
  });

  test('is every channel where the topic says nothing', async () => {
    const page = await pageOf(person(), { with: withTopic('acme/surveys', { offeredOn: undefined }) });
    const shown = controlsOf(page).filter(({ topic }) => topic === 'acme/surveys');
    expect(shown.map(({ channel }) => channel)).toEqual(config.channels);
  });

  test('is nothing of a retired topic but what is still permitted', async () => {
    const her = person();
    await her.send(await her.open(), [on('acme/surveys', 'email')]);
    const retired = withTopic('acme/surveys', { retired: true });
    const ofSurveys = (page: PageModel) => controlsOf(page).filter(({ topic }) => topic === 'acme/surveys');
    expect(ofSurveys(await pageOf(her, { with: retired })).map(({ channel }) => channel)).toEqual(['email']);
    expect(ofSurveys(await pageOf(person(), { with: retired }))).toEqual([]);
  });

  test('one control for all channels is on if any of them is permitted', async () => {
    const her = person();
    await her.said('crm-import', [{ topic: 'acme/data-sharing', channel: 'phone', state: 'granted' }]);
    const shown = control(await pageOf(her), 'acme/data-sharing', '*');
    expect(shown).toMatchObject({
      on: true,
      state: 'granted',
      name: 'Sharing my data with partners: Allowed',
    });
  });
});

describe('a note', () => {
  test('says that something waits for her, and until when, and the control is shown on', async () => {
    const her = person();
    await her.known({ email: 'alice@example.com' });
    await her.send(await her.open(), [on('orbit/events', 'email')]);
    expect(control(await pageOf(her), 'orbit/events', 'email')).toMatchObject({
      on: true,
      state: 'pending',
      note: 'Not on yet: open the message we sent you and confirm, by 8 May 2026.',
    });
    her.clock.advance(7 * DAY);
    const lapsed = control(await pageOf(her), 'orbit/events', 'email');
    expect([lapsed?.on, lapsed?.note]).toEqual([false, undefined]);
  });

  test('promises no message where there is no address to send one to', async () => {
    const her = person();
    await her.send(await her.open(), [on('orbit/events', 'email')]);
    const waits = control(await pageOf(her), 'orbit/events', 'email');
    expect(waits?.note).toBe('Not on yet: we have no e-mail address of yours to send the confirmation to.');
    await her.known({ email: 'alice@example.com' });
    await her.known({ email: null });
    expect(control(await pageOf(her), 'orbit/events', 'email')?.note).toBe(waits?.note);
  });

  test('says who stopped it, but not that she did so here', async () => {
    const her = person();
    await her.send(await her.open(), [on('acme/offers', 'sms'), on('acme/offers', 'email')]);
    her.clock.advance(1000);
    await her.said('hubspot', [{ topic: 'acme/offers', channel: 'email', state: 'withdrawn' }], {
      actor: { kind: 'subject' },
    });
    await her.send(await her.open(), [off('acme/offers', 'sms')]);
    const page = await pageOf(her);
    expect(control(page, 'acme/offers', 'email')?.note).toBe('Stopped on 1 May 2026: HubSpot.');
    expect(control(page, 'acme/offers', 'sms')?.note).toBeUndefined();
  });

  test('asks again for what was stopped after she had opened the page', async () => {
    const her = person();
    await her.said('hubspot', [{ topic: 'acme/offers', channel: 'email', state: 'withdrawn' }]);
    const page = await pageOf(her, { asked: [{ topic: 'acme/offers', channel: 'email' }] });
    expect(control(page, 'acme/offers', 'email')?.note).toBe(
      'Stopped on 1 May 2026 (HubSpot) after you opened this page. Switch it on again if you want it.',
    );
  });

  test('says until when a grant lasts, and that it ran out', async () => {
    const her = person();
    await her.send(await her.open(), [on('acme/surveys', 'email')]);
    expect(control(await pageOf(her), 'acme/surveys', 'email')?.note).toBe('Until 30 April 2028.');
    her.clock.advance(800 * DAY);
    const over = control(await pageOf(her), 'acme/surveys', 'email');
    expect([over?.on, over?.note]).toEqual([false, 'Ran out on 30 April 2028.']);
  });
});

describe('what changed last', () => {
  test('is named where it was one thing, with where it came from', async () => {
    const her = person();
    await her.send(await her.open(), [on('acme/offers', 'sms')]);
    expect((await pageOf(her)).last).toBe(
      'Last changed on 1 May 2026: Offers by text message is on (Preference centre).',
    );
    her.clock.advance(DAY);
    await her.said('hubspot', [{ topic: 'acme/*', channel: 'email', state: 'withdrawn' }]);
    expect((await pageOf(her)).last).toMatch(/^Last changed on 2 May 2026: .*HubSpot/);
    her.clock.advance(DAY);
    await her.send(await her.open(), [], { stop: '*' });
    expect((await pageOf(her)).last).toBe(
      'Last changed on 3 May 2026: Everything is off (Preference centre).',
    );
  });

  test('does not say that something is on which somebody else has stopped', async () => {
    const her = person();
    await her.said('hubspot', [{ topic: 'acme/offers', channel: 'email', state: 'withdrawn' }]);
    her.clock.advance(1000);
    await her.said('crm-import', [{ topic: 'acme/offers', channel: 'email', state: 'granted' }]);
    expect((await pageOf(her)).last).not.toContain('is on');
  });
});

describe('the browser’s signal', () => {
  const SHARING = 'acme/data-sharing';

  test('is shown where it was sent, with what became of it', async () => {
    const her = person();
    expect((await pageOf(her)).signal).toBeUndefined();
    await her.send(await her.open(), [off(SHARING, '*')]);
    expect((await pageOf(her, { signalled: true })).signal).toEqual({
      honoured: true,
      text: expect.stringContaining('We have honoured it: Sharing my data with partners.'),
    });
    await her.send(await her.open(), [on(SHARING, '*')]);
    expect((await pageOf(her, { signalled: true })).signal).toEqual({
      honoured: false,
      text: expect.stringContaining('You have since allowed here: Sharing my data with partners.'),
    });
  });
});

describe('the page', () => {
  test('shows masked addresses and no ids of other systems', async () => {
    const identifiers = { email: 'a…@example.com', phone: '+45…78', salesforce: '00…' };
    const page = await pageOf(person(), { identifiers });
    expect(page.identifiers).toEqual([
      { label: 'E-mail', value: 'a…@example.com' },
      { label: 'Telephone', value: '+45…78' },
    ]);
  });

  test('puts preferences with the topic they belong to, languages by their own names', async () => {
    const her = person();
    const preferences = [
      { key: 'acme/newsletter.frequency', value: 'weekly' },
      { key: 'language', value: 'da' },
    ];
    await her.send(await her.open(), [], { preferences });
    const page = await pageOf(her);
    const newsletter = page.brands[0]?.topics.find(({ id }) => id === 'acme/newsletter');
    expect(newsletter?.preferences.map(({ key, value }) => [key, value])).toEqual([
      ['acme/newsletter.frequency', 'weekly'],
    ]);
    const language = page.preferences.find(({ key }) => key === 'language');
    expect(language?.value).toBe('da');
    expect(language?.values.map(({ label }) => label)).toContain('Dansk');
    expect(page.preferences.map(({ key }) => key)).not.toContain('acme/newsletter.frequency');
  });

  test.each(LANGUAGES)(
    'is whole in %s, with the notice in that language and its digest',
    async (language) => {
      const her = person();
      await her.send(await her.open(), [on('orbit/events', 'email'), on('acme/surveys', 'email')]);
      const page = await pageOf(her, { language, signalled: true });
      expect(page.direction).toBe(language === 'ar' ? 'rtl' : 'ltr');
      expect(page.notice.language).toBe(language);
      expect(createHash('sha256').update(page.notice.text).digest('hex')).toBe(page.notice.sha256);
      expect(JSON.stringify(page)).not.toMatch(/\{[a-zA-Z]+\}/);
    },
  );
});
