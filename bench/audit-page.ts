import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../test/browser/find-browser.ts';
import { quantile } from './rounds.ts';

/** What somebody does before the console and when they have their answer, as the page itself says it; all of it runs there. */
interface Step {
  readonly question: string;
  /** Where they stand before, which is not counted. */
  readonly first: (turn: number) => string;
  readonly ready: (turn: number) => string;
  readonly act: (turn: number) => string;
  readonly answered: (turn: number) => string;
}

export interface Asking {
  readonly url: string;
  /** A person's id, and the address that she was given. */
  readonly person: (turn: number) => string;
  readonly emailOf: (subject: string) => string;
  /** A time, ISO 8601. */
  readonly moment: (turn: number) => string;
  readonly times: number;
  /** The version that every person has last. */
  readonly newest: number;
}

interface Row extends Record<string, string | number> {
  readonly question: string;
  readonly 'p50, ms': number;
  readonly 'p99, ms': number;
}

/** The same questions as an auditor asks them of the page: from the click until the answer is painted. */
export async function askThePage(asking: Asking): Promise<Row[]> {
  const found = findBrowser(process.env, existsSync);
  if ('missing' in found) throw new Error(found.missing);
  const browser = await chromium.launch({
    executablePath: found.path,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const page = await signedIn(browser, asking.url);
  const rows: Row[] = [];
  for (const step of stepsOf(asking)) rows.push(await timed(page, step, asking.times));
  await browser.close();
  return rows;
}

async function signedIn(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${url}/audit`);
  await page.getByLabel('Who are you?').fill('carol');
  await page.keyboard.press('Enter');
  await page.getByText('Signed in as carol').waitFor();
  return page;
}

const section = (name: string): string => `document.querySelector('section[aria-labelledby=${name}]')`;
const rowsIn = (name: string): string => `${section(name)}?.querySelectorAll('tbody tr').length > 0`;
const says = (name: string, words: string): string => `${section(name)}?.textContent.includes('${words}')`;
const write = (field: string, value: string): string =>
  `{ const field = document.querySelector('[name=${field}]'); field.value = '${value}'; field.dispatchEvent(new Event('change')); }`;
const send = (field: string): string => `document.querySelector('[name=${field}]').form.requestSubmit();`;

function stepsOf({ person, emailOf, moment, newest }: Asking): readonly Step[] {
  const heading = (turn: number): string =>
    `document.querySelector('h1')?.textContent.includes('${person(turn)}')`;
  const open = (turn: number): string =>
    [heading(turn), rowsIn('moment'), rowsIn('told'), rowsIn('versions')].join(' && ');
  const opened = { first: (turn: number) => `location.hash = '#/person/${person(turn)}';`, ready: open };
  return [
    {
      question: 'who this is: found by an address, opened and shown',
      first: () => `location.hash = '#/find';`,
      ready: () => `document.querySelector('[name=value]') !== null`,
      act: (turn) => write('kind', 'email') + write('value', emailOf(person(turn))) + send('value'),
      answered: open,
    },
    {
      question: 'what she had agreed to at a moment, as far as was known, and what each destination had',
      ...opened,
      act: (turn) => write('exact-knownAt', moment(turn)),
      answered: (turn) => says('moment', moment(turn).slice(11, 19)),
    },
    {
      question: 'where it came from, and who was told of it and when',
      ...opened,
      act: (turn) => `location.hash = '#/person/${person(turn)}?version=${newest}';`,
      answered: () => rowsIn('version'),
    },
    {
      question: 'whether it was written yesterday: her versions checked in the browser',
      ...opened,
      act: () => send('key'),
      answered: () => `${section('proofs')}?.querySelector('[data-valid=true]')`,
    },
    {
      question: 'to whom her data went',
      ...opened,
      act: () => `${section('recipients')}.querySelector('button').click();`,
      answered: () => rowsIn('recipients'),
    },
    {
      question: 'her evidence pack, saved',
      ...opened,
      act: () => `${section('pack')}.querySelector('button').click();`,
      answered: () => `document.querySelector('[role=status]')?.textContent.includes('saved')`,
    },
    {
      question: 'what else: the newest 50 withdrawals of a topic',
      first: () => `location.hash = '#/search?state=granted';`,
      ready: () => `document.querySelector('heed-search tbody')?.textContent.includes('Granted')`,
      act: () => `location.hash = '#/search?topic=acme/newsletter&state=withdrawn';`,
      answered: () =>
        `document.querySelector('heed-search tbody')?.textContent.includes('Withdrawn: acme/newsletter')`,
    },
  ];
}

/** From the act until the frame in which its answer is on the screen, ms, by the page's own clock. */
async function timed(
  page: Page,
  { question, first, ready, act, answered }: Step,
  times: number,
): Promise<Row> {
  const took: number[] = [];
  for (let turn = 0; turn < times; turn++) {
    await until(page, first(turn), ready(turn));
    took.push(await until(page, act(turn), answered(turn)));
  }
  return { question, asked: times, 'p50, ms': quantile(took, 0.5), 'p99, ms': quantile(took, 0.99) };
}

const until = (page: Page, act: string, seen: string): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve, reject) => {
    const begun = performance.now();
    const still = () => document.querySelector('[aria-busy=true]') === null;
    const look = () => {
      const trouble = document.querySelector('[role=alert]');
      if (trouble) reject(new Error(trouble.textContent));
      if (!trouble && !(still() && (${seen}))) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
    };
    const watch = new MutationObserver(look);
    watch.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    setTimeout(() => reject(new Error('nothing was shown')), 30_000);
    ${act}
    requestAnimationFrame(look);
  })`);
