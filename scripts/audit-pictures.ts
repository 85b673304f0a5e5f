import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import * as z from 'zod';
import { DAY, toIso } from '../lib/domain/time.ts';
import { type Api, apiAt } from '../local/demo/api.ts';

/** The pictures of the auditors' console, of a person invented for them. */

const PHONE = { viewport: { width: 320, height: 1180 }, deviceScaleFactor: 1.25 } as const;
const LAPTOP = { viewport: { width: 1440, height: 1000 } } as const;

interface Picture {
  readonly name: string;
  /** Behind `#/`. */
  readonly place: string;
  readonly options: BrowserContextOptions;
  readonly act?: (page: Page) => Promise<void>;
}

const PERSON = 'p-1001';
const daysAgo = (days: number): string => toIso(Date.now() - days * DAY);

const verified = async (page: Page): Promise<void> => {
  const verdict = page.locator('[data-valid]', { hasText: 'every one of them' });
  do {
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.locator('[data-valid]').waitFor();
    await page.waitForTimeout(1000);
  } while ((await verdict.count()) === 0);
  await verdict.scrollIntoViewIfNeeded();
};

const evenly = (page: Page): Promise<void> => page.getByLabel('Space versions evenly').check();

/** After she withdrew, as it was known before Heed was told of it. */
const momentOf = (knownAt: string): string => `person/${PERSON}?validAt=${daysAgo(40)}&knownAt=${knownAt}`;

const Recorded = z.object({ recordedAt: z.string() });

const picturesOf = (knownAt: string): readonly Picture[] => [
  { name: 'audit-person-1440', place: momentOf(knownAt), options: LAPTOP, act: evenly },
  { name: 'audit-person-320', place: momentOf(knownAt), options: PHONE },
  {
    name: 'audit-version-1440-dark',
    place: `person/${PERSON}?version=5`,
    options: { ...LAPTOP, colorScheme: 'dark' },
    act: (page) => page.locator('heed-version').scrollIntoViewIfNeeded(),
  },
  { name: 'audit-proofs-1440', place: `person/${PERSON}`, options: LAPTOP, act: verified },
  { name: 'audit-search-1440', place: 'search', options: LAPTOP },
  { name: 'audit-log-1440', place: 'audits', options: LAPTOP },
];

/** What she said, in the order Heed was told; gives when Heed was told the third. */
async function record(api: Api): Promise<string> {
  const token = await api.token({ scope: 'preferences:write' });
  const notice = { id: 'marketing', version: '4', language: 'en' };
  const say = (topic: string, state: string, days: number, imported = false) =>
    api.post(
      `/v1/subjects/${PERSON}/changes`,
      {
        choices: [{ topic, channel: 'email', state }],
        evidence: {
          ...(imported
            ? { source: 'crm-import', actor: { kind: 'import', id: 'consents-2026.csv' }, method: 'file' }
            : { source: 'call-centre', actor: { kind: 'subject' }, method: 'call' }),
          ...{ legalBasis: 'consent', occurredAt: daysAgo(days), notice },
        },
      },
      { token },
    );
  await say('acme/newsletter', 'granted', 120, true);
  await say('acme/offers', 'granted', 90);
  const { body } = await say('acme/surveys', 'granted', 60);
  await say('acme/newsletter', 'withdrawn', 45);
  await say('acme/newsletter', 'granted', 70, true);
  await say('orbit/newsletter', 'granted', 0);
  return Recorded.parse(body).recordedAt;
}

/** Records the person, waits until she can be searched for and proved, and takes the pictures. */
export async function auditPictures(
  browser: Browser,
  { heed, folder }: { readonly heed: string; readonly folder: string },
): Promise<void> {
  const api = apiAt(heed);
  const knownAt = await record(api);
  await api.close();
  for (const { name, place, options, act } of picturesOf(knownAt)) {
    const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    await page.goto(`${heed}/audit#/${place}`);
    await page.getByLabel('Who are you?').fill('carol');
    await page.keyboard.press('Enter');
    await page.locator('main table').first().waitFor();
    await act?.(page);
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${folder}${name}.png` });
    await context.close();
  }
}
