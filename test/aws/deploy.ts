import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as z from 'zod';

/** Resource types that MiniStack lacks, and what the scenario loses without them. All else goes there unchanged. */
export const LACKING: Readonly<Record<string, string>> = {
  'AWS::Events::Archive': 'MiniStack 1.5.33 does not know it; nothing in the scenario replays an archive.',
};

/** A condition of policies that MiniStack cannot compare, so that it would deny what AWS allows. */
const UNKNOWN_CONDITION = {
  name: 'kms:SigningAlgorithm',
  why: 'MiniStack 1.5.33 knows no condition keys of KMS; the key signs with one algorithm anyway.',
};

const Template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});
const Assets = z.looseObject({
  files: z.record(
    z.string(),
    z.looseObject({ source: z.looseObject({ path: z.string(), packaging: z.string() }) }),
  ),
});
const Outputs = z.record(z.string(), z.record(z.string(), z.string()));

export interface Deployed {
  /** Where the API is. An emulator's is a virtual host of its endpoint. */
  readonly apiUrl: string;
  readonly tokenSecret: string;
  readonly secretPrefix: string;
  readonly busName: string;
  /** Names of the functions that run by schedule or by hand. */
  readonly reconcile: string;
  readonly replay: string;
  readonly index: string;
  readonly checkpoint: string;
  readonly erasures: string;
}

/** What `cdk/app.ts` calls the stack for trials: it never touches a real one. */
const STACK = 'HeedTrial';

const CDK = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');

/** A command that is quiet unless it fails. */
const run = async (command: string, args: readonly string[]): Promise<void> => {
  const env = { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' };
  const child = spawn(command, [...args, '--no-notices'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} failed:\n${Buffer.concat(said).toString().slice(-4000)}`);
};

const cdk = (args: readonly string[]): Promise<void> => run(process.execPath, [CDK, ...args]);

/** The very command that deploys to an account. */
const npmRunDeploy = (args: readonly string[]): Promise<void> => run('npm', ['run', 'deploy', '--', ...args]);

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

/** A statement without the condition that is unknown there. */
const withoutCondition = (key: string, value: unknown): unknown =>
  key === 'Condition' && JSON.stringify(value)?.includes(UNKNOWN_CONDITION.name) ? undefined : value;

/** Takes out of one template what is lacking there; what went. */
const reduce = async (path: string): Promise<readonly string[]> => {
  const template = Template.parse(await readJson(path));
  const whole = JSON.stringify(template);
  const gone = Object.entries(template.Resources).filter(([, { Type }]) => Type in LACKING);
  for (const [id] of gone) delete template.Resources[id];
  const text = JSON.stringify(template, withoutCondition);
  if (text === whole) return [];
  const left = gone.find(([id]) => text.includes(`"${id}"`));
  if (left !== undefined) throw new Error(`${left[0]} is lacking there, and something else depends on it`);
  await writeFile(path, text);
  const { name, why } = UNKNOWN_CONDITION;
  return [
    ...gone.map(([id, { Type }]) => `${id} (${Type}): ${LACKING[Type]}`),
    ...(whole.includes(name) ? [`the condition ${name}: ${why}`] : []),
  ];
};

/** A template is published under its digest: after a change it must go by its new one, wherever it is named. */
const rename = async (assembly: string, oldName: string, path: string): Promise<void> => {
  const newName = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  for (const name of (await readdir(assembly)).filter((each) => each.endsWith('.json'))) {
    const file = join(assembly, name);
    const text = await readFile(file, 'utf8');
    if (text.includes(oldName)) await writeFile(file, text.replaceAll(oldName, newName));
  }
};

/** Takes out of an assembly what MiniStack lacks. Nested templates come first: their names stand in their parents'. */
const withoutLacking = async (assembly: string): Promise<readonly string[]> => {
  const { files } = Assets.parse(await readJson(join(assembly, `${STACK}.assets.json`)));
  const templates = Object.entries(files)
    .filter(([, { source }]) => source.path.endsWith('.template.json'))
    .toSorted(
      ([, a], [, b]) =>
        Number(b.source.path.includes('.nested.')) - Number(a.source.path.includes('.nested.')),
    );
  const gone: string[] = [];
  for (const [name, { source }] of templates) {
    const path = join(assembly, source.path);
    gone.push(...(await reduce(path)));
    await rename(assembly, name, path);
  }
  return gone;
};

const isMiniStack = async (endpoint: string): Promise<boolean> =>
  (await fetch(`${endpoint}/_ministack/health`).catch(() => undefined))?.ok ?? false;

/** MiniStack cannot update a stack inside a stack: an earlier deployment makes room. */
const makeRoom = async (assembly: string): Promise<void> => {
  await cdk(['destroy', '--app', assembly, '--force']);
};

/** Deploys the stack to an endpoint, its tables deletable, and tells where things are. `assembly` is an empty folder. */
export const deploy = async (endpoint: string, assembly: string): Promise<Deployed> => {
  await cdk(['synth', '--quiet', '--context', 'heed:ephemeral=true', '--output', assembly]);
  const emulated = await isMiniStack(endpoint);
  const gone = emulated ? await withoutLacking(assembly) : [];
  for (const each of gone) console.log(`not deployed: ${each}`);
  await cdk(['bootstrap', '--app', assembly]);
  if (emulated) await makeRoom(assembly);
  const outputs = join(assembly, 'outputs.json');
  await npmRunDeploy(['--app', assembly, '--outputs-file', outputs]);
  const told = Outputs.parse(await readJson(outputs))[STACK];
  return {
    apiUrl: out(told, 'ApiUrl'),
    tokenSecret: out(told, 'TokenSecret'),
    secretPrefix: out(told, 'SecretPrefix'),
    busName: out(told, 'BusName'),
    reconcile: out(told, 'Functionreconcile'),
    replay: out(told, 'Functionreplay'),
    index: out(told, 'Functionindex'),
    checkpoint: out(told, 'Functioncheckpoint'),
    erasures: out(told, 'Functionerasures'),
  };
};

const out = (outputs: Readonly<Record<string, string>> | undefined, name: string): string => {
  const value = outputs?.[name];
  if (value === undefined) throw new Error(`The stack has no output ${name}`);
  return value;
};
