import { parseArgs } from 'node:util';
import { isOrigin } from '../../lib/domain/origin.ts';

export const HELP = `A link for one person: to her preferences, or to leave one list.

  npm run token -- <subject> [options]

  --topic <topic>      with --channel: a link that stops this one list, and the two headers
  --channel <channel>  of the message it goes into
  --mailto <address>   mailto address that stands beside the link in List-Unsubscribe
  --days <n>           how long it works (90 days; 400 where it stops a list)
  --data <dir>         folder of the engine it is for (HEED_DATA, default .heed)
  --stack <name>       for a stack on AWS instead: signs with its secret <name>/tokens
  --url <url>          where people reach that Heed (default http://127.0.0.1:8787; with --stack,
                       publicUrl of heed.config.ts)
  --json               print one JSON line: the token, the link, until when, the headers
  --help               this text

Whoever has the link may use it: a link to preferences shows and changes them.
`;

export interface TokenOptions {
  /** As an entry of `POST /v1/tokens`, not checked yet. */
  readonly wanted: Readonly<Record<string, unknown>>;
  readonly data: string;
  readonly stack: string | undefined;
  readonly url: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/** Reads the command line; throws an error that says in one line what is wrong with it. */
export function readTokenOptions(args: readonly string[], env: NodeJS.ProcessEnv): TokenOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      topic: { type: 'string' },
      channel: { type: 'string' },
      mailto: { type: 'string' },
      days: { type: 'string' },
      data: { type: 'string', default: env['HEED_DATA'] || '.heed' },
      stack: { type: 'string' },
      url: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { data, stack, url, json, help, ...wanted } = values;
  const [subject, ...more] = positionals;
  if (!help && (subject === undefined || more.length > 0))
    throw new Error('Name one subject; --help says how');
  if (url !== undefined && !isOrigin(url))
    throw new Error(`${url} is not an origin such as https://preferences.acme.example`);
  return { wanted: wantedOf({ ...wanted, subject }), data, stack, url, json, help };
}

interface Wanted {
  readonly subject?: string | undefined;
  readonly topic?: string | undefined;
  readonly channel?: string | undefined;
  readonly mailto?: string | undefined;
  readonly days?: string | undefined;
}

function wantedOf({ subject, topic, channel, mailto, days }: Wanted): TokenOptions['wanted'] {
  if ((topic === undefined) !== (channel === undefined))
    throw new Error('--topic and --channel go together: a link stops one topic on one channel');
  if (mailto !== undefined && topic === undefined)
    throw new Error('--mailto stands in the headers of a link that stops a list: name --topic and --channel');
  if (days !== undefined && !/^\d{1,5}$/.test(days))
    throw new Error(`--days ${days} is not a number of days`);
  const purpose = topic === undefined ? 'preferences' : 'unsubscribe';
  const list = topic === undefined ? {} : { topic, channel };
  return {
    ...{ subject, purpose, ...list },
    ...(mailto !== undefined && { mailto }),
    ...(days !== undefined && { lifeDays: Number(days) }),
  };
}
