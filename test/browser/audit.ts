import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import * as z from 'zod';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every rule, the size of targets too (WCAG 2.2, 2.5.8: 24 by 24 CSS px), which is off by default. */
const EVERY_RULE = "{ rules: { 'target-size': { enabled: true } } }";
const CONTRAST = "{ runOnly: ['color-contrast'] }";

/** What is passed on its way out of the page is counted alone: it is ten times as long as what matters. */
const run = (options: string): string => `axe.run(document, { resultTypes: ['violations'], ...${options} })
  .then(({ violations, passes }) => ({ passed: passes.length, violations: violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 160) + ' ' + failureSummary)) }))`;

const Findings = z.object({ passed: z.number(), violations: z.array(z.string()) });

/** What axe-core finds wrong with the page as it stands, one line each; and that it looked at all. */
export async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { passed, violations } = Findings.parse(await page.evaluate(run(EVERY_RULE)));
  return passed < 5 ? ['axe-core found nothing to look at'] : violations;
}

/** What cannot be told from its background, in a page that was looked at before. */
export const faintIn = async (page: Page): Promise<readonly string[]> =>
  Findings.parse(await page.evaluate(run(CONTRAST))).violations;

/** By how many CSS px the page is wider than the window: what would have to be scrolled sideways. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate<number>(
    'Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - document.documentElement.clientWidth',
  );

/** Words that stick out of what clips them, which no scroll bar tells of. */
export const clippedIn = (page: Page): Promise<readonly string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll('main *')]
    .filter((one) => getComputedStyle(one).overflowX === 'hidden' && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)
    .map((one) => 'clipped: ' + one.outerHTML.slice(0, 160))`);

type Media = NonNullable<Parameters<Page['emulateMedia']>[0]>;

const LOOKS: Readonly<Record<string, Media>> = {
  dark: { colorScheme: 'dark' },
  'more contrast': { contrast: 'more' },
  'dark, more contrast': { colorScheme: 'dark', contrast: 'more' },
  'forced colours': { forcedColors: 'active' },
};
/** Without motion: what is halfway from one colour to another has none of its own. */
const PLAIN: Media = {
  ...{ colorScheme: 'light', contrast: 'no-preference', forcedColors: 'none' },
  reducedMotion: 'reduce',
};

/** The narrowest screen; a laptop at 200 %; a tablet; a wide screen. The first is what pages are opened with. */
export const NARROWEST = { width: 320, height: 640 } as const;
const SIZES = [
  { width: 640, height: 400 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
  NARROWEST,
];

/** Everything that is wrong with a page as it stands: for whom it shuts out, and where it sticks out. Nothing if all is well. */
export async function faultsOf(page: Page, { everyLook = true } = {}): Promise<readonly string[]> {
  /** What was only just sent may stand there before its style does. */
  await page.waitForLoadState();
  await page.emulateMedia(PLAIN);
  const faults = [...(await findings(page)), ...(await sizesOf(page))];
  for (const [name, media] of everyLook ? Object.entries(LOOKS) : []) {
    await page.emulateMedia({ ...PLAIN, ...media });
    faults.push(...(await faintIn(page)).map((one) => `${name}: ${one}`));
  }
  await page.emulateMedia(PLAIN);
  return faults;
}

async function sizesOf(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  const look = async (what: string): Promise<void> => {
    const wider = await overflowOf(page);
    if (wider > 0) faults.push(`${what}: ${wider} px too wide`);
    faults.push(...(await clippedIn(page)).map((one) => `${what}: ${one}`));
  };
  await look('as it is opened');
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await look(`at ${size.width} px`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.evaluate('document.documentElement.style.fontSize = "200%"');
  await look('with text at 200 %');
  await page.evaluate('document.documentElement.style.fontSize = ""');
  await page.setViewportSize(NARROWEST);
  return faults;
}
