import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import * as z from 'zod';
import { HistoryAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { AuditsAnswer } from '../../lib/http/search-schemas.ts';
import { type Api, apiAt } from '../../local/demo/api.ts';
import { loopback } from '../../local/loopback.ts';
import { LOCAL_TABLES } from '../../local/open-tables.ts';
import type { Heed, Word } from './heed.ts';
import { type Visit, visit } from './visit.ts';

/** What somebody said, when, and through whom. */
export interface Told {
  readonly words: readonly Word[];
  readonly occurredAt: string;
  /** `crm-import`, or else the call centre. */
  readonly imported?: boolean;
  readonly email?: string;
}

/** What an auditor's tests do beside the browser. */
export interface Books {
  /** Gives when it was recorded. */
  readonly tell: (subject: string, told: Told) => Promise<string>;
  /** What the API answers of a moment. */
  readonly recordAt: (subject: string, query: string) => Promise<z.output<typeof RecordAnswer>>;
  readonly get: (path: string) => Promise<unknown>;
  /** The operations by which somebody was read, newest first. */
  /** One of the acts of a person's rights; by it she is not erased. */
  readonly act: (subject: string, act: 'restriction' | 'rectification', body: object) => Promise<void>;
  readonly recordedAt: (subject: string, version: number) => Promise<string>;
  readonly readsOf: (subject: string) => Promise<readonly string[]>;
  /** Another byte in a stored version. */
  readonly spoil: (subject: string, version: number) => Promise<void>;
}

const Accepted = z.object({ recordedAt: z.string() });
const Endpoints = z.object({ dynamodb: z.string() });
const Document = z.object({ document: z.object({ S: z.string() }) });

export function theBooksOf(heed: Heed): Books {
  let api: Api | undefined;
  const open = (): Api => {
    if (!api) throw new Error('the engine has not been started yet');
    return api;
  };
  beforeAll(() => {
    api = apiAt(heed.url());
  });
  afterAll(() => api?.close());
  const get: Books['get'] = async (path) =>
    (await open().get(path, await open().token({ scope: 'preferences:read audit:read' }))).body;
  return {
    get,
    act: async (subject, act, body) => {
      const token = await open().token({ scope: 'rights:write preferences:write' });
      const { status } = await open().post(`/v1/subjects/${subject}/${act}`, body, { token });
      if (status >= 300) throw new Error(`${act} was answered with ${status}`);
    },
    recordedAt: async (subject, version) => {
      const { versions } = HistoryAnswer.parse(await get(`/v1/subjects/${subject}/history`));
      return versions.find((one) => one.version === version)?.recordedAt ?? '';
    },
    readsOf: async (subject) =>
      AuditsAnswer.parse(await get(`/v1/audits?subject=${subject}`)).audits.map(({ operation }) => operation),
    recordAt: async (subject, query) => RecordAnswer.parse(await get(`/v1/subjects/${subject}${query}`)),
    tell: async (subject, { words, occurredAt, imported, email }) => {
      const token = await open().token({ scope: 'preferences:write' });
      const evidence = {
        ...(imported
          ? { source: 'crm-import', actor: { kind: 'import', id: 'old-consents.csv' }, method: 'file' }
          : { source: 'call-centre', actor: { kind: 'subject' }, method: 'call' }),
        ...{ legalBasis: 'consent', occurredAt, notice: { id: 'marketing', version: '4', language: 'en' } },
      };
      const body = { choices: words, evidence, ...(email !== undefined && { identifiers: { email } }) };
      return Accepted.parse((await open().post(`/v1/subjects/${subject}/changes`, body, { token })).body)
        .recordedAt;
    },
    spoil: async (subject, version) =>
      spoil(Endpoints.parse(await get('/local/endpoints')).dynamodb, { subject, version }),
  };
}

/** As somebody with the database's own rights would. */
async function spoil(
  endpoint: string,
  { subject, version }: { subject: string; version: number },
): Promise<void> {
  const client = new DynamoDBClient(loopback(endpoint));
  const Key = { pk: { S: `S#${subject}` }, sk: { S: `V#${String(version).padStart(10, '0')}` } };
  const { Item } = await client.send(new GetItemCommand({ TableName: LOCAL_TABLES.records, Key }));
  const { document } = Document.parse(Item);
  const spoilt = { S: document.S.replace('"granted"', '"Granted"') };
  await client.send(
    new PutItemCommand({ TableName: LOCAL_TABLES.records, Item: { ...Item, document: spoilt } }),
  );
  client.destroy();
}

export interface Auditing {
  readonly heed: Heed;
  readonly browser: Browser;
  /** Behind `#/`. */
  readonly place?: string;
  readonly as?: string;
  readonly options?: BrowserContextOptions;
}

/** An auditor before the console, signed in. */
export async function audits({
  heed,
  browser,
  place = 'find',
  as = 'carol',
  options,
}: Auditing): Promise<Visit> {
  const visited = await visit(browser, `${heed.url()}/audit#/${place}`, options);
  await signIn(visited.page, as);
  return visited;
}

/** The view that was asked for is there, though its answers may not be. */
export async function signIn(page: Page, as: string): Promise<void> {
  await page.getByLabel('Who are you?').fill(as);
  await page.keyboard.press('Enter');
  await page.getByText(`Signed in as ${as}`).waitFor();
  await page.locator('main h1').waitFor();
}

/** By the menu: fields of the view before are gone. */
export async function goTo(page: Page, title: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
}

/** What a table says, row by row, by the titles of its columns. */
export const rowsOf = (page: Page, section: string): Promise<readonly Readonly<Record<string, string>>[]> =>
  page
    .locator(`section[aria-labelledby=${section}] tbody tr`)
    .evaluateAll((rows) =>
      rows.map((row) =>
        Object.fromEntries(
          [...row.children].map((cell) => [
            cell.getAttribute('data-title') ?? '',
            cell.textContent?.trim() ?? '',
          ]),
        ),
      ),
    );
