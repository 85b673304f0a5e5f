import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { buildBrowser } from '../browser/build.ts';
import { type FunctionSpec, servesOneLane } from '../functions/registry.ts';
import type { Lane } from '../lib/flow/lane.ts';
import { factsOf } from '../lib/flow/lanes.ts';
import { pollEvery } from '../lib/flow/poll.ts';
import { bundling } from './bundling.ts';

/** The repository, where npm runs its scripts. */
const root = process.cwd();

/** A function; where it serves one lane, of which destination. */
export interface Bundle extends Pick<FunctionSpec, 'name' | 'given'> {
  readonly destination?: string;
}

/** Every function that is deployed for these lanes. */
export const bundlesFor = (functions: readonly FunctionSpec[], lanes: readonly Lane[]): readonly Bundle[] =>
  functions.flatMap((spec): readonly Bundle[] => {
    if (!servesOneLane(spec)) return [spec];
    const served = lanes.filter((lane) => spec.trigger.kind !== 'poller' || isPolled(lane));
    return served.map(({ destination }) => ({ name: spec.name, destination: destination.id }));
  });

/** The folder of a function's bundle: `index.js`, which exports `handler`, and its source map. */
export const folderOf = ({ name, destination }: Bundle): string =>
  destination === undefined ? name : join('lanes', destination, name);

export interface Bundling {
  readonly lanes: readonly Lane[];
  readonly folder: string;
  /** Not, where only what would be in them is of interest. */
  readonly write?: boolean;
}

/** Bundles functions into a folder, all in one run of esbuild, which reads each source once; gives what is in them. */
export function bundle(bundles: readonly Bundle[], { lanes, folder, write = true }: Bundling): Metafile {
  const entryPoints = Object.fromEntries(
    bundles.map((one) => [join(folderOf(one), 'index'), entryOf(one, { lanes, folder })]),
  );
  const { mainFields, alias, define, ...options } = bundling;
  const built = buildSync({
    ...options,
    ...{ mainFields: [...mainFields], alias: { ...alias }, define: { ...define } },
    ...{ bundle: true, platform: 'node', sourcemap: write, sourcesContent: false, logLevel: 'error' },
    ...{ absWorkingDir: root, outdir: folder, entryPoints, write, metafile: true },
  });
  return built.metafile;
}

/** Names a file from the one that is being written. */
type From = (path: string) => string;

/**
 * The file that a bundle starts from. Where a function is given lanes, that is a file written here, which says of them
 * what the function has to know and imports the code of no other destination.
 */
function entryOf(of: Bundle, { lanes, folder }: Bundling): string {
  const own = `functions/${of.name}.ts`;
  if (of.destination === undefined && of.given === undefined) return own;
  const file = join(folder, 'entries', of.destination ?? '', `${of.name}.ts`);
  const from: From = (path) => relative(dirname(file), join(root, path));
  mkdirSync(dirname(file), { recursive: true });
  const lines = linesFor(of, lanes, from);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

function linesFor(of: Bundle, lanes: readonly Lane[], from: From): readonly string[] {
  if (of.destination !== undefined) return forLane(of, lanes, from);
  if (of.given === 'assets') return withBuilt(of, buildBrowser().files, from);
  if (of.given === 'asset-names') return withBuilt(of, buildBrowser().names, from);
  if (of.given === 'console-names') return withBuilt(of, buildBrowser().console, from);
  return withLanes(of, lanes, from);
}

const withBuilt = ({ name }: Bundle, built: object, from: From): readonly string[] => [
  `import { handlerWith } from '${from(`functions/${name}.ts`)}';`,
  `export const handler = handlerWith(${JSON.stringify(built)});`,
];

function forLane({ name, destination }: Bundle, lanes: readonly Lane[], from: From): readonly string[] {
  const lane = lanes.find((one) => one.destination.id === destination);
  if (!lane) throw new Error(`there is no lane of ${destination}`);
  const own = exportOf(lane);
  return [
    `import { handlerFor } from '${from(`functions/${name}.ts`)}';`,
    `import { ${own} } from '${from(fileOf(lane))}';`,
    `export const handler = handlerFor({ ...${JSON.stringify(factsOf(lane))}, destination: ${own} });`,
  ];
}

function withLanes({ name, given }: Bundle, lanes: readonly Lane[], from: From): readonly string[] {
  const receiving = given === 'receivers' ? lanes.filter(({ destination }) => destination.receive) : [];
  const receivers = receiving.map(
    (lane) =>
      `  '${lane.destination.id}': () => import("${from(fileOf(lane))}").then((file) => file.${exportOf(lane)}),`,
  );
  return [
    `import { handlerWith } from '${from(`functions/${name}.ts`)}';`,
    `export const handler = handlerWith(${JSON.stringify(lanes.map(factsOf))}, {`,
    ...receivers,
    '});',
  ];
}

const isPolled = (lane: Lane): boolean => pollEvery(lane, Date.now()) !== undefined;

const fileOf = ({ destination }: Lane): string => `lib/destinations/${destination.id}.ts`;

/** What a destination's file calls it: `acme-mail` is `acmeMail`. */
const exportOf = ({ destination: { id } }: Lane): string =>
  id.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
