import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import * as z from 'zod';
import whole from '../../heed.config.ts';
import { only } from '../../lib/config.ts';
import { RecordAnswer } from '../../lib/http/schemas.ts';
import { type Api, apiAt } from '../../local/demo/api.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { simulators } from '../simulators/index.ts';
import { type Site, startSite } from './site.ts';

export interface Opened {
  readonly page: Page;
  /** Everything the browser complained of. */
  readonly complaints: string[];
  /** Addresses of everything it asked for. */
  readonly asked: string[];
}

/** What the component told the page around it. */
const Told = z.array(z.object({ type: z.string(), detail: z.record(z.string(), z.unknown()) }));

/** An engine, a listed site and one that is not, started once for a file; what they show is seen in the browser. */
export function embedded(browser: () => Browser) {
  let engine: Engine;
  let api: Api;
  let site: Site;
  let stranger: Site;
  const lines: string[] = [];

  beforeAll(async () => {
    site = await startSite(() => engine.url);
    stranger = await startSite(() => engine.url);
    engine = await startEngine({
      ...{ config: only(whole, ['webhook']), port: 0, vendors: simulators, origins: [site.url] },
      warn: (line) => lines.push(line),
      line: (line) => lines.push(JSON.stringify(line)),
    });
    api = apiAt(engine.url);
  });

  afterAll(async () => {
    await api.close();
    await engine.stop();
    await Promise.all([site.close(0), stranger.close(0)]);
  });

  const open = async (address: string, options: BrowserContextOptions = {}): Promise<Opened> => {
    const page = await browser().newPage(options);
    onTestFinished(() => page.close());
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on('console', (one) => one.type() === 'error' && complaints.push(one.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(address);
    return { page, complaints, asked };
  };

  return {
    lines,
    open,
    heed: () => engine.url,
    site: () => site,
    stranger: () => stranger,
    tokenOf: (subject: string) => api.token({ subject }),
    /** What the call centre says of a person. */
    say: async (subject: string, choices: readonly object[]) => {
      const token = await api.token({ scope: 'preferences:write' });
      return api.post(`/v1/subjects/${subject}/changes`, { choices, evidence: heardByPhone() }, { token });
    },
    recordOf: async (subject: string) => {
      const token = await api.token({ scope: 'preferences:read' });
      return RecordAnswer.parse((await api.get(`/v1/subjects/${subject}`, token)).body);
    },
    /** Markup of the component on somebody's page. */
    component: async (subject: string, attributes = '') =>
      `<heed-preferences token="${await api.token({ subject })}" ${attributes}></heed-preferences>
      <script type="module" src="${engine.url}/heed-preferences.js"></script>`,
  };
}

const heardByPhone = () => ({
  ...{ source: 'call-centre', actor: { kind: 'subject' }, method: 'call', legalBasis: 'consent' },
  occurredAt: new Date().toISOString(),
  notice: { id: 'marketing', version: '4', language: 'en' },
});

export const toldOn = async (page: Page) => Told.parse(await page.evaluate('told'));
