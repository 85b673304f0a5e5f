import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import * as z from 'zod';
import { buildBrowser } from '../browser/build.ts';
import shipped from '../heed.config.ts';
import { only } from '../lib/config.ts';
import { startEngine } from '../local/engine.ts';
import { pause } from '../local/pause.ts';
import { samplePage } from '../local/sample.ts';
import { findBrowser } from '../test/browser/find-browser.ts';
import { simulators } from '../test/simulators/index.ts';
import { atMost, type Report } from './report.ts';
import { median, type Pace } from './rounds.ts';

const config = only(shipped, ['webhook']);

/** Lighthouse's slow 4G for phones as applied throttling (mobileSlow4G in its core/config/constants.js): kbit/s, ms, and a processor a quarter as fast. */
const PHONE = { latency: 562.5, down: 1474.56, up: 675, slower: 4 } as const;

interface Loaded {
  readonly requests: number;
  /** Over the wire, headers included. */
  readonly bytes: number;
  readonly firstPaint: number;
  readonly largestPaint: number;
  readonly contentLoaded: number;
  /** The script listens: a tap is saved. Before that the form works as it is. */
  readonly interactive: number;
  /** How long tasks of more than 50 ms kept the page busy. */
  readonly blocked: number;
}

const Timings = z.object({
  firstPaint: z.number(),
  largestPaint: z.number(),
  contentLoaded: z.number(),
  interactive: z.number(),
  blocked: z.number(),
});

/** Notes when things happen, from before the page's own script runs. */
const WATCH = `globalThis.seen = { firstPaint: 0, largestPaint: 0, contentLoaded: 0, interactive: 0, blocked: 0 };
const watch = (type, told) => new PerformanceObserver((list) => list.getEntries().forEach(told)).observe({ type, buffered: true });
watch('paint', ({ name, startTime }) => { if (name === 'first-contentful-paint') seen.firstPaint = startTime; });
watch('largest-contentful-paint', ({ startTime }) => { seen.largestPaint = startTime; });
watch('longtask', ({ duration }) => { seen.blocked += duration - 50; });
addEventListener('DOMContentLoaded', () => { seen.contentLoaded = performance.now(); });
new MutationObserver(() => {
  if (seen.interactive === 0 && document.querySelector('[data-bar][data-live]')) seen.interactive = performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-live'] });`;

/** What a phone loads to show the hosted page, how long that takes, and what embedding sites load. */
export async function benchBrowser({ rounds }: Pace): Promise<Report> {
  const found = findBrowser(process.env, existsSync);
  if ('missing' in found) throw new Error(found.missing);
  const quiet = { warn: (line: string) => console.error(line), line: () => undefined };
  const engine = await startEngine({ config, port: 0, vendors: simulators, ...quiet });
  const address = await samplePage(engine, { config });
  if (address === undefined) throw new Error('there is no sample person');
  const browser = await chromium.launch({
    executablePath: found.path,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const rows = [
    await visits(browser, { address, rounds, slow: false }),
    await visits(browser, { address, rounds, slow: true }),
  ].flat();
  await browser.close();
  await engine.stop();
  return reportOf(rows, files());
}

interface Visits {
  readonly address: string;
  readonly rounds: number;
  readonly slow: boolean;
}

type Row = Readonly<Record<string, string | number>>;

/** As often as there are rounds: a browser that has never been here, and the same once more. */
async function visits(browser: Browser, { address, rounds, slow }: Visits): Promise<readonly Row[]> {
  const first: Loaded[] = [];
  const again: Loaded[] = [];
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext({
      viewport: { width: 412, height: 823 },
      deviceScaleFactor: 1.75,
    });
    await context.addInitScript(WATCH);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    if (slow) await slowDown(session);
    first.push(await load(page, session, address));
    again.push(await load(page, session, address));
    await context.close();
  }
  const how = slow ? 'a phone on slow 4G' : 'this machine';
  return [rowOf(`${how}, first visit`, first), rowOf(`${how}, again`, again)];
}

async function slowDown(session: CDPSession): Promise<void> {
  const { latency, down, up, slower } = PHONE;
  const speed = { downloadThroughput: (down * 1000) / 8, uploadThroughput: (up * 1000) / 8 };
  await session.send('Network.emulateNetworkConditions', { offline: false, latency, ...speed });
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
}

async function load(page: Page, session: CDPSession, address: string): Promise<Loaded> {
  let [requests, bytes] = [0, 0];
  const count = ({ encodedDataLength }: { readonly encodedDataLength: number }): void => {
    requests += encodedDataLength > 0 ? 1 : 0;
    bytes += encodedDataLength;
  };
  session.on('Network.loadingFinished', count);
  await page.goto(address, { waitUntil: 'networkidle' });
  /** Asked from outside: the page's policy lets nothing in it be evaluated. */
  while (!(await page.evaluate<boolean>('seen.interactive > 0 && seen.largestPaint > 0'))) await pause(50);
  session.off('Network.loadingFinished', count);
  return { requests, bytes, ...Timings.parse(await page.evaluate('seen')) };
}

function rowOf(what: string, loads: readonly Loaded[]): Row {
  const middle = (of: (one: Loaded) => number): number => Math.round(median(loads.map(of)));
  return {
    what,
    requests: middle(({ requests }) => requests),
    'bytes over the wire': middle(({ bytes }) => bytes),
    'first paint, ms': middle(({ firstPaint }) => firstPaint),
    'largest paint, ms': middle(({ largestPaint }) => largestPaint),
    'DOMContentLoaded, ms': middle(({ contentLoaded }) => contentLoaded),
    'interactive, ms': middle(({ interactive }) => interactive),
    'blocked, ms': middle(({ blocked }) => blocked),
  };
}

/** Every file that browsers load, as long as it is compressed. */
const files = (): readonly Row[] =>
  buildBrowser().files.map(({ path, body }) => ({
    file: path.replace(/-[0-9a-f]{12}\./, '.'),
    'bytes, gzip': gzipSync(body, { level: 9 }).length,
    bytes: Buffer.byteLength(body),
  }));

const numberIn = (rows: readonly Row[], name: string, of: (row: Row) => boolean): number =>
  Number(rows.find(of)?.[name]);

function reportOf(rows: readonly Row[], files: readonly Row[]): Report {
  const onPhone = ({ what }: Row): boolean => what === 'a phone on slow 4G, first visit';
  const gzip = (file: string): number => numberIn(files, 'bytes, gzip', (row) => row['file'] === file) / 1000;
  return {
    tables: [
      { title: 'The hosted page, medians', rows: [...rows] },
      { title: 'What browsers load, each file', rows: [...files] },
    ],
    aims: [
      atMost('the first load over the wire at most 30 kB', 30, {
        kB: numberIn(rows, 'bytes over the wire', onPhone) / 1000,
      }),
      atMost('the component at most 20 kB gzipped', 20, { kB: gzip('/heed-preferences.js') }),
      atMost('interactive on a phone on slow 4G within 3.8 s (Lighthouse’s limit for “good”)', 3.8, {
        seconds: numberIn(rows, 'interactive, ms', onPhone) / 1000,
      }),
    ],
  };
}
