import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../lib/domain/language.ts';
import { DAY } from '../../lib/domain/time.ts';
import { faultsOf, NARROWEST } from './audit.ts';
import { inBrowser } from './browser.ts';
import { anEngine, granted, type Heed, STOP } from './heed.ts';
import { switchOf, told, visit } from './visit.ts';

const NEWS = 'acme/newsletter';
const OFFERS = 'acme/offers';
const SHARING = 'acme/data-sharing';
const EVENTS = 'orbit/events';

/** From left to right and from right to left; `HEED_TESTS=all` (as in .ci/run) looks at every language, in every look. */
const ALL = process.env['HEED_TESTS'] === 'all';
const LOOKED_AT = ALL ? LANGUAGES : (['en', 'ar'] as const);
const LOOKS = { everyLook: ALL };
/** Colours are the same in every language, and few of them are on one page alone: while working it is looked at in all. */
const RICHEST = 'the page, waiting for a confirmation';
const SLOW = 240_000;

interface Scene {
  readonly page: Page;
  readonly heed: Heed;
  readonly subject: string;
  readonly language: Language;
}

interface State {
  readonly name: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is so before the page is opened; where it is. */
  readonly open: (scene: Omit<Scene, 'page'>) => Promise<string>;
  /** What is done on it. */
  readonly act?: (scene: Scene) => Promise<void>;
}

const centre: State['open'] = async ({ heed, subject }) => {
  await heed.say(subject, [granted(NEWS), granted(SHARING)], `${subject}@example.com`);
  return heed.pageOf(subject);
};

const lists =
  (purpose: 'unsubscribe' | 'confirm', age = 0): State['open'] =>
  async ({ heed, subject }) => {
    const list = { sub: subject, topic: purpose === 'confirm' ? EVENTS : NEWS, channel: 'email' };
    if (purpose === 'unsubscribe') return `${heed.url()}/u/${await heed.token({ purpose, ...list }, age)}`;
    return `${heed.url()}/c/${await heed.token({ purpose, ...list, request: 'none' }, age)}`;
  };

const press = async ({ page }: Scene): Promise<void> => {
  await page.locator('main form button').click();
  await page.locator('main form').waitFor({ state: 'detached' });
};

/** Sends the form as it stands, as a browser does whose script did not arrive. */
const send = async (page: Page): Promise<void> => {
  await page.locator('[data-save]').click();
  await page.locator('[data-said]').waitFor();
};

const withoutScript = async ({ page }: Scene): Promise<void> => {
  await page.route('**/assets/*.js', (route) => route.abort());
  await page.reload();
};

const waiting: State = {
  name: RICHEST,
  open: centre,
  act: async ({ page }) => {
    await switchOf(page, EVENTS).click();
    await told(page, 'saved');
  },
};

const STATES: readonly State[] = [
  waiting,
  { name: 'the page', open: centre },
  {
    name: 'the page, saved',
    open: centre,
    act: async ({ page }) => {
      await switchOf(page, OFFERS).click();
      await told(page, 'saved');
    },
  },
  {
    name: 'the page, without a connection',
    open: centre,
    act: async ({ page }) => {
      await page.context().setOffline(true);
      await switchOf(page, OFFERS).click();
      await told(page, 'trouble');
    },
  },
  {
    name: 'the form, saved',
    open: centre,
    act: async (scene) => {
      await withoutScript(scene);
      await switchOf(scene.page, OFFERS).click();
      await send(scene.page);
    },
  },
  {
    name: 'the form, asked again',
    open: centre,
    act: async (scene) => {
      await withoutScript(scene);
      await switchOf(scene.page, OFFERS).click();
      await scene.heed.say(scene.subject, [STOP]);
      await send(scene.page);
    },
  },
  {
    name: 'the form, refused',
    open: centre,
    act: async (scene) => {
      const { page } = scene;
      await withoutScript(scene);
      const odd = page.locator('input[type=radio][value=weekly]');
      await odd.evaluate((field) => field.setAttribute('value', 'hourly'));
      await page.locator('input[type=radio][value=hourly]').check();
      await send(page);
    },
  },
  {
    name: 'the page, its signal honoured',
    open: centre,
    headers: { 'sec-gpc': '1' },
  },
  {
    name: 'the page, stopped',
    open: centre,
    act: async ({ page }) => {
      await page.locator('[data-stop="*"] button').click();
      await told(page, 'saved');
    },
  },
  {
    name: 'the history',
    open: async (scene) => `${await centre(scene)}/history`,
  },
  { name: 'a list to leave', open: lists('unsubscribe') },
  { name: 'a list that was left', open: lists('unsubscribe'), act: press },
  { name: 'a dead link', open: async ({ heed }) => `${heed.url()}/p/nonsense` },
  { name: 'an old link', open: lists('unsubscribe', 500 * DAY) },
  { name: 'nothing to confirm', open: lists('confirm') },
  {
    name: 'the text of a notice',
    open: async ({ heed, language }) => `${heed.url()}/notices/marketing/4/${language}`,
  },
];

