import * as z from 'zod';
import type { HeedConfig } from '../../lib/config.ts';
import { simulators } from '../../test/simulators/index.ts';
import { type Api, apiAt } from './api.ts';
import type { DemoOptions } from './options.ts';
import { type Vendor, vendorAt } from './vendors.ts';
import { dictionaries } from './words.ts';

/** An engine to play against, and the simulators behind it. */
export interface Stage {
  readonly url: string;
  readonly api: Api;
  readonly vendors: readonly Vendor[];
  readonly close: () => Promise<void>;
}

const USUAL = 'http://127.0.0.1:8787';

/** Finds the engine, or starts one in memory and says so. */
export async function findStage(
  { url, own }: DemoOptions,
  config: HeedConfig,
  say: (line: string) => void,
): Promise<Stage> {
  const there = own ? undefined : await endpointsAt(url ?? USUAL);
  if (there) return stageAt(url ?? USUAL, there, config);
  if (url !== undefined && !own) throw new Error(`No engine answers at ${url}; npm start gives one`);
  const { startEngine } = await import('../engine.ts');
  const engine = await startEngine({
    config,
    port: 0,
    vendors: simulators,
    warn: say,
    line: () => undefined,
  });
  say(`Started an engine in memory, for this demo alone: ${engine.url}`);
  const stage = stageAt(engine.url, engine.endpoints, config);
  const close = async (): Promise<void> => {
    await stage.close();
    await engine.stop();
  };
  return { ...stage, close };
}

const Endpoints = z.record(z.string(), z.url());
type Endpoints = z.output<typeof Endpoints>;

async function endpointsAt(url: string): Promise<Endpoints | undefined> {
  const api = apiAt(url);
  try {
    return Endpoints.parse((await api.get('/local/endpoints')).body);
  } catch {
    return undefined;
  } finally {
    await api.close();
  }
}

/** Invented people are nothing for a real vendor: without a simulator for every destination nothing is played. */
function stageAt(url: string, endpoints: Endpoints, config: HeedConfig): Stage {
  const known = dictionaries(config);
  const vendors = Object.entries(config.destinations)
    .filter(([, { enabled }]) => enabled)
    .map(([id]) => {
      const at = endpoints[id];
      const dictionary = known[id];
      if (at === undefined) throw new Error(`${id} is the real one: the demo only plays against simulators`);
      if (!dictionary) throw new Error(`The demo does not know what ${id} calls things`);
      return vendorAt({ id, url: at, dictionary });
    });
  const api = apiAt(url);
  const close = async (): Promise<void> => {
    await Promise.all([api, ...vendors].map((one) => one.close()));
  };
  return { url, api, vendors, close };
}
