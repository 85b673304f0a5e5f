import * as z from 'zod';
import { type HeedConfig, only } from '../../lib/config.ts';
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
  if (there) return stageAt(url ?? USUAL, there, { config, say });
  if (url !== undefined && !own) throw new Error(`No engine answers at ${url}; npm start gives one`);
  const { startEngine } = await import('../engine.ts');
  const known = Object.keys(dictionaries(config)).filter((id) => config.destinations[id]?.enabled);
  const some = only(config, known);
  const engine = await startEngine({
    config: some,
    port: 0,
    vendors: simulators,
    warn: say,
    line: () => undefined,
  });
  say(`Started an engine in memory, for this demo alone, with ${known.join(', ')}: ${engine.url}`);
  const stage = stageAt(engine.url, engine.endpoints, { config: some, say });
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

interface Playing {
  readonly config: HeedConfig;
  readonly say: (line: string) => void;
}

/**
 * Invented people are nothing for a real vendor: without a simulator for every destination nothing is played. All of
 * them are told; those whose words the demo knows are asked what they have.
 */
function stageAt(url: string, endpoints: Endpoints, { config, say }: Playing): Stage {
  const known = dictionaries(config);
  const enabled = Object.entries(config.destinations).flatMap(([id, one]) => (one.enabled ? [id] : []));
  for (const id of enabled)
    if (endpoints[id] === undefined)
      throw new Error(`${id} is the real one: the demo only plays against simulators`);
  const vendors = enabled.flatMap((id) => {
    const dictionary = known[id];
    return dictionary ? [vendorAt({ id, url: endpoints[id] ?? '', dictionary })] : [];
  });
  if (vendors.length < enabled.length)
    say(
      `${enabled.length} destinations are told; compared with the record: ${vendors.map(({ id }) => id).join(', ')}`,
    );
  const api = apiAt(url);
  const close = async (): Promise<void> => {
    await Promise.all([api, ...vendors].map((one) => one.close()));
  };
  return { url, api, vendors, close };
}
