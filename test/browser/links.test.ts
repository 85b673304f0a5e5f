import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { DAY } from '../../lib/domain/time.ts';
import { inBrowser } from './browser.ts';
import { anEngine, granted } from './heed.ts';
import { noteOf, switchOf, told, visit, WITHOUT_SCRIPT } from './visit.ts';

const NEWS = 'acme/newsletter';
const EVENTS = 'orbit/events';
const SHARING = 'acme/data-sharing';

const heading = (page: Page) => page.locator('h1');
const button = (page: Page) => page.locator('main form button');

/** The first letter of the signature becomes another. */
const tampered = (token: string): string =>
  token.replace(
    /\.([^.])([^.]*)$/,
    (_, first: string, rest: string) => `.${first === 'A' ? 'B' : 'A'}${rest}`,
  );

inBrowser('links', (browser) => {
  const heed = anEngine();

  const MODES = [
    ['with JavaScript', {}],
    ['without JavaScript', WITHOUT_SCRIPT],
  ] as const;

  describe.each(MODES)('%s', (mode, options) => {
    const scripted = mode === 'with JavaScript';

    test('a link in a message asks first, stops that one list, and reads nothing', async () => {
      const subject = `leaves-${scripted}`;
      await heed.say(subject, [granted(NEWS), granted('acme/offers')]);
      const token = await heed.token({ purpose: 'unsubscribe', sub: subject, topic: NEWS, channel: 'email' });
      const { page } = await visit(browser(), `${heed.url()}/u/${token}`, options);
      expect(await heading(page).textContent()).toBe('Stop “Newsletter” by e-mail?');
      expect((await heed.recordOf(subject)).version, 'looking changes nothing').toBe(1);
      await button(page).click();
      await expect.poll(() => heading(page).textContent()).toBe('You are unsubscribed');
      expect(await heed.stateOf(subject, NEWS)).toBe('withdrawn');
      expect(await heed.stateOf(subject, 'acme/offers')).toBe('granted');
      const reply = await page.goto(`${heed.url()}/p/${token}`);
      expect(reply?.status(), 'it opens no other page').toBe(404);
      expect(await page.locator('main').textContent()).not.toMatch(/offers/i);
    });

    test('asking for what has to be confirmed: a message comes, its button grants, and the request stands behind it', async () => {
      const subject = `confirms-${scripted}`;
      await heed.say(subject, [granted(NEWS)], `${subject}@example.com`);
      const address = await heed.pageOf(subject);
      const { page } = await visit(browser(), address, options);
      await switchOf(page, EVENTS).click();
      if (scripted) await told(page, 'saved');
      else await page.locator('[data-save]').click();
      expect(await heed.stateOf(subject, EVENTS)).toBe('pending');
      expect(await noteOf(page, EVENTS).textContent()).toMatch(/^Not on yet: open the message we sent you/);
      const message = page.locator('li', { hasText: `${subject}@example.com` }).locator('a');
      await expect
        .poll(async () => {
          await page.goto(`${heed.url()}/local/outbox`);
          return message.count();
        })
        .toBe(1);
      await message.click();
      await page.locator('.text a').click();
      expect(new URL(page.url()).pathname).toMatch(/^\/c\//);
      expect(await heed.stateOf(subject, EVENTS), 'looking grants nothing').toBe('pending');
      await button(page).click();
      await expect.poll(() => heading(page).textContent()).toBe('Confirmed');
      expect(await heed.stateOf(subject, EVENTS)).toBe('granted');
      const [confirmation, request] = await heed.evidenceOf(subject);
      expect(confirmation).toMatchObject({
        ...{ method: 'double-opt-in', confirms: expect.any(String) },
        notice: request?.notice,
      });
      await page.goto(address);
      expect(await switchOf(page, EVENTS).isChecked()).toBe(true);
      expect(await noteOf(page, EVENTS).isVisible()).toBe(false);
    });

    test('a browser’s opt-out signal stops the sharing and no message, says so, and is heard once', async () => {
      const subject = `signals-${scripted}`;
      await heed.say(subject, [granted(NEWS), granted(SHARING)]);
      const address = await heed.pageOf(subject);
      const { page } = await visit(browser(), address, {
        ...options,
        extraHTTPHeaders: { 'sec-gpc': '1' },
      });
      const line = page.locator('[data-signal]');
      expect([await line.isVisible(), await line.getAttribute('data-honoured')]).toEqual([true, 'true']);
      expect(await heed.stateOf(subject, SHARING)).toBe('withdrawn');
      expect(await heed.stateOf(subject, NEWS)).toBe('granted');
      expect((await heed.evidenceOf(subject))[0]).toMatchObject({ method: 'signal' });
      await page.reload();
      expect((await heed.recordOf(subject)).version, 'heard once').toBe(2);
      await switchOf(page, SHARING, '*').click();
      if (!scripted) await page.locator('[data-save]').click();
      await expect.poll(() => line.getAttribute('data-honoured')).toBe('false');
      await page.reload();
      expect(await switchOf(page, SHARING, '*').isChecked(), 'she has decided otherwise').toBe(true);
    });

    test('without the signal a visit writes nothing and says nothing of it', async () => {
      const subject = `silent-${scripted}`;
      await heed.say(subject, [granted(SHARING)]);
      const { page } = await visit(browser(), await heed.pageOf(subject), options);
      expect(await page.locator('[data-signal]').isVisible()).toBe(false);
      expect((await heed.recordOf(subject)).version).toBe(1);
    });
  });

  test.each(['p', 'u', 'c'] as const)(
    'a link to /%s that is too old says so, and one that is not genuine tells nothing',
    async (path) => {
      const known = { sub: 'known', topic: NEWS, channel: 'email', request: 'x' };
      await heed.say('known', [granted(NEWS)]);
      const claims = {
        p: { purpose: 'preferences', ...known },
        u: { purpose: 'unsubscribe', ...known },
        c: { purpose: 'confirm', ...known },
      } as const;
      const old = await heed.token(claims[path], 500 * DAY);
      const { page } = await visit(browser(), `${heed.url()}/${path}/${old}`);
      expect(await page.locator('main').textContent()).toMatch(/too old.*newer message/s);
      const young = await heed.token(claims[path]);
      const stranger = await heed.token({ ...claims[path], sub: 'nobody-knows' });
      const pages = [];
      for (const token of [tampered(young), tampered(stranger), 'nonsense']) {
        const reply = await page.goto(`${heed.url()}/${path}/${token}`);
        pages.push([reply?.status(), await page.locator('main').innerHTML()]);
        expect(reply?.headers()).toMatchObject({
          ...{ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
          'content-security-policy': expect.stringContaining("default-src 'none'"),
        });
      }
      expect(pages[0]?.[0]).toBe(404);
      expect(pages[1]).toEqual(pages[0]);
      expect(pages[2]).toEqual(pages[0]);
    },
  );

  test('61 days later the link in a message still stops its list', async () => {
    await heed.say('late', [granted(NEWS)]);
    const claims = { purpose: 'unsubscribe', sub: 'late', topic: NEWS, channel: 'email' } as const;
    const { page } = await visit(browser(), `${heed.url()}/u/${await heed.token(claims, 61 * DAY)}`);
    await button(page).click();
    await expect.poll(() => heed.stateOf('late', NEWS)).toBe('withdrawn');
  });

  test('a link that ends while its page is open is said to be dead, and what is shown stays as it was committed', async () => {
    await heed.say('ends', [granted(NEWS)]);
    const { page } = await visit(browser(), await heed.pageOf('ends'));
    await page.route('**/v1/preferences*', (route) => route.fulfill({ status: 401 }));
    await switchOf(page, NEWS).click();
    await told(page, 'trouble');
    expect(await page.locator('[data-status]').textContent()).toBe('This link no longer works.');
    expect(await switchOf(page, NEWS).isChecked()).toBe(true);
  });

  test('no line of the engine names a token or an address', () => {
    const all = heed.lines.join('\n');
    const parts = heed.tokens.flatMap((token) => token.split('.')).filter((part) => part.length > 40);
    expect(parts.length).toBeGreaterThan(20);
    expect(parts.filter((part) => all.includes(part))).toEqual([]);
    expect(all).not.toMatch(/eyJ[\w-]{10}|@example/);
  });
});
