import { parseArgs } from 'node:util';
import { ConfigError } from '../lib/config.ts';
import { simulators } from '../test/simulators/index.ts';
import { startEngine } from './engine.ts';
import { greeting } from './greeting.ts';

const HELP = `Heed on this machine.

  npm start -- [options]

  --port <n>     port of the API            (PORT, default 8787)
  --data <dir>   folder that keeps the data (HEED_DATA, default .heed)
  --memory       keep nothing
  --json         print one JSON line with all addresses instead of words
  --verbose      print the functions' log lines
  --help         this text

A destination whose secret is not set gets a simulator. Set one in <dir>/secrets.json under "destinations",
or for one run with HEED_SECRET_<ID>='{…}'.
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env['PORT'] ?? '8787' },
    data: { type: 'string', default: process.env['HEED_DATA'] ?? '.heed' },
    memory: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => console.error(line);

async function main(): Promise<void> {
  if (values.help) {
    console.log(HELP);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is not a port number.`);
  const { default: config } = await import('../heed.config.ts');
  const engine = await startEngine({
    config,
    port,
    vendors: simulators,
    warn: say,
    line: values.verbose ? (line) => console.log(JSON.stringify(line)) : () => undefined,
    ...(!values.memory && { data: values.data }),
  });
  console.log(values.json ? JSON.stringify({ url: engine.url, ...engine.endpoints }) : greeting(engine));
  stopOn(['SIGINT', 'SIGTERM'], async () => {
    say('Stopping: finishing what is under way …');
    const drained = await engine.stop();
    say(drained ? 'Stopped; every lane was empty.' : 'Stopped; what was left in the lanes is found again at the next start.');
  });
  engine.died.then(() => fail(new Error('The table engine ended by itself; start again: nothing acknowledged is lost.')));
}

/** The first signal stops in order; a second one at once. */
function stopOn(signals: readonly NodeJS.Signals[], stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      stop().then(() => process.exit(0), fail);
    });
  }
}

function fail(error: unknown): void {
  say(error instanceof ConfigError || error instanceof Error ? error.message : 'Heed could not start.');
  process.exit(1);
}

main().catch(fail);
