import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import '../local/quiet.ts';
import whole from '../heed.config.ts';
import { only } from '../lib/config.ts';
import { apiAt } from '../local/demo/api.ts';
import { startEngine } from '../local/engine.ts';
import { listen } from '../local/listen.ts';
import { SAMPLE, samplePage } from '../local/sample.ts';
import { findBrowser } from '../test/browser/find-browser.ts';
import { simulators } from '../test/simulators/index.ts';
import { auditPictures } from './audit-pictures.ts';

/** Takes the pictures of docs/screenshots: what the sample person of `npm start` sees, and what an auditor does. */

const FOLDER = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));

const PHONE = { viewport: { width: 320, height: 1180 }, deviceScaleFactor: 1.25 } as const;
const TABLET = { viewport: { width: 768, height: 1024 } } as const;
const LAPTOP = { viewport: { width: 1440, height: 900 } } as const;

interface Picture {
  readonly name: string;
  readonly address: string;
  readonly options: BrowserContextOptions;
  readonly act?: (page: Page) => Promise<void>;
}

/** A page of somebody's own shop, which embeds the component and gives it the shop's colours. */
const shopWith = (token: string, heed: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A shop</title>
<style>body { font: 16px/1.5 Georgia, serif; margin: 0; color: #2b2118; background: #fbf6ee; }
header { background: #7a2e1d; color: #fff; padding: 1rem 2rem; font-size: 1.4rem; }
main { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
heed-preferences { --heed-accent: #7a2e1d; --heed-radius: 2px; }</style></head>
<body><header>Velo &amp; Sons</header><main><h1>Your account</h1>
<heed-preferences token="${token}" lang="en"></heed-preferences></main>
<script type="module" src="${heed}/heed-preferences.js"></script></body></html>`;

const saved = async (page: Page): Promise<void> => {
  await page.locator('[data-control="acme/surveys email"] input[name=on]').click();
  await page.locator('[data-bar][data-kind=saved]').waitFor();
};

async function take(browser: Browser, { name, address, options, act }: Picture): Promise<void> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  await page.goto(address, { waitUntil: 'networkidle' });
  await act?.(page);
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  await context.close();
}

async function picturesOf(heed: string, pageAddress: string): Promise<readonly Picture[]> {
  const api = apiAt(heed);
  const asked = { subject: SAMPLE, topic: 'acme/newsletter', channel: 'email' };
  const list = await api.token(asked);
  await api.close();
  return [
    { name: 'page-320', address: pageAddress, options: PHONE },
    { name: 'page-320-dark', address: pageAddress, options: { ...PHONE, colorScheme: 'dark' } },
    { name: 'page-320-arabic', address: `${pageAddress}?lang=ar`, options: PHONE },
    { name: 'page-768', address: pageAddress, options: TABLET },
    { name: 'page-1440', address: pageAddress, options: LAPTOP, act: saved },
    { name: 'page-1440-dark', address: pageAddress, options: { ...LAPTOP, colorScheme: 'dark' } },
    { name: 'history', address: `${pageAddress}/history`, options: TABLET },
    { name: 'unsubscribe', address: `${heed}/u/${list}`, options: PHONE },
  ];
}

/** She asks for what has to be confirmed: the message is in the outbox. The message itself shows a token, so it is no picture. */
async function outboxOf(browser: Browser, heed: string, pageAddress: string): Promise<Picture> {
  const page = await browser.newPage();
  await page.goto(pageAddress);
  await page.locator('[data-control="orbit/events email"] input[name=on]').click();
  await page.locator('[data-bar][data-kind=saved]').waitFor();
  const message = page.locator('a[href^="/local/outbox/"]');
  const address = `${heed}/local/outbox`;
  do await page.goto(address);
  while ((await message.count()) === 0);
  await page.close();
  return { name: 'outbox', address, options: { viewport: { width: 768, height: 420 } } };
}

async function main(): Promise<void> {
  const found = findBrowser(process.env, existsSync);
  if ('missing' in found) throw new Error(found.missing);
  mkdirSync(FOLDER, { recursive: true });
  const config = only(whole, ['webhook']);
  let shop = '';
  const site = await listen((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(shop);
  }, 0);
  const quiet = { warn: (line: string) => console.error(line), line: () => undefined };
  const engine = await startEngine({ config, port: 0, vendors: simulators, origins: [site.url], ...quiet });
  const address = (await samplePage(engine, { config })) ?? '';
  shop = shopWith(address.slice(address.lastIndexOf('/') + 1), engine.url);
  const browser = await chromium.launch({ executablePath: found.path });
  const component: Picture = { name: 'component', address: site.url, options: TABLET };
  for (const picture of [...(await picturesOf(engine.url, address)), component]) await take(browser, picture);
  await take(browser, await outboxOf(browser, engine.url, address));
  await auditPictures(browser, { heed: engine.url, folder: FOLDER });
  await browser.close();
  await engine.stop();
  await site.close(0);
}

await main();
