import * as z from 'zod';
import config from '../heed.config.ts';
import { CurrentAnswer } from '../lib/http/delivery-schemas.ts';
import { type Api, apiAt } from '../local/demo/api.ts';
import { startEngine } from '../local/engine.ts';
import { pause } from '../local/pause.ts';
import { SAMPLE, samplePage } from '../local/sample.ts';
import { simulators } from '../test/simulators/index.ts';
import { atMost, type Report } from './report.ts';
import { median, type Pace } from './rounds.ts';

/** What is promised: from the tap to the last vendor, ms. */
const PROMISED = 2_000;

/** A tap on the sample person's page, with every destination enabled: how long until all of them have it. */
export async function benchTap({ rounds }: Pace): Promise<Report> {
  const warn = (line: string): void => console.error(line);
  const engine = await startEngine({ config, port: 0, vendors: simulators, warn, line: () => undefined });
  const link = await samplePage(engine, { config });
  if (link === undefined) throw new Error('there is no sample person');
  const api = apiAt(engine.url);
  const audit = await api.token({ scope: 'audit:read' });
  const own = link.slice(link.lastIndexOf('/') + 1);
  await settled(api, audit);
  const stops: Tap[] = [];
  const switches: Tap[] = [];
  for (let round = 0; round < rounds; round++) {
    stops.push(await tap(api, { audit, own }, STOP));
    switches.push(await tap(api, { audit, own }, SWITCH));
  }
  await api.close();
  await engine.stop();
  const destinations = engine.app.laneList.filter(({ destination }) => destination.kind !== 'watch').length;
  const row = (what: string, taps: readonly Tap[]) => ({
    ...{ what, destinations, taps: taps.length, 'p50, ms': p50(taps) },
    'slowest, ms': Math.max(...taps.map(({ ms }) => ms)),
    'processor p50, ms': median(taps.map(({ processor }) => processor)),
  });
  return {
    tables: [
      {
        title: 'From the tap until the last destination has it and Heed knows',
        rows: [row('one topic switched on', switches), row('everything stopped', stops)],
      },
    ],
    aims: [
      atMost('a tap reaches every destination within 2,000 ms (p50)', PROMISED, {
        'one topic switched on': p50(switches),
        'everything stopped': p50(stops),
      }),
    ],
  };
}

/** How long one tap took, and how long this process had a processor for it. */
interface Tap {
  readonly ms: number;
  readonly processor: number;
}

const p50 = (taps: readonly Tap[]): number => median(taps.map(({ ms }) => ms));

const SWITCH = { controls: [{ topic: 'acme/newsletter', channel: 'email', on: true }] };
const STOP = { controls: [], stop: '*' };

interface Tokens {
  readonly audit: string;
  readonly own: string;
}

const Page = z.object({ version: z.number(), notice: z.record(z.string(), z.string()) });
const Saved = z.object({ outcome: z.literal('saved') });

/** Does what the page's script does, and waits. */
async function tap(api: Api, { audit, own }: Tokens, what: object): Promise<Tap> {
  const { version, notice } = Page.parse((await api.get('/v1/preferences', own)).body);
  const { id, version: edition, language } = notice;
  const change = { version, preferences: [], notice: { id, version: edition, language }, ...what };
  const begun = performance.now();
  const before = process.cpuUsage();
  Saved.parse((await api.post('/v1/preferences', change, { token: own })).body);
  await settled(api, audit);
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - begun, processor: (user + system) / 1000 };
}

/** Looks often enough to be exact, and seldom enough not to be what is measured, ms. */
const LOOK_EVERY = 25;

async function settled(api: Api, audit: string): Promise<void> {
  const at = `/v1/subjects/${SAMPLE}/deliveries`;
  for (;;) {
    const { version, deliveries } = CurrentAnswer.parse((await api.get(at, audit)).body);
    if (deliveries.every((one) => one.outcome === 'delivered' && one.version === version && !one.behind))
      return;
    await pause(LOOK_EVERY);
  }
}
