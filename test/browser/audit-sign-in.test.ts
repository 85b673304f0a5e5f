import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildBrowser } from '../../browser/build.ts';
import { assets } from '../../functions/assets.ts';
import { audit } from '../../functions/audit.ts';
import { readCatalogue } from '../../functions/catalogue.ts';
import config from '../../heed.config.ts';
import { systemClock } from '../../lib/aws/system-clock.ts';
import { toIso } from '../../lib/domain/time.ts';
import { personName } from '../../lib/http/person.ts';
import { tokensOf } from '../../lib/http/tokens.ts';
import { contextFor } from '../../local/context.ts';
import { type Route, startHttp } from '../../local/http.ts';
import type { Listening } from '../../local/listen.ts';
import { memory } from '../memory.ts';
import { faultsOf } from './audit.ts';
import { inBrowser } from './browser.ts';
import { AUDIENCE, CLIENT, type Issuer, type Manner, startIssuer } from './issuer.ts';

const SCOPE = 'openid audit:read preferences:read';

inBrowser('signing in to the console at the staff’s own issuer', (browser) => {
  let issuer: Issuer | undefined;
  let heed: Listening | undefined;
  const store = memory();
  const running = () => {
    if (!issuer || !heed) throw new Error('nothing has been started yet');
    return { issuer, heed };
  };

  beforeAll(async () => {
    issuer = await startIssuer();
    heed = await startHttp({ routes: routesFor(issuer, [issuer.apart]) });
  });
  afterAll(async () => {
    await heed?.close(0);
    await issuer?.close(0);
  });

  /** The console alone, of a deployment that believes this issuer. */
  const routesFor = ({ url }: Issuer, connect: readonly string[] = []): readonly Route[] => {
    const believed = { issuer: url, audience: AUDIENCE, jwks: `${url}/jwks`, clients: {} };
    const secret = async () => {
      throw new Error('no token of Heed’s own is used here');
    };
    const tokens = tokensOf({ issuers: [believed], clock: systemClock, secret });
    const { console: names, files } = buildBrowser();
    const quiet = { line: () => undefined };
    const signIn = { issuer: url, clientId: CLIENT, scope: SCOPE, connect };
    const page = audit({ ...quiet, assets: names, signIn, local: false });
    const file = assets({ ...quiet, files });
    const catalogue = readCatalogue({
      ...{ ...quiet, ...store, config, laneList: [], tokens, clock: systemClock },
    });
    return [
      { method: 'GET', path: '/audit', handler: (event) => page(event, contextFor('audit')) },
      { method: 'GET', path: '/assets/{file}', handler: (event) => file(event, contextFor('assets')) },
      { method: 'GET', path: '/v1/catalogue', handler: (event) => catalogue(event, contextFor('catalogue')) },
    ];
  };

  const opened = async (
    manner: Manner,
    at = running().heed.url,
  ): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> => {
    running().issuer.behave(manner);
    const context = await browser().newContext({ locale: 'en-GB' });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (one) =>
      complaints.push(...(/Content Security/.test(one.text()) ? [one.text()] : [])),
    );
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${at}/audit#/find?from=here`);
    return { page, complaints };
  };

  test('leads there and back to the same place, proves who began it, and leaves nothing behind', async () => {
    const { page, complaints } = await opened('well');
    await page.getByRole('heading', { name: 'Find a person' }).waitFor();
    expect(await page.getByText('Signed in as').textContent()).toBe('Signed in as carol@acme.example');
    expect(page.url()).toBe(`${running().heed.url}/audit#/find?from=here`);
    expect(await page.evaluate('sessionStorage.length + localStorage.length + document.cookie.length')).toBe(
      0,
    );
    const asked = Object.fromEntries(running().issuer.asked.at(-1) ?? []);
    expect(asked).toMatchObject({
      response_type: 'code',
      client_id: CLIENT,
      scope: SCOPE,
      code_challenge_method: 'S256',
    });
    expect(asked['redirect_uri']).toBe(`${running().heed.url}/audit`);
    expect(store.audits.at(-1)).toMatchObject({
      who: { client: CLIENT, person: 'carol@acme.example' },
      operation: 'catalogue',
      status: 200,
    });
    expect(complaints).toEqual([]);
    /** A reload has no token any more, and asks the issuer, which remembers. */
    const before = running().issuer.asked.length;
    await page.reload();
    await page.getByRole('heading', { name: 'Find a person' }).waitFor();
    expect(running().issuer.asked.length).toBe(before + 1);
  });

  test('asks an issuer whose tokens come from another origin there, if that is declared', async () => {
    const { page, complaints } = await opened('elsewhere');
    await page.getByRole('heading', { name: 'Find a person' }).waitFor();
    expect(complaints).toEqual([]);
    const closed = await startHttp({ routes: routesFor(running().issuer) });
    onTestFinished(() => closed.close(0));
    const refused = await opened('elsewhere', closed.url);
    await refused.page.getByRole('alert').waitFor();
    expect(refused.complaints.join()).toMatch(/connect-src/);
  });

  test.each<[Manner, RegExp]>([
    ['denies', /access_denied|authorization/i],
    ['other-state', /state/],
    ['other-nonce', /nonce/],
  ])('is refused where the issuer %s, and can be tried again', async (manner, why) => {
    const reads = store.audits.length;
    const { page } = await opened(manner);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(why);
    expect(new URL(page.url()).search).toBe('');
    expect(store.audits.length).toBe(reads);
    expect(await faultsOf(page, { everyLook: false })).toEqual([]);
    running().issuer.behave('well');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Find a person' }).waitFor();
  });

  test('signs out, and nobody in again before they say so', async () => {
    const { page } = await opened('well');
    await page.getByRole('heading', { name: 'Find a person' }).waitFor();
    const before = running().issuer.asked.length;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You have signed out.').waitFor();
    const too = page.getByRole('link', { name: /^Sign out at .* too$/ });
    expect(await too.getAttribute('href')).toBe(`${running().issuer.url}/bye?client_id=${CLIENT}`);
    await page.reload();
    await too.waitFor();
    expect(running().issuer.asked.length).toBe(before);
    expect(await faultsOf(page, { everyLook: false })).toEqual([]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Find a person' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/find');
  });

  test('says why a token of the issuer is not taken, and leads nobody in a circle', async () => {
    const { page } = await opened('other-audience');
    await page.getByText('Heed does not take this token: The bearer token is not valid').waitFor();
    const before = running().issuer.asked.length;
    running().issuer.behave('well');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Heed does not take').waitFor({ state: 'hidden' });
    await page.getByLabel('Identifier', { exact: true }).waitFor();
    expect(running().issuer.asked.length).toBe(before + 1);
  });

  test('lets in whom an audit grant lets in, though the issuer has no scope for them', async () => {
    const now = systemClock.now();
    const by = (sub: string) => ({ at: toIso(now), by: personName(running().issuer.url, sub) });
    const grant = {
      ...{ id: 'g', person: personName(running().issuer.url, 'carol@acme.example'), purpose: 'complaint' },
      ...{ until: toIso(now + 3_600_000), proposed: by('bob') },
    };
    await store.grants.propose(grant);
    await store.grants.approve(grant, by('dave'));
    const before = running().issuer.asked.length;
    const { page } = await opened('no-auditor');
    await page.getByRole('heading', { name: 'Find a person' }).waitFor();
    expect(page.url()).toBe(`${running().heed.url}/audit#/find?from=here`);
    expect(
      running()
        .issuer.asked.slice(before)
        .map((one) => one.get('scope')),
    ).toEqual([SCOPE, 'openid']);
    expect(store.audits.at(-1)).toMatchObject({ operation: 'catalogue', who: { grant: 'g' } });
  });

  test('takes no answer that it did not ask for', async () => {
    running().issuer.behave('well');
    const page = await browser().newPage();
    onTestFinished(() => page.close());
    await page.goto(`${running().heed.url}/audit?code=stolen&state=any`);
    await page.getByText('it was not begun in this tab').waitFor();
    expect(new URL(page.url()).search).toBe('');
  });
});
