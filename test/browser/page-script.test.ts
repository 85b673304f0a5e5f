import { expect, test } from 'vitest';
import { inBrowser } from './browser.ts';
import { anEngine, granted } from './heed.ts';
import { noteOf, switchOf, told, visit, WITHOUT_SCRIPT } from './visit.ts';

inBrowser('the script of the hosted page', (browser) => {
  const heed = anEngine();

  test('shows what was switched on elsewhere though it is not offered, beside its like, so that it can be stopped', async () => {
    await heed.say('elsewhere', [granted('acme/newsletter')]);
    const { page } = await visit(browser(), await heed.pageOf('elsewhere'));
    const phone = switchOf(page, 'acme/newsletter', 'phone');
    expect(await phone.count()).toBe(0);

    await heed.say('elsewhere', [granted('acme/newsletter', 'phone')]);
    await switchOf(page, 'acme/offers').click();
    await phone.waitFor();
    expect(await phone.isChecked()).toBe(true);
    expect(await phone.getAttribute('aria-label')).toBe('Newsletter by telephone');
    const order = await page
      .locator('[data-control^="acme/newsletter "]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-control')));
    expect(order.at(-1)).toBe('acme/newsletter phone');

    await phone.click();
    await expect.poll(() => heed.stateOf('elsewhere', 'acme/newsletter', 'phone')).toBe('withdrawn');
    await told(page, 'saved');
    expect(await phone.isChecked()).toBe(false);
  });

  test.each([
    ['with a script', {}],
    ['without', WITHOUT_SCRIPT],
  ])('Enter in a field stops nothing: %s', async (how, options) => {
    const subject = `enter-${how.replaceAll(' ', '-')}`;
    await heed.say(subject, [granted('acme/newsletter'), granted('acme/offers')]);
    const { page } = await visit(browser(), await heed.pageOf(subject), options);
    await switchOf(page, 'acme/offers').focus();
    await page.keyboard.press('Enter');
    /** Without a script Enter sends the whole form, and the answer says what became of it; with one, taps are saved in their order. */
    if (options === WITHOUT_SCRIPT) await page.locator('[data-said]').waitFor();
    else {
      await switchOf(page, 'orbit/newsletter').click();
      await told(page, 'saved');
    }
    expect(await switchOf(page, 'acme/newsletter').isChecked()).toBe(true);
    expect(await heed.stateOf(subject, 'acme/offers')).toBe('granted');
  });

  test('what has the focus is never under the bar', async () => {
    const { page } = await visit(browser(), await heed.pageOf('focus'), {
      viewport: { width: 390, height: 640 },
    });
    await switchOf(page, 'acme/newsletter').click();
    await told(page, 'saved');
    let seen = 0;
    for (let press = 0; press < 45; press += 1) {
      await page.keyboard.press('Tab');
      const [focused, bar] = await Promise.all([
        page
          .locator(':focus:not([data-bar] *)')
          .boundingBox({ timeout: 500 })
          .catch(() => null),
        page.locator('[data-bar]').boundingBox(),
      ]);
      if (focused && bar) seen += 1;
      const under =
        focused && bar && focused.y + focused.height > bar.y + 2 && focused.y < bar.y + bar.height;
      expect(under ?? false).toBe(false);
    }
    expect(seen, 'presses that came to something of which it can be told').toBeGreaterThan(20);
  });

  test('what was tapped is saved although she leaves before its turn has come', async () => {
    const topics = ['acme/newsletter', 'acme/offers', 'orbit/newsletter'];
    await heed.say(
      'leaving',
      topics.map((topic) => granted(topic)),
    );
    const { page } = await visit(browser(), await heed.pageOf('leaving'));
    await page.route('**/v1/preferences*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await route.continue().catch(() => undefined);
    });
    for (const topic of topics) await switchOf(page, topic).click();
    await told(page, 'saving');
    await page.unroute('**/v1/preferences*');
    await page.goto(new URL('/.well-known/gpc.json', page.url()).href);
    for (const topic of topics.slice(1))
      await expect.poll(() => heed.stateOf('leaving', topic)).toBe('withdrawn');
  });

  test('a note comes and goes with what it is about', async () => {
    const { page } = await visit(browser(), await heed.pageOf('note'));
    const note = noteOf(page, 'orbit/events');
    expect(await note.isVisible()).toBe(false);
    await switchOf(page, 'orbit/events').click();
    await note.waitFor();
    expect(await note.textContent()).toContain('Not on yet');
    await switchOf(page, 'orbit/events').click();
    await note.waitFor({ state: 'hidden' });
  });
});
