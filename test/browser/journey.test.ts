import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { inBrowser } from './browser.ts';
import { anEngine, granted, STOP } from './heed.ts';
import { holdSaves, noteOf, statusOf, switchOf, told, visit, WITHOUT_SCRIPT } from './visit.ts';

const NEWS = 'acme/newsletter';
const OFFERS = 'acme/offers';
const ORBIT = 'orbit/newsletter';

const saveButton = (page: Page) => page.locator('[data-save]');
const said = (page: Page) => page.locator('[data-said]');
const stopButton = (page: Page, pattern: string) =>
  page.locator(`[data-stop="${pattern}"] button[name=stop]`);

inBrowser('the hosted page', (browser) => {
  const heed = anEngine();

  describe('without JavaScript', () => {
    test('a person sees her choices in her language, changes one, reads that it is saved, and it stays so', async () => {
      await heed.say('plain', [granted(NEWS)]);
      const { page } = await visit(browser(), await heed.pageOf('plain'), {
        ...WITHOUT_SCRIPT,
        locale: 'da-DK',
      });
      expect(await page.locator('html').getAttribute('lang')).toBe('da');
      expect(await switchOf(page, NEWS).isChecked()).toBe(true);
      expect(await switchOf(page, OFFERS).isChecked()).toBe(false);
      await switchOf(page, NEWS).click();
      await saveButton(page).click();
      expect(await said(page).textContent()).toContain('Gemt');
      expect(await switchOf(page, NEWS).isChecked()).toBe(false);
      expect(await heed.recordOf('plain')).toMatchObject({
        version: 2,
        choices: [{ topic: NEWS, channel: 'email', state: 'withdrawn', method: 'form', actor: 'subject' }],
      });
      await page.reload();
      expect(await switchOf(page, NEWS).isChecked()).toBe(false);
      expect((await heed.recordOf('plain')).version, 'a reload sends nothing again').toBe(2);
    });

    test('what she has changed and not saved is said before she leaves', async () => {
      await heed.say('unsaved', [granted(NEWS)]);
      const { page } = await visit(browser(), await heed.pageOf('unsaved'), WITHOUT_SCRIPT);
      const unsaved = page.locator('.unsaved');
      const isSaid = async (act: Promise<unknown>): Promise<boolean> => {
        await act;
        return unsaved.isVisible();
      };
      expect(await unsaved.isVisible()).toBe(false);
      expect(await isSaid(switchOf(page, NEWS).uncheck())).toBe(true);
      expect(await isSaid(switchOf(page, NEWS).check())).toBe(false);
      expect(await isSaid(page.locator('select').selectOption('da'))).toBe(true);
      expect(await isSaid(saveButton(page).click())).toBe(false);
      expect(await isSaid(page.locator('input[type=radio][value=weekly]').check())).toBe(true);
    });

    test('letters twice as large stand in one column', async () => {
      const { page } = await visit(browser(), await heed.pageOf('large'), WITHOUT_SCRIPT);
      const columns = () =>
        page.evaluate<number>(
          "getComputedStyle(document.querySelector('.topic')).gridTemplateColumns.split(' ').length",
        );
      await page.setViewportSize({ width: 768, height: 800 });
      expect(await columns()).toBe(2);
      await page.evaluate('document.documentElement.style.fontSize = "200%"');
      expect(await columns()).toBe(1);
    });

    test('she stops a brand, and then everything, each with one press', async () => {
      await heed.say('stops', [granted(NEWS), granted(OFFERS, 'sms'), granted(ORBIT)]);
      const { page } = await visit(browser(), await heed.pageOf('stops'), WITHOUT_SCRIPT);
      await stopButton(page, 'acme/*').click();
      expect(await switchOf(page, OFFERS, 'sms').isChecked()).toBe(false);
      expect(await switchOf(page, ORBIT).isChecked()).toBe(true);
      await stopButton(page, '*').click();
      expect(await page.locator('input[name=on]:checked').count()).toBe(0);
      expect(await heed.stateOf('stops', ORBIT)).toBe('withdrawn');
    });

    test('she says how often, and in which language', async () => {
      const { page } = await visit(browser(), await heed.pageOf('often'), WITHOUT_SCRIPT);
      await page.locator('input[type=radio][value=weekly]').check();
      await page.locator('select[name="preference:language"]').selectOption('fr');
      await saveButton(page).click();
      expect((await heed.recordOf('often')).preferences).toEqual([
        { key: 'acme/newsletter.frequency', value: 'weekly' },
        { key: 'language', value: 'fr' },
      ]);
      expect(await page.locator('html').getAttribute('lang'), 'the language she prefers').toBe('fr');
    });

    test('a page that was drawn before a stop starts nothing again: she is asked', async () => {
      await heed.say('stale', [granted(NEWS)]);
      const { page } = await visit(browser(), await heed.pageOf('stale'), WITHOUT_SCRIPT);
      await switchOf(page, OFFERS).check();
      await heed.say('stale', [STOP]);
      await saveButton(page).click();
      expect(
        await page.locator(`[data-control="${OFFERS} email"]`).getAttribute('data-asked'),
      ).not.toBeNull();
      expect(await noteOf(page, OFFERS).textContent()).toMatch(/^Stopped on .*after you opened this page/);
      expect(await page.locator('input[name=on]:checked').count()).toBe(0);
      expect(await heed.stateOf('stale', OFFERS)).toBe('withdrawn');
      await switchOf(page, OFFERS).check();
      await saveButton(page).click();
      expect(await heed.stateOf('stale', OFFERS), 'now she knows').toBe('granted');
      expect(await heed.stateOf('stale', NEWS)).toBe('withdrawn');
    });

    test('(control) a page that lies about when it was drawn would start it again', async () => {
      const { page } = await visit(browser(), await heed.pageOf('lying'));
      await page.route('**/assets/*.js', (route) => route.abort());
      await page.reload();
      await switchOf(page, OFFERS).check();
      const newest = await heed.say('lying', [STOP]);
      await page.locator('input[name=version]').evaluate((field, value) => {
        field.setAttribute('value', value);
      }, String(newest));
      await saveButton(page).click();
      await said(page).waitFor();
      expect(await heed.stateOf('lying', OFFERS)).toBe('granted');
    });

    test('back to the form that was sent: it shows what is committed, and sent once more it says nothing new', async () => {
      await heed.say('back', [granted(NEWS)]);
      const { page } = await visit(browser(), await heed.pageOf('back'), WITHOUT_SCRIPT);
      await switchOf(page, NEWS).click();
      await saveButton(page).click();
      await page.goBack();
      expect(await switchOf(page, NEWS).isChecked()).toBe(false);
      expect(await page.locator('input[name=version]').getAttribute('value')).toBe('2');
      await saveButton(page).click();
      expect((await heed.recordOf('back')).version).toBe(2);
    });
  });

  describe('with JavaScript', () => {
    test('a tap is saved at once and announced, and undone as quickly', async () => {
      await heed.say('taps', [granted(NEWS)]);
      const { page } = await visit(browser(), await heed.pageOf('taps'));
      expect(await saveButton(page).isVisible(), 'nothing is left to save').toBe(false);
      const region = page.locator('[data-status]');
      expect([await region.getAttribute('role'), await region.textContent()]).toEqual(['status', '']);
      await switchOf(page, NEWS).click();
      await told(page, 'saved');
      expect(await statusOf(page)).toContain('Newsletter by e-mail is off');
      expect(await switchOf(page, NEWS).isChecked()).toBe(false);
      expect(await heed.stateOf('taps', NEWS)).toBe('withdrawn');
      await page.locator('[data-undo]').click();
      await expect.poll(() => heed.stateOf('taps', NEWS)).toBe('granted');
      await expect.poll(() => switchOf(page, NEWS).isChecked()).toBe(true);
      await page.reload();
      expect(await switchOf(page, NEWS).isChecked()).toBe(true);
    });

    test('she stops a brand, takes it back, and stops everything', async () => {
      await heed.say('halts', [granted(NEWS), granted(ORBIT)]);
      const { page } = await visit(browser(), await heed.pageOf('halts'));
      await stopButton(page, 'acme/*').click();
      await told(page, 'saved');
      expect([await heed.stateOf('halts', NEWS), await heed.stateOf('halts', ORBIT)]).toEqual([
        'withdrawn',
        'granted',
      ]);
      expect(await page.locator('[data-stop="acme/*"] [data-stopped]').isVisible()).toBe(true);
      await page.locator('[data-undo]').click();
      await expect.poll(() => heed.stateOf('halts', NEWS)).toBe('granted');
      await stopButton(page, '*').click();
      await expect.poll(() => page.locator('input[name=on]:checked').count()).toBe(0);
      await expect.poll(() => heed.stateOf('halts', ORBIT)).toBe('withdrawn');
    });

    test('preferences are saved as they are chosen', async () => {
      const { page } = await visit(browser(), await heed.pageOf('prefers'));
      await page.locator('input[type=radio][value=monthly]').check();
      await told(page, 'saved');
      await page.locator('select[name="preference:language"]').selectOption('de');
      await expect
        .poll(async () => (await heed.recordOf('prefers')).preferences)
        .toEqual([
          { key: 'acme/newsletter.frequency', value: 'monthly' },
          { key: 'language', value: 'de' },
        ]);
    });

    test('her history is there in plain words, to read and to take away', async () => {
      await heed.say('past', [granted(NEWS)]);
      const address = await heed.pageOf('past');
      const { page } = await visit(browser(), address);
      await switchOf(page, NEWS).click();
      await told(page, 'saved');
      await page.locator('.last a').click();
      const entries = page.locator('.entry');
      await expect.poll(() => entries.count()).toBe(2);
      expect(await entries.first().textContent()).toMatch(/Newsletter by e-mail: switched off.*You/s);
      await page.locator('a[download]').nth(1).waitFor();
      const [file, data] = await page.locator('a[download]').all();
      for (const [link, holds] of [
        [file, '<!doctype html>'],
        [data, '"versions"'],
      ] as const) {
        const [download] = await Promise.all([page.waitForEvent('download'), link?.click()]);
        const text = readFileSync(await download.path(), 'utf8');
        expect(text).toContain(holds);
        expect(text).not.toContain(address.slice(-20));
      }
      await page.goBack();
      expect(await switchOf(page, NEWS).isChecked(), 'back shows what is so now').toBe(false);
    });

    test('a tab that stayed open can never start what was stopped elsewhere since', async () => {
      await heed.say('tabs', [granted(NEWS)]);
      const address = await heed.pageOf('tabs');
      const [stale, fresh] = [await visit(browser(), address), await visit(browser(), address)];
      await stopButton(fresh.page, '*').click();
      await told(fresh.page, 'saved');
      await switchOf(stale.page, OFFERS).click();
      await told(stale.page, 'asked');
      expect(await switchOf(stale.page, OFFERS).isChecked()).toBe(false);
      expect(await switchOf(stale.page, NEWS).isChecked(), 'the tab shows what is so now').toBe(false);
      expect(await heed.stateOf('tabs', OFFERS)).toBe('withdrawn');
      await switchOf(stale.page, OFFERS).click();
      await expect.poll(() => heed.stateOf('tabs', OFFERS)).toBe('granted');
    });

    test('two tabs at the same moment: whichever comes first, the stop holds', async () => {
      for (let round = 0; round < 4; round++) {
        const subject = `race-${round}`;
        const address = await heed.pageOf(subject);
        const [one, two] = [await visit(browser(), address), await visit(browser(), address)];
        const grant = switchOf(one.page, OFFERS).click();
        await Promise.all([grant, stopButton(two.page, '*').click()]);
        await Promise.all([
          one.page.locator('[data-bar][data-kind=saved], [data-bar][data-kind=asked]').waitFor(),
          told(two.page, 'saved'),
        ]);
        expect(await heed.stateOf(subject, OFFERS)).toBe('withdrawn');
      }
    });

    test('the connection is lost: it is said, the committed state is shown, and nothing is lost', async () => {
      await heed.say('lost', [granted(NEWS)]);
      const { page, context } = await visit(browser(), await heed.pageOf('lost'));
      await context.setOffline(true);
      await switchOf(page, NEWS).click();
      await told(page, 'trouble');
      expect(await statusOf(page)).toMatch(/no connection/);
      expect(await switchOf(page, NEWS).isChecked(), 'never an optimistic lie').toBe(true);
      expect(await page.locator('[data-unsent]').count()).toBe(1);
      expect((await heed.recordOf('lost')).version).toBe(1);
      await context.setOffline(false);
      await page.locator('[data-retry]').click();
      await told(page, 'saved');
      expect(await switchOf(page, NEWS).isChecked()).toBe(false);
      expect(await heed.stateOf('lost', NEWS)).toBe('withdrawn');
    });

    test('an answer that does not come through leaves the choice to be tried again', async () => {
      const { page } = await visit(browser(), await heed.pageOf('fails'));
      await page.route('**/v1/preferences*', (route) => route.fulfill({ status: 503 }), { times: 1 });
      await switchOf(page, NEWS).click();
      await told(page, 'trouble');
      expect(await switchOf(page, NEWS).isChecked()).toBe(false);
      await page.locator('[data-retry]').click();
      await told(page, 'saved');
      expect(await heed.stateOf('fails', NEWS)).toBe('granted');
    });

    test('over a slow network it says that it is saving until it is saved; quick taps end as the last', async () => {
      const { page } = await visit(browser(), await heed.pageOf('slow'));
      const go = await holdSaves(page);
      await switchOf(page, NEWS).click();
      await told(page, 'saving');
      expect(await page.locator('[data-saving]').count()).toBe(1);
      expect((await heed.recordOf('slow')).version).toBe(0);
      await switchOf(page, NEWS).click();
      await switchOf(page, NEWS).click();
      await switchOf(page, NEWS).click();
      go();
      await told(page, 'saved');
      await expect.poll(() => page.locator('[data-saving]').count()).toBe(0);
      expect(await switchOf(page, NEWS).isChecked()).toBe(false);
      expect(await heed.stateOf('slow', NEWS)).not.toBe('granted');
    });

    test('a one-click stop from a message, in either encoding, shows with the next tap', async () => {
      const { page } = await visit(browser(), await heed.pageOf('clicks'));
      const bodies = [new URLSearchParams(), new FormData()] as const;
      for (const [at, body] of bodies.entries()) {
        const topic = at === 0 ? NEWS : OFFERS;
        await switchOf(page, topic).click();
        await expect.poll(() => heed.stateOf('clicks', topic)).toBe('granted');
        body.append('List-Unsubscribe', 'One-Click');
        const token = await heed.token({ purpose: 'unsubscribe', sub: 'clicks', topic, channel: 'email' });
        const reply = await fetch(`${heed.url()}/u/${token}`, { method: 'POST', body, redirect: 'error' });
        expect([reply.status, (await reply.text()).length < 20]).toEqual([200, true]);
        expect(await heed.stateOf('clicks', topic)).toBe('withdrawn');
      }
      await switchOf(page, ORBIT).click();
      await expect.poll(() => heed.stateOf('clicks', ORBIT)).toBe('granted');
      await expect.poll(() => switchOf(page, NEWS).isChecked()).toBe(false);
      expect(await switchOf(page, OFFERS).isChecked()).toBe(false);
    });
  });

  describe.each([
    ['with JavaScript', {}],
    ['without JavaScript', WITHOUT_SCRIPT],
  ] as const)('%s', (_, options) => {
    const scripted = !('javaScriptEnabled' in options);

    test('the text that is shown is the text that is recorded', async () => {
      const subject = `notice-${scripted}`;
      const { page } = await visit(browser(), await heed.pageOf(subject), { ...options, locale: 'es-ES' });
      const notice = page.locator('[data-notice]');
      const sha256 = createHash('sha256')
        .update((await notice.textContent()) ?? '')
        .digest('hex');
      expect(await notice.getAttribute('data-sha256')).toBe(sha256);
      await switchOf(page, NEWS).click();
      if (!scripted) await saveButton(page).click();
      await expect.poll(() => heed.stateOf(subject, NEWS)).toBe('granted');
      const [evidence] = await heed.evidenceOf(subject);
      expect(evidence).toMatchObject({ method: 'form', notice: { sha256, language: 'es' } });
    });

    test('withdrawing takes no more actions than granting, of one thing and of everything', async () => {
      const subject = `counted-${scripted}`;
      const { page } = await visit(browser(), await heed.pageOf(subject), options);
      let actions = 0;
      const press = async (what: ReturnType<Page['locator']>): Promise<void> => {
        actions += 1;
        await what.click();
      };
      const counted = async (act: () => Promise<void>): Promise<number> => {
        actions = 0;
        await act();
        return actions;
      };
      const set = (state: 'granted' | 'withdrawn') =>
        counted(async () => {
          await press(switchOf(page, NEWS));
          if (!scripted) await press(saveButton(page));
          await expect.poll(() => heed.stateOf(subject, NEWS)).toBe(state);
        });
      const granting = await set('granted');
      const withdrawing = await set('withdrawn');
      expect(withdrawing).toBeLessThanOrEqual(granting);
      const grantingAll = await counted(async () => {
        for (const topic of [NEWS, OFFERS, ORBIT]) await press(switchOf(page, topic));
        if (!scripted) await press(saveButton(page));
        await expect.poll(() => heed.stateOf(subject, ORBIT)).toBe('granted');
      });
      const stopping = await counted(async () => {
        await press(stopButton(page, '*'));
        await expect.poll(() => heed.stateOf(subject, ORBIT)).toBe('withdrawn');
      });
      expect(await heed.stateOf(subject, NEWS)).toBe('withdrawn');
      expect(stopping).toBe(1);
      expect(stopping).toBeLessThanOrEqual(grantingAll);
    });

    test('by keyboard alone: the way through is in order, the focus is seen, and it stays', async () => {
      const subject = `keys-${scripted}`;
      const { page } = await visit(browser(), await heed.pageOf(subject), options);
      await page.keyboard.press('Tab');
      const first = page.locator(':focus');
      expect(await first.getAttribute('href')).toBe('#choices');
      await first.press('Enter');
      await page.keyboard.press('Tab');
      const focus = page.locator(':focus');
      expect(await focus.getAttribute('value')).toBe(`${NEWS} email`);
      expect(await outlineOf(page)).toBeGreaterThanOrEqual(2);
      await page.keyboard.press('Space');
      if (scripted) {
        await told(page, 'saved');
        expect(await focus.getAttribute('value'), 'the focus stays').toBe(`${NEWS} email`);
      } else {
        await page.keyboard.press('Enter');
        await said(page).waitFor();
      }
      await expect.poll(() => heed.stateOf(subject, NEWS)).toBe('granted');
      const stops = await page.locator('button:visible, a:visible, input:visible, select:visible').count();
      const seen: string[] = [];
      for (let at = 0; at < stops && seen.at(-1) !== 'stop acme/*'; at++) {
        await page.keyboard.press('Tab');
        seen.push(`${await focus.getAttribute('name')} ${await focus.getAttribute('value')}`);
      }
      expect(seen.at(-1)).toBe('stop acme/*');
      await page.keyboard.press('Enter');
      await expect.poll(() => heed.stateOf(subject, NEWS)).toBe('withdrawn');
    });
  });

  test('no line of the engine names a token, a part of one or an address', () => {
    const all = heed.lines.join('\n');
    expect(heed.tokens.length).toBeGreaterThan(20);
    expect(all.length).toBeGreaterThan(1_000);
    const parts = heed.tokens.flatMap((token) => token.split('.'));
    expect([...new Set(parts)].filter((part) => part.length > 40 && all.includes(part))).toEqual([]);
    expect(all).not.toMatch(/eyJ[\w-]{10}|\/p\/[^{]|@example/);
  });
});

/** How what has the focus is marked: the width of its outline; 0 where there is none. */
const outlineOf = (page: Page): Promise<number> =>
  page.evaluate<number>(
    '(({ outlineStyle, outlineWidth }) => outlineStyle === "none" ? 0 : parseFloat(outlineWidth))(getComputedStyle(document.activeElement))',
  );
