import './quiet.ts';
import { namedDestinations } from '../lib/config.ts';
import { simulators } from '../test/simulators/index.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { readConfig } from './read-config.ts';
import { fail, stopOn } from './stopping.ts';

const say = (line: string): void => console.error(line);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) console.log(HELP);
  else await run(options);
}

/** What depends on the configuration is imported once that is known to be sound. */
async function run({ port, data, origins, publicUrl, sample, json, verbose }: Options): Promise<void> {
  const config = await readConfig();
  const named = namedDestinations();
  if (named.length > 0)
    say(`HEED_DESTINATIONS is set: ${named.join(', ')} will be told, and no other destination.`);
  const { startEngine } = await import('./engine.ts');
  const { greeting } = await import('./greeting.ts');
  const { samplePage } = await import('./sample.ts');
  const engine = await startEngine({
    config,
    port,
    origins,
    vendors: simulators,
    warn: say,
    line: (line) => (verbose || line['level'] === 'error') && say(JSON.stringify(line)),
    ...(data !== undefined && { data }),
    ...(publicUrl !== undefined && { publicUrl }),
  });
  stopOn(['SIGINT', 'SIGTERM'], async () => {
    say('Stopping: finishing what is under way …');
    say((await engine.stop()) ? DRAINED : LEFT);
  });
  const preferences = sample ? await samplePage(engine, { config, publicUrl }) : undefined;
  const addresses = {
    url: engine.url,
    ...engine.endpoints,
    ...(preferences !== undefined && { preferences }),
  };
  console.log(json ? JSON.stringify(addresses) : greeting(engine, preferences));
  await engine.died;
  throw new Error('The table engine ended by itself; start again: nothing acknowledged is lost.');
}

const DRAINED = 'Stopped; every lane was empty.';
const LEFT = 'Stopped; what was left in the lanes is found again at the next start.';

main().catch(fail);
