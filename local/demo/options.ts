import { parseArgs } from 'node:util';

export const HELP = `A day of Heed, played against a running engine.

  npm run demo -- [options]

  --url <url>       the engine to play against (default http://127.0.0.1:8787; if nothing
                    runs there, one is started in memory for as long as the demo lasts)
  --own             start one in memory in any case
  --people <n>      how many people              (default 2000)
  --seed <n>        another seed, another day    (default 1)
  --down <seconds>  how long one destination is down (default 60)
  --quick           60 people, down for 2 seconds
  --help            this text

It ends with what was sent, what each destination has, and whether they agree with the
record, person by person; with code 1 if they do not. It takes about two minutes, because
one destination is down for one, and retries come at growing intervals.
`;

export interface DemoOptions {
  /** Undefined: the usual place, and one of its own if nothing runs there. */
  readonly url: string | undefined;
  readonly own: boolean;
  readonly people: number;
  readonly seed: number;
  /** Seconds. */
  readonly down: number;
  readonly help: boolean;
}

/** Reads the command line; throws an error that says in one line what is wrong with it. */
export function readDemoOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      own: { type: 'boolean', default: false },
      people: { type: 'string' },
      seed: { type: 'string', default: '1' },
      down: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { url, own, quick, help } = values;
  return {
    url,
    own,
    help,
    people: whole('people', values.people ?? (quick ? '60' : '2000'), 1),
    seed: whole('seed', values.seed, 0),
    down: whole('down', values.down ?? (quick ? '2' : '60'), 0),
  };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d{1,7}$/.test(text) || value < least)
    throw new Error(`--${name} ${text} is not a number of that kind`);
  return value;
}
