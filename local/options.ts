import { parseArgs } from 'node:util';
import { isOrigin } from '../lib/domain/origin.ts';

export const HELP = `Heed on this machine.

  npm start -- [options]

  --port <n>     port of the API            (PORT, default 8787; 0 takes a free one)
  --data <dir>   folder that keeps the data (HEED_DATA, default .heed)
  --memory       keep nothing
  --origin <url> pages of this origin may call the API too, as those of heed.config.ts may; may be repeated
  --public <url> origin at which people and vendors reach it, where that is a tunnel or a proxy (HEED_PUBLIC_URL)
  --no-sample    record no sample person, whose page can be opened at once
  --json         print one JSON line with all addresses instead of words
  --verbose      print all log lines of the functions to standard error, not errors alone
  --help         this text

A destination whose secret is not set gets a simulator. Set one in <dir>/secrets.json under "destinations",
or for one run with HEED_SECRET_<ID>='{…}'. HEED_DESTINATIONS=<id>,<id> starts some destinations of heed.config.ts and
leaves the others out.
`;

export interface Options {
  readonly port: number;
  /** Undefined: in memory. */
  readonly data: string | undefined;
  /** Besides those of the configuration. */
  readonly origins: readonly string[];
  /** Undefined: where it listens. */
  readonly publicUrl: string | undefined;
  /** A sample person is wanted. */
  readonly sample: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

/** A variable that is set to nothing counts as not set. */
const set = (value: string | undefined, otherwise: string): string =>
  value === undefined || value === '' ? otherwise : value;

/** Reads the command line; throws an error that says in one line what is wrong with it. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: set(env['PORT'], '8787') },
      data: { type: 'string', default: set(env['HEED_DATA'], '.heed') },
      memory: { type: 'boolean', default: false },
      origin: { type: 'string', multiple: true, default: [] },
      public: { type: 'string', default: set(env['HEED_PUBLIC_URL'], '') },
      'no-sample': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { memory, data, json, verbose, help } = values;
  return {
    port: portIn(values.port),
    data: memory ? undefined : data,
    origins: values.origin.map(originIn),
    publicUrl: values.public === '' ? undefined : originIn(values.public),
    sample: !values['no-sample'],
    ...{ json, verbose, help },
  };
}

function originIn(text: string): string {
  if (!isOrigin(text)) throw new Error(`${text} is not an origin such as http://localhost:3000`);
  return text;
}

export function portIn(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${text} is not a port number`);
  return port;
}
