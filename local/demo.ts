import './quiet.ts';
import { HELP, readDemoOptions } from './demo/options.ts';
import { run } from './demo/run.ts';
import { findStage } from './demo/stage.ts';
import { readConfig } from './read-config.ts';
import { fail } from './stopping.ts';

const say = (line: string): void => console.error(line);

async function main(): Promise<void> {
  const options = readDemoOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  const config = await readConfig();
  const stage = await findStage(options, config, say);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= Promise.all(stage.vendors.map((vendor) => vendor.heal())).then(stage.close);
    return closing;
  };
  process.once('SIGINT', () => void close().finally(() => process.exit(130)));
  const isWell = await run({ options, config, stage, say, stream: process.stderr });
  await close();
  process.exit(isWell ? 0 : 1);
}

main().catch(fail);
