import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { inBrowser } from './browser.ts';
import { embedded } from './embedded.fixture.ts';

inBrowser('heed.record', (browser) => {
  const heed = embedded(browser);

  const notice = { id: 'marketing', version: '4', language: 'en' };
  const evidence = { notice, legalBasis: 'consent' };
  const newsletter = { topic: 'acme/newsletter', channel: 'email', state: 'granted' };
  const offersOff = { topic: 'acme/offers', channel: 'email', state: 'withdrawn' };

  /** A page of another site that has loaded the client. */
  async function aForm(): Promise<Page> {
    const script = `import { heed } from '${heed.heed()}/heed.js'; globalThis.heed = heed; globalThis.ready = true;`;
    const { page } = await heed.open(heed.site().show({ body: '<form></form>', script }));
    await page.waitForFunction('globalThis.ready');
    return page;
  }

  const Recorded = z.looseObject({ kind: z.string() });

  const record = async (page: Page, form: object) =>
    Recorded.parse(await page.evaluate(`heed.record(${JSON.stringify(form)})`));

  test('a form of another site records what was chosen in it, with what was shown', async () => {
    const token = await heed.tokenOf('former');
    const recorded = await record(await aForm(), {
      ...{ token, choices: [newsletter], evidence: { ...evidence, jurisdiction: 'DK' } },
      preferences: [{ key: 'acme/newsletter.frequency', value: 'weekly' }],
    });
    expect(recorded).toEqual({
      ...{ kind: 'done', version: 1, outcomes: [{ ...newsletter, outcome: 'applied' }] },
    });
    const { choices, preferences } = await heed.recordOf('former');
    expect(choices).toEqual([
      expect.objectContaining({ ...newsletter, source: 'preference-center', actor: 'subject', notice }),
    ]);
    expect(preferences).toEqual([{ key: 'acme/newsletter.frequency', value: 'weekly' }]);
  });

  test('where the whole is refused its withdrawals are recorded all the same, and the form is told why', async () => {
    const token = await heed.tokenOf('mixed');
    const choices = [{ ...newsletter, topic: 'acme/unheard-of' }, offersOff];
    const recorded = await record(await aForm(), { token, choices, evidence });
    expect(recorded).toMatchObject({ kind: 'withdrawn', version: 1, outcomes: [offersOff] });
    expect(recorded['errors']).not.toEqual([]);
    expect((await heed.recordOf('mixed')).choices).toEqual([expect.objectContaining(offersOff)]);
  });

  test('a grant without its evidence is refused with what is missing', async () => {
    const token = await heed.tokenOf('bare');
    const recorded = await record(await aForm(), { token, choices: [newsletter] });
    expect(recorded).toMatchObject({
      kind: 'refused',
      errors: expect.arrayContaining([expect.objectContaining({ path: 'evidence.notice' })]),
    });
    expect((await heed.recordOf('bare')).version).toBe(0);
  });

  test('where no answer comes it is sent again under the same key, and recorded once', async () => {
    const token = await heed.tokenOf('unlucky');
    const page = await aForm();
    const keys: (string | undefined)[] = [];
    await page.route('**/changes', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length > 1) return route.continue();
      await route.fetch();
      return route.abort();
    });
    expect(await record(page, { token, choices: [newsletter], evidence })).toMatchObject({
      ...{ kind: 'done', version: 1 },
    });
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect((await heed.recordOf('unlucky')).version).toBe(1);
  });

  test('what was chosen last counts, though what was chosen before it is still being tried', async () => {
    const token = await heed.tokenOf('wavering');
    const page = await aForm();
    let asked = 0;
    await page.route('**/changes', (route) => (asked++ === 0 ? route.abort() : route.continue()));
    const off = { ...newsletter, state: 'withdrawn' };
    const both = [
      { token, choices: [newsletter], evidence },
      { token, choices: [off] },
    ];
    await page.evaluate(`Promise.all(${JSON.stringify(both)}.map((form) => heed.record(form)))`);
    expect((await heed.recordOf('wavering')).choices).toEqual([expect.objectContaining(off)]);
    expect(asked).toBe(3);
  });

  test('a lost connection is told, not thrown', async () => {
    const token = await heed.tokenOf('away');
    const page = await aForm();
    await page.context().setOffline(true);
    expect(await record(page, { token, choices: [newsletter], evidence })).toEqual({ kind: 'offline' });
  });

  test('a token that is none, names nobody or was signed by nobody is told, not thrown', async () => {
    const page = await aForm();
    for (const token of ['nonsense', `a.${btoa('{}')}.b`, `a.${btoa('{"sub":"somebody"}')}.b`])
      expect(await record(page, { token, choices: [newsletter], evidence })).toEqual({ kind: 'invalid' });
  });

  test('a link’s token records nothing through a form', async () => {
    const answer = await fetch(`${heed.heed()}/local/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ subject: 'linked', topic: 'acme/newsletter', channel: 'email' }),
    });
    const { token } = z.object({ token: z.string() }).parse(await answer.json());
    expect(await record(await aForm(), { token, choices: [offersOff], evidence })).toEqual({
      kind: 'invalid',
    });
  });
});
