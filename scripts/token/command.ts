import { faultsOf } from '../../lib/http/faults.ts';
import { MintEntry, type Minted, mintFaults, mintLink, PAGELESS } from '../../lib/http/minting.ts';
import { readConfig } from '../../local/read-config.ts';
import { HELP, readTokenOptions, type TokenOptions } from './options.ts';
import { localSecret, stackSecret } from './signing.ts';

const LOCAL_URL = 'http://127.0.0.1:8787';

/** What the command prints; an error says in one line why there is no link. */
export async function tokenCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const options = readTokenOptions(args, env);
  return options.help ? HELP : written(await link(options), options);
}

async function link(options: TokenOptions): Promise<Minted> {
  const entry = entryOf(options);
  const { catalogue, preferenceCentre, publicUrl: declared } = await readConfig();
  if (!preferenceCentre) throw new Error(`In heed.config.ts ${PAGELESS}`);
  const [fault] = mintFaults([entry], { catalogue });
  if (fault) throw new Error(`${fault.message}: heed.config.ts declares none such`);
  const { stack, data } = options;
  const publicUrl = options.url ?? (stack === undefined ? LOCAL_URL : declared);
  if (publicUrl === undefined) throw new Error('Say with --url where people reach this stack');
  const secret = await (stack === undefined ? localSecret(data) : stackSecret(stack));
  return mintLink(entry, { secret, at: Date.now(), publicUrl });
}

/** What is asked for, checked as the API checks it. */
function entryOf({ wanted }: TokenOptions): MintEntry {
  if (String(wanted['subject']).includes('@'))
    throw new Error(
      'That looks like an e-mail address: a subject is an opaque id, such as a customer number',
    );
  const entry = MintEntry.safeParse(wanted);
  if (entry.success) return entry.data;
  const [first] = faultsOf(entry.error);
  throw new Error(first?.message ?? 'No such link can be made');
}

const written = (minted: Minted, { json }: TokenOptions): string => {
  if (json) return JSON.stringify(minted);
  const headers = Object.entries(minted.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  return headers.length === 0 ? minted.url : `${minted.url}\n\n${headers.join('\n')}`;
};
