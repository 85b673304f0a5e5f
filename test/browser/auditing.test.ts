import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { ToldAnswer } from '../../lib/http/delivery-schemas.ts';
import { until } from '../local/until.ts';
import { faultsOf, NARROWEST } from './audit.ts';
import { audits, goTo, rowsOf, signIn, theBooksOf } from './auditor.ts';
import { inBrowser } from './browser.ts';
import { anEngine, granted, type Word } from './heed.ts';
import { visit } from './visit.ts';

const NEWS = 'acme/newsletter';
const OFFERS = 'acme/offers';
const EMAIL = 'edith@example.com';
/** `HEED_TESTS=all` (as in .ci/run) looks at every view, and in every look. */
const ALL = process.env['HEED_TESTS'] === 'all';
const LOOKS = { everyLook: ALL };
const LISTS = ALL ? ['packs', 'audits', 'grants', 'recipients', 'checkpoints'] : ['checkpoints'];

const withdrawn = (topic: string): Word => ({ topic, channel: 'email', state: 'withdrawn' });
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

/** What the page says of each topic at the moment it stands at; not those that only have an answer in what it is compared with. */
const statesOn = async (page: Page): Promise<Readonly<Record<string, string>>> => {
  const rows = await page.locator('section[aria-labelledby=moment] tbody tr').evaluateAll((all) =>
    all.map((row) => ({
      topic: row.querySelector('th')?.textContent?.trim() ?? '',
      state: row.querySelector('[data-state]')?.getAttribute('data-state') ?? '',
    })),
  );
  return Object.fromEntries(
    rows.filter(({ state }) => state !== 'none').map(({ topic, state }) => [topic, state]),
  );
};

/** Waits until what is asked of the page has been answered. */
const settled = async (page: Page): Promise<void> => {
  await page.waitForTimeout(50);
  await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
};

/** On a phone most parts of a page are folded. */
const unfold = async (page: Page): Promise<void> => {
  const folded = page.locator('.fold[aria-expanded=false]');
  await folded.first().waitFor();
  while ((await folded.count()) > 0) await folded.first().click();
};

/** What the console says of a person's proofs; where an answer did not come it is asked once more. */
const checked = async (page: Page): Promise<string> => {
  const said = page.locator('heed-proofs').locator('[data-valid], [role=alert]');
  await expect
    .poll(
      async () => {
        await page.getByRole('button', { name: 'Check now' }).click();
        await said.waitFor();
        return said.getAttribute('data-valid');
      },
      { interval: 1000 },
    )
    .not.toBeNull();
  return (await said.textContent()) ?? '';
};

const moveTo = async (page: Page, track: 'validAt' | 'knownAt', time: string): Promise<void> => {
  await page.locator(`input[name=exact-${track}]`).fill(time);
  await page.keyboard.press('Enter');
  await settled(page);
};

