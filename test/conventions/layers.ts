import type { Import } from './tree.ts';

/** What a layer may import: packages by name, layers by their folder; `types`: only their types. */
interface Layer {
  readonly path: RegExp;
  readonly may: readonly RegExp[];
  readonly types?: readonly RegExp[];
}

const domain = /^lib\/domain\//;
const destinations = /^lib\/destinations\//;
const flow = /^lib\/flow\//;
const ports = /^lib\/((audit|record|vendor)-)?ports\.ts$/;
const config = /^(lib\/config\.ts|lib\/config\/.*|heed\.config\.ts)$/;
const page = /^lib\/page\//;
const browser = /^browser\/build\.ts$/;
const zod = /^zod$/;
const crypto = /^node:crypto$/;
const lambdaTypes = /^aws-lambda$/;

/** design of the house: who may know whom. The first layer that matches a file rules it. */
export const layers: Readonly<Record<string, Layer>> = {
  'lib/domain': { path: domain, may: [domain, zod, crypto, /^canonicalize$/, /^libphonenumber-js\/min$/] },
  'lib/destinations': { path: destinations, may: [destinations, domain, zod, crypto] },
  'lib/flow': {
    path: flow,
    may: [flow, domain, config, zod, crypto, /^node:zlib$/],
    types: [destinations, ports],
  },
  'lib/aws': {
    path: /^lib\/aws\//,
    may: [/^lib\/aws\//, domain, zod, crypto, /^node:timers\/promises$/, /^@aws-sdk\//],
    types: [ports, flow, lambdaTypes],
  },
  'lib/http': {
    path: /^lib\/http\//,
    may: [
      ...[/^lib\/http\//, domain, zod, crypto, /^undici(\/|$)/, /^jose$/, /^@smithy\/signature-v4$/],
      ...[/^@iabtechlabtcf\/core$/, /^@iabgpp\/cmpapi$/],
    ],
    types: [ports, destinations],
  },
  /** What people see: models and markup, in their languages. It knows no store and no request. */
  'lib/page': {
    path: page,
    may: [page, domain, config, zod, crypto, /^hono\/html$/, /^negotiator$/, /^notices\/texts\.json$/],
    types: [ports, flow],
  },
  /** Puts a few words of the catalogues into what browsers load. */
  'browser/build': {
    path: browser,
    may: [browser, page, domain, /^esbuild$/, /^node:/],
    types: [/^browser\//],
  },
  /** The auditors' console signs staff in at their issuer; nothing that a customer loads does. It has its words from where the pack has them. */
  'browser/audit': {
    path: /^browser\/audit\//,
    may: [/^browser\//, /^lit(\/|$)/, /^oauth4webapi$/, /^lib\/page\/staff-(words|reasons)\.ts$/],
    types: [page],
  },
  browser: { path: /^browser\//, may: [/^browser\//, /^lit(\/|$)/], types: [page] },
  lib: {
    path: /^lib\/(config\/)?[^/]+\.ts$/,
    may: [domain, /^lib\/config\//, zod],
    types: [destinations, ports],
  },
  /** What a company declares, in parts: data, put together by `heed.config.ts` alone. */
  config: { path: /^config\//, may: [/^config\//], types: [/^lib\/config\.ts$/] },
  'heed.config.ts': {
    path: /^heed\.config\.ts$/,
    may: [/^config\//, /^lib\/config\.ts$/, /^notices\/digests\.json$/],
  },
  functions: {
    path: /^functions\//,
    may: [
      /^functions\//,
      /^lib\//,
      /^notices\/texts\.json$/,
      config,
      zod,
      /^@middy\/core$/,
      /^node:(crypto|fs|module|zlib)$/,
    ],
    types: [lambdaTypes],
  },
  /** The stand-alone verifier: whoever doubts Heed runs it, so it has no line in common with it, and needs nothing but Node. */
  verify: {
    path: /^verify\//,
    may: [/^verify\//, /^node:(buffer|crypto|fs|path|stream|util|zlib)$/],
  },
  cdk: {
    path: /^cdk\//,
    may: [
      /^cdk\//,
      /^lib\//,
      /^functions\/registry\.ts$/,
      browser,
      config,
      /^aws-cdk-lib/,
      /^constructs$/,
      /^cdk-nag$/,
      /^esbuild$/,
      /^node:/,
    ],
  },
  local: {
    path: /^local\//,
    may: [
      /^local\//,
      /^lib\//,
      /^functions\//,
      browser,
      config,
      zod,
      /^node:/,
      /^@aws-sdk\//,
      /^fauxqs$/,
      /^libsql$/,
      /^cli-progress$/,
      /^undici$/,
      /^test\/simulators\//,
      /^notices\/texts\.json$/,
    ],
    types: [lambdaTypes],
  },
};

/** Imports that their layer does not allow, as sentences. */
export function violations(imports: readonly Import[]): readonly string[] {
  return imports.flatMap((one) => {
    const [name, layer] = Object.entries(layers).find(([, { path }]) => path.test(one.from)) ?? [];
    if (!layer || allows(layer, one)) return [];
    return [`${one.from} imports ${one.of}, which ${name} may not`];
  });
}

const allows = ({ may, types = [] }: Layer, { of, typeOnly }: Import): boolean =>
  may.some((pattern) => pattern.test(of)) || (typeOnly && types.some((pattern) => pattern.test(of)));