inBrowser('every page and state', (browser) => {
  const heed = anEngine();
  let people = 0;

  /** A fresh person before each page. */
  const aScene = (language: Language) => {
    people += 1;
    return { heed, subject: `person-${people}`, language };
  };

  const inLanguage = (language: Language) => [language, language === 'ar' ? 'rtl' : 'ltr'];

  /** Shows a state in a page that may have shown another before. */
  async function show(state: State, { page, ...scene }: Scene): Promise<void> {
    await page.unrouteAll();
    await page.context().setOffline(false);
    await page.setExtraHTTPHeaders(state.headers ?? {});
    await page.goto(`${await state.open(scene)}?lang=${scene.language}`);
    await state.act?.({ ...scene, page });
  }

  const aPage = async (): Promise<Page> => {
    const { page } = await visit(browser(), `${heed.url()}/p/nonsense`, { viewport: NARROWEST });
    /** It asks before what could not be sent is lost. */
    page.on('dialog', (dialog) => dialog.accept());
    return page;
  };

  test.each(LOOKED_AT)(
    'in %s shuts nobody out and sticks out nowhere',
    { timeout: SLOW },
    async (language) => {
      const page = await aPage();
      const faults: Record<string, readonly string[]> = {};
      for (const state of STATES) {
        await show(state, { ...aScene(language), page });
        const html = page.locator('html');
        const spoken = [await html.getAttribute('lang'), await html.getAttribute('dir')];
        expect([state.name, ...spoken]).toEqual([state.name, ...inLanguage(language)]);
        faults[state.name] = await faultsOf(page, { everyLook: ALL || state.name === RICHEST });
      }
      expect(faults).toEqual(Object.fromEntries(STATES.map(({ name }) => [name, []])));
    },
  );

  test.each(LOOKED_AT)(
    'in %s: the mail that asks, its button, and that it was pressed',
    { timeout: SLOW },
    async (language) => {
      const page = await aPage();
      const scene = { ...aScene(language), page };
      await show(waiting, scene);
      const message = page.locator('li', { hasText: `${scene.subject}@example.com` }).locator('a');
      await expect
        .poll(async () => {
          await page.goto(`${heed.url()}/local/outbox`);
          return message.count();
        })
        .toBe(1);
      const faults = [await faultsOf(page, LOOKS)];
      await message.click();
      await page.locator('.text a').waitFor();
      faults.push(await faultsOf(page, LOOKS));
      const link = await page.locator('.text a').getAttribute('href');
      await page.goto(`${link}?lang=${language}`);
      faults.push(await faultsOf(page, LOOKS));
      await press(scene);
      faults.push(await faultsOf(page, LOOKS));
      expect(faults).toEqual([[], [], [], []]);
      expect(await heed.stateOf(scene.subject, EVENTS)).toBe('granted');
    },
  );

  test('(control) what is wrong is found', async () => {
    const page = await aPage();
    await show(waiting, { ...aScene('en'), page });
    await page.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend',
      '<div id="wide"><button id="small"></button><button>x</button><p id="faint">faint</p></div>');
      Object.assign(document.querySelector('#wide').style, { inlineSize: '400px' });
      Object.assign(document.querySelector('#faint').style, { color: 'rgb(128 128 128 / 40%)' });
      for (const one of document.querySelectorAll('#wide button'))
        Object.assign(one.style, { minBlockSize: 0, blockSize: '9px', inlineSize: '9px', padding: 0, border: 0 });`);
    const faults = (await faultsOf(page)).join('\n');
    for (const said of [
      /as it is opened: \d+ px too wide/,
      /button-name/,
      /target-size/,
      /^color-contrast/m,
      /^dark: color-contrast/m,
    ])
      expect(faults).toMatch(said);
  });
});