inBrowser('the auditors’ console', (browser) => {
  const heed = anEngine();
  const books = theBooksOf(heed);
  /** When each of Edith's versions was recorded. */
  const recorded: string[] = [];

  beforeAll(async () => {
    const told = [
      { words: [granted(NEWS), granted(OFFERS)], occurredAt: daysAgo(400), imported: true, email: EMAIL },
      { words: [granted('acme/surveys')], occurredAt: daysAgo(100) },
      /** She had withdrawn before, and it came late. */
      { words: [withdrawn(NEWS)], occurredAt: daysAgo(200) },
      /** Somebody imports an older consent once more. */
      { words: [granted(NEWS)], occurredAt: daysAgo(300), imported: true },
    ];
    for (const one of told) recorded.push(await books.tell('edith', one));
    /** The console asks once what became of a version: whoever looks sooner reads that it is not told yet. */
    await until('everybody was told of the last', async () => {
      const { deliveries } = ToldAnswer.parse(await books.get('/v1/subjects/edith/deliveries?version=4'));
      return deliveries.every(({ outcome }) => outcome === 'delivered');
    });
  });

  describe('answers what an auditor asks', () => {
    test('what she had agreed to on a day, as it was known then and as it is known today, and what stands behind it', async () => {
      const { page, asked } = await audits({ heed, browser: browser() });
      await page.getByLabel('Identifier', { exact: true }).fill(EMAIL);
      await page.getByRole('button', { name: 'Look up' }).click();
      await page.getByRole('heading', { name: 'Person edith' }).waitFor();
      await moveTo(page, 'validAt', daysAgo(150));
      expect(await statesOn(page)).toEqual({ [NEWS]: 'withdrawn', [OFFERS]: 'granted' });
      await moveTo(page, 'knownAt', recorded[1] ?? '');
      expect(await statesOn(page)).toEqual({ [NEWS]: 'granted', [OFFERS]: 'granted' });
      const [news] = (await rowsOf(page, 'moment')).filter((row) => row['Topic'] === NEWS);
      expect(news).toMatchObject({ 'As known today': 'Withdrawn', Evidence: 'Version 1' });
      expect(news?.['Source']).toBe('crm-import, an import of old consents, file');
      await page.getByRole('link', { name: 'Version 1', exact: true }).first().click();
      const detail = page.locator('heed-version');
      await detail.getByText('old-consents.csv').waitFor();
      const text = await detail.getByRole('link', { name: /exact text/ }).getAttribute('href');
      expect((await fetch(`${heed.url()}${text}`)).status).toBe(200);
      /** Neither whom was looked for nor who looks is in any address. */
      expect(asked.map((one) => one.url()).filter((url) => /edith%40|edith@|eyJ/.test(url))).toEqual([]);
      expect(page.url()).toContain('#/person/edith?');
      expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
    });

    test('what became of every word, the refused ones too, and who was told of it', async () => {
      const { page } = await audits({ heed, browser: browser(), place: 'person/edith?version=4' });
      const detail = page.locator('heed-version');
      await detail.getByText('the person has withdrawn').waitFor();
      await expect.poll(() => detail.locator('td', { hasText: /^Told$/ }).count()).toBe(1);
      const told = page.locator('section[aria-labelledby=told]');
      await told.getByText('Version 4').waitFor();
      await moveTo(page, 'knownAt', daysAgo(1));
      await told.getByText('nothing').waitFor();
    });
  });

  test('hides no evidence: what ends by itself, what is restricted, what was corrected, what is being tried', async () => {
    await books.tell('rita', { words: [granted('acme/surveys')], occurredAt: daysAgo(1) });
    await books.act('rita', 'rectification', {
      ...{ corrects: 1, choices: [withdrawn('acme/surveys')] },
      evidence: { source: 'call-centre', actor: { kind: 'agent', id: 'a-7' }, method: 'call' },
    });
    await books.act('rita', 'restriction', { restricted: true, reason: 'accuracy-contested' });
    const retrying = { version: 3, attempts: 4, reason: 'http-503', until: '2026-12-01T10:00:00.000Z' };
    const delivery = {
      destination: 'webhook',
      title: 'Webhook',
      kind: 'log',
      outcome: 'pending',
      version: 2,
    };
    const { page } = await audits({ heed, browser: browser() });
    await page.route('**/v1/subjects/rita/deliveries', (route) =>
      route.fulfill({
        json: { subject: 'rita', version: 3, deliveries: [{ ...delivery, behind: true, retrying }] },
      }),
    );
    await page.evaluate("location.hash = '#/person/rita?version=3'");
    const detail = page.locator('heed-version');
    await detail.getByText('Processing is restricted: nothing is permitted.').waitFor();
    await page.getByRole('button', { name: 'Version 2', exact: true }).click();
    const corrects = detail.locator('dl > div', { hasText: 'Corrects' });
    await corrects.getByText('Version 1').waitFor();
    const said = (await rowsOf(page, 'versions')).map((row) => row['What it said']);
    expect(said[0]).toBe('processing restricted');
    expect(said[1]).toContain('corrects version 1; acme/surveys, E-mail: withdrawn');
    await expect
      .poll(async () => (await rowsOf(page, 'told'))[0])
      .toMatchObject({
        Outcome: 'Not told yet',
        Reason: 'busy or down (http-503), 4 attempts, next attempt at 2026-12-01 10:00:00.000 UTC',
      });
    await moveTo(page, 'knownAt', new Date(Date.parse(await books.recordedAt('rita', 1))).toISOString());
    expect((await rowsOf(page, 'moment'))[0]?.['State']).toMatch(/^Granted until 20\d\d-/);
  });

  describe('has a timeline', () => {
    const agrees = async (page: Page): Promise<void> => {
      await settled(page);
      const { search } = new URL(page.url().replace('#', ''));
      const { choices } = await books.recordAt('edith', search);
      expect(await statesOn(page)).toEqual(
        Object.fromEntries(choices.map(({ topic, state }) => [topic, state])),
      );
      expect(search).toContain('At=');
    };

    test('whose handles can be dragged, to the same answers as the API’s', async () => {
      const { page } = await audits({ heed, browser: browser(), place: 'person/edith' });
      await page.getByText('All 4 versions shown').waitFor();
      await settled(page);
      const box = await page.getByRole('slider', { name: /^Chosen/ }).boundingBox();
      if (!box) throw new Error('there is no handle');
      await page.mouse.move(box.x + box.width - 8, box.y + box.height / 2);
      await page.mouse.down();
      for (const part of [0.8, 0.5, 0.3])
        await page.mouse.move(box.x + box.width * part, box.y + box.height / 2);
      await page.mouse.up();
      await agrees(page);
      expect(await page.locator('input[name=exact-validAt]').inputValue()).not.toBe('');
    });

    test('whose handles move by keys, a version at a time, one alone or both together', async () => {
      const { page } = await audits({ heed, browser: browser(), place: 'person/edith' });
      await page.getByText('All 4 versions shown').waitFor();
      const told = page.getByRole('slider', { name: /^Recorded/ });
      await told.focus();
      for (const version of [4, 3, 2]) {
        await page.keyboard.press('ArrowLeft');
        expect(await told.getAttribute('aria-valuetext')).toContain(`after version ${version}`);
      }
      await agrees(page);
      await page.keyboard.press('Home');
      await page.getByText('Nothing had been said by then.').waitFor();
      /** Whoever does not see it hears which moment it is of. */
      expect(await page.locator('heed-audit > [role=status]').textContent()).toMatch(/^At 20.*: 0 answers$/);
      await page.keyboard.press('End');
      await settled(page);
      expect(await told.getAttribute('aria-valuetext')).toBe('now');
      await page.getByLabel('Move both together').check();
      await page.getByRole('slider', { name: /^Chosen/ }).focus();
      await page.keyboard.press('PageDown');
      await settled(page);
      expect(new URL(page.url().replace('#', '')).searchParams.get('knownAt')).toMatch(/^\d{4}-/);
      await page.getByRole('button', { name: 'Both to now' }).click();
      await page.locator('.moment', { hasText: 'Now, as Heed knows now' }).waitFor();
    });

    test('that says what is no time, and takes one to the millisecond', async () => {
      const { page } = await audits({ heed, browser: browser(), place: 'person/edith' });
      await moveTo(page, 'knownAt', 'yesterday');
      await page.getByText('This is no time.').waitFor();
      await moveTo(page, 'knownAt', '2026-03-01');
      /** Not the second of March. */
      await moveTo(page, 'knownAt', '2026-02-30');
      await page.getByText('This is no time.').waitFor();
      expect(page.url()).toContain('knownAt=2026-03-01T');
      const exact = recorded[0] ?? '';
      await moveTo(page, 'knownAt', new Date(Date.parse(exact) - 1).toISOString());
      expect(await statesOn(page)).toEqual({});
      await moveTo(page, 'knownAt', exact);
      expect(await statesOn(page)).toEqual({ [NEWS]: 'granted', [OFFERS]: 'granted' });
    });
  });

  test('shows no answers of one moment under another, and takes no address for an id', async () => {
    const { page, asked } = await audits({ heed, browser: browser(), place: 'person/edith' });
    const moment = page.locator('section[aria-labelledby=moment]');
    await settled(page);
    await page.route('**/v1/subjects/edith?*', (route) => route.abort());
    await moveTo(page, 'knownAt', recorded[0] ?? '');
    await moment.getByRole('alert').waitFor();
    expect(await statesOn(page)).toEqual({});
    await page.unroute('**/v1/subjects/edith?*');
    await moment.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => statesOn(page)).toEqual({ [NEWS]: 'granted', [OFFERS]: 'granted' });
    await goTo(page, 'Find a person');
    await page.getByLabel('Subject’s id').fill(EMAIL);
    await page.keyboard.press('Enter');
    await page.getByText('That is no id').waitFor();
    await goTo(page, 'Log of audits');
    await page.getByLabel('Subject’s id').fill(EMAIL);
    await page.keyboard.press('Enter');
    await page.getByText('That is no id').waitFor();
    await goTo(page, 'Search');
    await page.getByRole('textbox', { name: 'Import' }).fill(EMAIL);
    await page.keyboard.press('Enter');
    await page.getByText('That is no name of an import').waitFor();
    expect(page.url()).not.toContain('example.com');
    await page.evaluate(`location.hash = '#/audits?subject=${EMAIL}'`);
    await page.getByRole('heading', { name: 'Log of audits' }).waitFor();
    await settled(page);
    expect(asked.map((one) => one.url()).filter((url) => /example/.test(url))).toEqual([]);
  });

  test('finds versions across people, opens one, and goes back to what was sought', async () => {
    const { page } = await audits({ heed, browser: browser(), place: 'search' });
    await page.getByLabel('Source').selectOption('crm-import');
    await page.getByLabel('State').selectOption('granted');
    await expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Search' }).click();
        await settled(page);
        return page.locator('tbody tr').count();
      })
      .toBe(2);
    await page.getByRole('link', { name: 'edith · 1' }).click();
    await page.getByRole('heading', { name: 'Version 1' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'edith · 1' }).waitFor();
    expect(await page.getByLabel('Source').inputValue()).toBe('crm-import');
  });

  test('asks once for what an address names: every question is put on record', async () => {
    await books.tell('ida', { words: [granted(NEWS)], occurredAt: daysAgo(2) });
    const { page, asked } = await audits({ heed, browser: browser(), place: 'person/ida' });
    const times = (path: string): number =>
      asked.filter((one) => new URL(one.url()).pathname === path).length;
    await page.getByRole('link', { name: 'Version 1', exact: true }).click();
    await page.locator('heed-version').getByRole('heading', { name: 'Who was told of it' }).waitFor();
    await settled(page);
    expect([times('/v1/subjects/ida'), times('/v1/subjects/ida/history')]).toEqual([1, 1]);
    /** What every destination had, and who was told of the version. */
    expect(times('/v1/subjects/ida/deliveries')).toBe(2);
    expect((await books.readsOf('ida')).filter((one) => one === 'record')).toHaveLength(1);
    for (const [name, path] of [
      ['Search', '/v1/search'],
      ['Log of audits', '/v1/audits'],
    ] as const) {
      await goTo(page, name);
      await expect.poll(() => times(path)).toBe(1);
      await page.reload();
      await signIn(page, 'carol');
      await expect.poll(() => times(path)).toBe(2);
      await settled(page);
      expect(times(path)).toBe(2);
    }
  });

  test('saves the pack of a person', async () => {
    const { page } = await audits({ heed, browser: browser(), place: 'person/edith' });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the pack' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('evidence-edith.zip');
    expect(
      readFileSync(await download.path())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
    await page.getByText('npx heed verify evidence-edith.zip --key keys.json').waitFor();
  });

  test('packs a history that is too long for an answer in the background', async () => {
    const { page } = await audits({ heed, browser: browser(), place: 'person/edith' });
    const problem = {
      status: 413,
      json: { title: 'The pack does not fit into an answer', detail: 'POST it' },
    };
    await page.route('**/v1/subjects/edith/evidence-packs', (route) => route.fulfill(problem));
    await page.getByRole('button', { name: 'Download the pack' }).click();
    await page.getByRole('button', { name: 'Pack it in the background' }).click();
    await page.locator('heed-packs').getByText('The pack is').waitFor();
    expect(page.url()).toMatch(/#\/packs\?id=[0-9a-f-]{36}$/);
  });

  test('asks after a pack less and less often, and not while nobody looks', async () => {
    const { page, context } = await audits({ heed, browser: browser() });
    await page.clock.install();
    let asked = 0;
    await context.route('**/v1/evidence-packs/*', (route) => {
      asked += 1;
      return route.fulfill({ json: { id: 'one', state: 'running', versions: 1, bytes: 1, parts: 0 } });
    });
    const minute = async (): Promise<void> => {
      for (let second = 0; second < 60; second += 3) {
        await page.clock.runFor(3000);
        await page.waitForTimeout(20);
      }
    };
    await page.evaluate("location.hash = '#/packs?id=one'");
    await page.locator('heed-packs').getByText('The pack is').waitFor();
    await minute();
    expect(asked).toBeGreaterThan(3);
    expect(asked).toBeLessThan(9);
    const look = (hidden: boolean): Promise<unknown> =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} });
        document.dispatchEvent(new Event('visibilitychange'));`);
    await settled(page);
    await look(true);
    const before = asked;
    await minute();
    expect(asked).toBe(before);
    await look(false);
    await minute();
    expect(asked).toBeGreaterThan(before);
  });

  test('lets one person propose a grant and another approve it, and shows every read', async () => {
    const first = await audits({ heed, browser: browser(), place: 'grants' });
    await first.page.getByLabel('Who is to audit').fill('erin');
    await first.page.getByLabel('What for').fill('complaint');
    await first.page.getByRole('button', { name: 'Propose a grant' }).click();
    await first.page.getByRole('cell', { name: 'waits for a second person' }).waitFor();
    await first.page.getByRole('button', { name: 'Revoke: the grant of erin' }).waitFor();
    expect(await first.page.getByRole('button', { name: 'Approve: the grant of erin' }).count()).toBe(0);
    const { page } = await audits({ heed, browser: browser(), place: 'grants', as: 'dora' });
    await page.getByRole('button', { name: 'Approve: the grant of erin' }).click();
    await page.getByRole('cell', { name: 'stands' }).waitFor();
    await goTo(page, 'Log of audits');
    await page.getByRole('cell', { name: 'dora (local)' }).first().waitFor();
    await page.getByRole('cell', { name: 'Approved an audit grant' }).first().waitFor();
  });

  test('erases nobody by mistake, and a legal hold stops an erasure', async () => {
    await books.tell('hugo', { words: [granted(NEWS)], occurredAt: daysAgo(1) });
    const { page } = await audits({ heed, browser: browser(), place: 'person/hugo' });
    await page.getByRole('button', { name: 'Show how they stand' }).click();
    await page.getByText('Nobody has asked for one.').waitFor();
    await page
      .getByLabel(/^Reason/)
      .first()
      .fill('litigation-14');
    await page.getByRole('button', { name: 'Place a hold' }).click();
    await page.getByText('A legal hold stands').waitFor();
    await page.getByRole('cell', { name: 'litigation-14' }).waitFor();
    const erase = page.getByRole('button', { name: 'Erase this person' });
    await page.getByLabel('Type the person’s id').fill('hugh');
    await erase.click();
    await page.getByText('Nothing was done.').waitFor();
    await page.getByLabel('Type the person’s id').fill('hugo');
    await erase.click();
    await page
      .getByRole('alert')
      .filter({ hasText: /legal hold/ })
      .waitFor();
    expect((await books.recordAt('hugo', '')).choices).toMatchObject([{ state: 'granted' }]);
  });

  test('asks who it is once more where the sign-in has run out, and keeps the place', async () => {
    const { page } = await audits({ heed, browser: browser(), place: 'person/edith' });
    await page.getByText('All 4 versions shown').waitFor();
    await settled(page);
    await page.route('**/v1/subjects/**', (route) => route.fulfill({ status: 401 }), { times: 1 });
    await page.locator('input[name=exact-knownAt]').fill(recorded[1] ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await faultsOf(page, { everyLook: false })).toEqual([]);
    await signIn(page, 'carol');
    await settled(page);
    expect(await statesOn(page)).toMatchObject({ [NEWS]: 'granted', 'acme/surveys': 'granted' });
  });

  test('fits a phone: the answers first, and what else there is by its heading', async () => {
    const { page } = await audits({
      ...{ heed, browser: browser(), place: 'person/edith', options: { viewport: NARROWEST } },
    });
    const heading = page.getByRole('heading', { name: 'Person edith' });
    expect((await heading.boundingBox())?.y).toBeLessThan(150);
    await settled(page);
    const open = await page.locator('.fold[aria-expanded=true]').allTextContents();
    expect(open).toEqual(['Timeline', 'At this moment']);
    expect(await page.locator('.fold').count()).toBe(8);
    await page.getByRole('button', { name: 'What each destination had' }).click();
    const told = page.locator('section[aria-labelledby=told]');
    await told.getByText('1 destination has the newest version').waitFor();
    await told.getByRole('button', { name: 'Show all' }).click();
    await told.getByText('Version 4').waitFor();
    await page.getByRole('button', { name: 'Menu' }).click();
    await goTo(page, 'Checkpoints');
    expect(await page.getByRole('link', { name: 'Checkpoints' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Menu' }).click();
    expect(await faultsOf(page, { everyLook: false })).toEqual([]);
  });

  test.each<[string, string, (page: Page) => Promise<void>]>([
    ['sign-in', '', async () => undefined],
    ['find', 'find', async (page) => signIn(page, 'carol')],
    [
      'a person',
      'person/edith?version=4&knownAt=2026-01-01T00:00:00.000Z',
      async (page) => {
        await signIn(page, 'carol');
        await unfold(page);
        expect(await checked(page)).toMatch(/^\s*Valid/);
        await page.getByRole('button', { name: 'List them' }).click();
        await page.getByRole('button', { name: 'Show how they stand' }).click();
        await settled(page);
      },
    ],
    ...['search', ...LISTS].map((place): [string, string, (page: Page) => Promise<void>] => [
      place,
      place,
      async (page) => {
        await signIn(page, 'carol');
        await settled(page);
      },
    ]),
  ])('can be used by everybody: %s', async (_, place, act) => {
    const { page } = await visit(browser(), `${heed.url()}/audit#/${place}`, { viewport: NARROWEST });
    await page.locator('h1').waitFor();
    await act(page);
    expect(await faultsOf(page, LOOKS)).toEqual([]);
  });

  test('checks the proofs itself, and names a version after one byte was changed in the table', async () => {
    const { page } = await audits({ heed, browser: browser(), place: 'person/edith' });
    await page.getByText('All 4 versions shown').waitFor();
    const check = (): Promise<string> => checked(page);
    await expect
      .poll(check, { timeout: 25_000, interval: 1000 })
      .toContain('A signed checkpoint holds every one of them.');
    const keys = JSON.stringify(await books.get('/v1/keys'));
    await page.getByLabel(/Public key/).fill(keys);
    expect(await check()).toMatch(/^\s*Valid: 4 versions.*the key you pasted\. The server names the same/s);
    await books.spoil('edith', 2);
    expect(await check()).toContain('Not valid: version 2: its digest is not that of its bytes.');
  });
});
