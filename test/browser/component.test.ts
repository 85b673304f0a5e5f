import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { LANGUAGES } from '../../lib/domain/language.ts';
import { faultsOf, NARROWEST } from './audit.ts';
import { inBrowser } from './browser.ts';
import { embedded, toldOn } from './embedded.fixture.ts';
import { holdSaves } from './visit.ts';

/** `HEED_TESTS=all` (as in .ci/run) looks at every language. */
const LOOKED_AT = process.env['HEED_TESTS'] === 'all' ? LANGUAGES : (['en', 'ar'] as const);

inBrowser('<heed-preferences>', (browser) => {
  const heed = embedded(browser);
  const { open, say, recordOf, component } = heed;

  const switchOf = (page: Page, name: string) => page.getByRole('switch', { name, exact: true });
  const NEWSLETTER = 'Newsletter by e-mail';
  const granted = (topic: string) => ({ topic, channel: 'email', state: 'granted' });

  /** Opens the component of a person on the listed site. */
  const embed = async (subject: string, attributes = 'lang="en"') =>
    open(heed.site().show({ body: await component(subject, attributes) }));

  /** The component's shadow root, in the page. */
  const inComponent = "document.querySelector('heed-preferences').shadowRoot";

  const stateOf = async (subject: string, topic = 'acme/newsletter') =>
    (await recordOf(subject)).choices.find((one) => one.topic === topic && one.channel === 'email')?.state;

  test('on another site, under a strict policy, it shows what a person has chosen and asks nobody but Heed', async () => {
    await say('shown', [granted('acme/newsletter')]);
    const { page, complaints, asked } = await embed('shown');
    expect(await switchOf(page, NEWSLETTER).isChecked()).toBe(true);
    expect(await switchOf(page, 'Offers by e-mail').isChecked()).toBe(false);
    const text = page.locator('[part=notice-text]');
    const kept = readFileSync(new URL('../../notices/marketing/4/en.md', import.meta.url), 'utf8');
    expect(await text.textContent()).toBe(kept);
    expect(await text.getAttribute('data-sha256')).toMatch(/^[0-9a-f]{64}$/);
    expect(complaints).toEqual([]);
    const origins = new Set(asked.map((url) => new URL(url).origin));
    expect([...origins].sort()).toEqual([heed.site().url, heed.heed()].sort());
  });

  test('a tap saves, shows what was committed and tells the page, which learns neither token nor address', async () => {
    const { page } = await embed('tapping');
    await switchOf(page, NEWSLETTER).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    const { choices } = await recordOf('tapping');
    expect(choices).toEqual([
      expect.objectContaining({
        ...{ topic: 'acme/newsletter', channel: 'email', state: 'granted', source: 'preference-center' },
        ...{ actor: 'subject', method: 'form', notice: { id: 'marketing', version: '4', language: 'en' } },
      }),
    ]);
    const status = await page.getByRole('status').textContent();
    expect(await toldOn(page)).toEqual([
      { type: 'heed-saved', detail: { version: 1, outcome: 'saved', status } },
    ]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => stateOf('tapping')).toBe('withdrawn');
    await expect.poll(() => switchOf(page, NEWSLETTER).isChecked()).toBe(false);
  });

  test('while it is being saved the control says so, and taps in quick succession end as the last', async () => {
    const { page } = await embed('quick');
    const go = await holdSaves(page);
    const newsletter = switchOf(page, NEWSLETTER);
    await newsletter.click();
    expect(await newsletter.isChecked()).toBe(true);
    await page.locator('[part~=saving]', { hasText: 'Saving …' }).waitFor();
    await newsletter.click();
    await newsletter.click();
    await newsletter.click();
    go();
    await expect.poll(async () => (await toldOn(page)).length).toBe(2);
    expect(await newsletter.isChecked()).toBe(false);
    expect(await stateOf('quick')).toBe('withdrawn');
  });

  test('what was tapped is sent although the element is taken away, and one that is moved keeps what it has', async () => {
    const { page } = await embed('moving');
    const go = await holdSaves(page);
    await switchOf(page, NEWSLETTER).click();
    await page.evaluate(`document.body.append(document.querySelector('heed-preferences'))`);
    await switchOf(page, 'Offers by e-mail').click();
    expect(await page.locator('[part~=control][part~=saving]').count()).toBe(2);
    await page.evaluate(`document.querySelector('heed-preferences').remove()`);
    go();
    await expect.poll(() => stateOf('moving', 'acme/offers')).toBe('granted');
    expect(await stateOf('moving')).toBe('granted');
  });

  test('preferences are saved as they are chosen', async () => {
    const { page } = await embed('choosing');
    await page.locator('input[type=radio][value=weekly]').check();
    const language = page.getByRole('combobox', { name: 'Language' });
    expect(await language.locator('option:checked').textContent()).toBe('Not chosen');
    await language.selectOption('da');
    await expect
      .poll(async () => (await recordOf('choosing')).preferences)
      .toEqual([
        { key: 'acme/newsletter.frequency', value: 'weekly' },
        { key: 'language', value: 'da' },
      ]);
  });

  test('one button stops a brand, and one everything', async () => {
    await say('stopping', [granted('acme/newsletter'), granted('acme/offers'), granted('orbit/newsletter')]);
    const { page } = await embed('stopping');
    await page.getByRole('button', { name: 'Stop everything from Acme' }).click();
    await expect.poll(() => switchOf(page, NEWSLETTER).isChecked()).toBe(false);
    expect(await stateOf('stopping')).toBe('withdrawn');
    expect(await stateOf('stopping', 'orbit/newsletter')).toBe('granted');
    await page.getByRole('button', { name: 'Stop everything', exact: true }).click();
    await expect.poll(() => stateOf('stopping', 'orbit/newsletter')).toBe('withdrawn');
    await expect
      .poll(() => page.locator('[part=note]', { hasText: 'Nothing is switched on.' }).count())
      .toBe(3);
  });

  test('a lost connection is said, shows what was committed, and loses nothing', async () => {
    const { page } = await embed('offline');
    const newsletter = switchOf(page, NEWSLETTER);
    await page.context().setOffline(true);
    await newsletter.click();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await newsletter.isChecked()).toBe(false);
    await page.locator('[part~=control][part~=unsent]').waitFor();
    expect(await toldOn(page)).toEqual([
      {
        type: 'heed-error',
        detail: { kind: 'offline', message: await page.getByRole('status').textContent() },
      },
    ]);
    expect((await recordOf('offline')).version).toBe(0);
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => stateOf('offline')).toBe('granted');
    await expect.poll(() => newsletter.isChecked()).toBe(true);
  });

  test('an old page starts nothing that was stopped since: she is asked again', async () => {
    await say('stale', [granted('acme/newsletter')]);
    const { page } = await embed('stale');
    await switchOf(page, NEWSLETTER).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await say('stale', [{ topic: '*', channel: '*', state: 'withdrawn' }]);
    await switchOf(page, NEWSLETTER).click();
    await page.locator('[part~=control][part~=asked]').waitFor();
    expect(await switchOf(page, NEWSLETTER).isChecked()).toBe(false);
    expect(await stateOf('stale')).toBe('withdrawn');
    await switchOf(page, NEWSLETTER).click();
    await expect.poll(() => stateOf('stale')).toBe('granted');
    await expect.poll(() => page.locator('[part~=asked]').count()).toBe(0);
  });

  test('a token that does not work is said, and shows nothing', async () => {
    const body = `<heed-preferences lang="da" token="not.a.token"></heed-preferences>
    <script type="module" src="${heed.heed()}/heed-preferences.js"></script>`;
    const { page } = await open(heed.site().show({ body }));
    await page.getByText('Linket virker ikke længere.').waitFor();
    expect(await page.getByRole('switch').count()).toBe(0);
    expect(await toldOn(page)).toEqual([
      { type: 'heed-error', detail: { kind: 'invalid', message: 'Linket virker ikke længere.' } },
    ]);
  });

  test('a site that is not listed gets nothing', async () => {
    const body = await component('secret');
    const { page, complaints } = await open(heed.stranger().show({ body }));
    expect(await page.evaluate('customElements.get("heed-preferences") === undefined')).toBe(true);
    expect(complaints.join()).toContain('CORS');
    const token = await heed.tokenOf('secret');
    const asked = `fetch('${heed.heed()}/v1/preferences', { headers: { authorization: 'Bearer ${token}' } })`;
    expect(await page.evaluate(`${asked}.then(() => 'read', () => 'refused')`)).toBe('refused');
  });

  test('another language or another person is shown as soon as the attribute says so', async () => {
    await say('first', [granted('acme/newsletter')]);
    const { page } = await embed('first');
    await switchOf(page, NEWSLETTER).waitFor();
    await page.evaluate('document.querySelector("heed-preferences").lang = "de"');
    await page.getByRole('button', { name: 'Alles beenden', exact: true }).waitFor();
    expect(await page.locator('heed-preferences').getAttribute('lang')).toBe('de');
    const other = await heed.tokenOf('second');
    await page.evaluate(`document.querySelector('heed-preferences').token = '${other}'`);
    await expect.poll(() => page.locator('[part~=switch]').count()).toBeGreaterThan(5);
    expect(await page.locator('[part~=switch]:checked').count()).toBe(0);
  });

  test('a site styles it by custom properties and parts', async () => {
    await say('styled', [granted('acme/newsletter')]);
    const style = `heed-preferences { --heed-accent: rgb(1, 2, 3); --heed-radius: 3px; }
    heed-preferences::part(channel) { letter-spacing: 7px; }
    heed-preferences::part(on) { outline: 1px solid rgb(4, 5, 6); }`;
    const { page } = await open(heed.site().show({ body: await component('styled', 'lang="en"'), style }));
    await page.locator('[part~=on]').first().waitFor();
    const looks = (selector: string, property: string) =>
      page.evaluate(`getComputedStyle(${inComponent}.querySelector('${selector}')).${property}`);
    expect(await looks('[part~=switch]:checked', 'backgroundColor')).toBe('rgb(1, 2, 3)');
    expect(await looks('[part~=switch]:checked', 'outlineColor')).toBe('rgb(4, 5, 6)');
    expect(await looks('[part~=stop-button]', 'borderTopLeftRadius')).toBe('3px');
    expect(await looks('[part=channel]', 'letterSpacing')).toBe('7px');
  });

  test('from right to left its switches stand on the left, and nothing is wider than the narrowest screen', async () => {
    const { page } = await open(heed.site().show({ body: await component('rtl', 'lang="ar"') }), {
      viewport: { width: 320, height: 700 },
    });
    const label = await page.locator('[part=channel]').first().boundingBox();
    const toggle = await page.locator('[part~=switch]').first().boundingBox();
    expect(toggle?.x).toBeLessThan(label?.x ?? 0);
    const widths = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(widths)).toBe(0);
  });

  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const Findings = z.object({ violations: z.array(z.object({ id: z.string(), nodes: z.unknown() })) });

  /** What axe-core finds wrong with the page as it stands. */
  async function findings(page: Page): Promise<unknown> {
    await page.evaluate(axe);
    return Findings.parse(await page.evaluate('axe.run(document)')).violations;
  }

  /** A site that follows the device. */
  const style = ':root { color-scheme: light dark; } body { background: Canvas; color: CanvasText; }';

  test('axe-core finds nothing, whether it is shown, saved or lost', async () => {
    await say('axe', [granted('acme/newsletter')]);
    const { page } = await open(heed.site().show({ body: await component('axe', 'lang="en"'), style }));
    await switchOf(page, NEWSLETTER).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.context().setOffline(true);
    await switchOf(page, NEWSLETTER).click();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await findings(page)).toEqual([]);
  });

  test('nor in the dark, nor from right to left', async () => {
    const body = await component('axe', 'lang="ar"');
    const { page } = await open(heed.site().show({ body, style }), { colorScheme: 'dark' });
    await page.getByRole('switch').first().waitFor();
    expect(await findings(page)).toEqual([]);
  });

  test('nor in any language, on the narrowest screen and on wider ones', async () => {
    const body = await component('axe', 'lang="en"');
    const { page } = await open(heed.site().show({ body, style }), { viewport: NARROWEST });
    const faults: Record<string, readonly string[]> = {};
    for (const language of LOOKED_AT) {
      await page.evaluate(`document.querySelector('heed-preferences').lang = '${language}'`);
      await page.locator(`[part=notice-text][lang=${language}]`).waitFor();
      faults[language] = await faultsOf(page, { everyLook: language === 'ar' });
    }
    expect(faults).toEqual(Object.fromEntries(LOOKED_AT.map((language) => [language, []])));
  });

  test('it is used by keyboard alone, and the focus stays where it is', async () => {
    const { page } = await embed('keys');
    const newsletter = switchOf(page, NEWSLETTER);
    await newsletter.focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    expect(await page.evaluate(`${inComponent}.activeElement.name`)).toBe('acme/newsletter email');
    await expect.poll(() => stateOf('keys')).toBe('granted');
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await expect.poll(() => stateOf('keys')).toBe('withdrawn');
    expect(await page.evaluate(`${inComponent}.activeElement.getAttribute('part')`)).toBe('status');
  });

  test('no line of the engine names a token', () => {
    expect(heed.lines.length).toBeGreaterThan(10);
    expect(heed.lines.join('\n')).not.toMatch(/eyJ[\w-]{10}/);
  });
});
