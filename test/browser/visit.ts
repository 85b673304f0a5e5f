import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page, Request } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** A person before a page, in a browser profile of her own. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained of beside lost connections: broken policies, errors of scripts. */
  readonly complaints: readonly string[];
  /** Everything it asked for. */
  readonly asked: readonly Request[];
}

/**
 * Opens a page. When the test has ended, every request of the visit must have gone to the page's own origin without saying
 * where it came from, and the browser must have had nothing to complain of.
 */
export async function visit(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const complaints: string[] = [];
  const asked: Request[] = [];
  context.on('console', (one) => {
    if (one.type() === 'error' && !/^Failed to load resource/.test(one.text())) complaints.push(one.text());
  });
  context.on('weberror', (one) => complaints.push(one.error().message));
  context.on('request', (request) => asked.push(request));
  onTestFinished(async () => {
    const told = await Promise.all(asked.map(referred));
    await context.close();
    expect(complaints).toEqual([]);
    expect(new Set(asked.map(originOf))).toEqual(new Set([new URL(address).origin]));
    expect(told.filter((one) => one !== '')).toEqual([]);
  });
  const page = await context.newPage();
  await page.goto(address);
  return { page, context, complaints, asked };
}

/** What a request says of where it came from: nothing. */
const referred = async (request: Request): Promise<string> =>
  (await request.allHeaders().catch(() => request.headers()))['referer'] ?? '';

const originOf = (request: Request): string => {
  const { origin, protocol } = new URL(request.url());
  return protocol === 'data:' ? new URL(request.frame().page().url()).origin : origin;
};

export const WITHOUT_SCRIPT = { javaScriptEnabled: false } as const;

/** The switch of one topic and channel. */
export const switchOf = (page: Page, topic: string, channel = 'email'): Locator =>
  page.locator(`[data-control="${topic} ${channel}"] input[name=on]`);

export const noteOf = (page: Page, topic: string, channel = 'email'): Locator =>
  page.locator(`[data-control="${topic} ${channel}"] [data-note]`);

/** The bar, once it says what became of a tap. */
export const told = (page: Page, kind: 'saving' | 'saved' | 'asked' | 'trouble'): Promise<void> =>
  page.locator(`[data-bar][data-kind=${kind}]`).waitFor();

export const statusOf = async (page: Page): Promise<string> =>
  (await page.locator('[data-status]').textContent()) ?? '';

/** Holds back what the page sends to be saved; gives what lets it go. */
export async function holdSaves(page: Page): Promise<() => void> {
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route('**/v1/preferences*', async (route) => {
    await held;
    await route.continue();
  });
  return go;
}
