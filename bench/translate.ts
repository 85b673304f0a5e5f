import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, bundlesFor } from '../cdk/bundles.ts';
import { functions } from '../functions/registry.ts';
import config from '../heed.config.ts';
import { destinations } from '../lib/destinations/index.ts';
import type { Lane } from '../lib/flow/lane.ts';
import { lanesOf } from '../lib/flow/lanes.ts';
import { signedJwt } from '../lib/http/assertion.ts';
import type { KeyPair } from '../lib/http/login.ts';
import { chosen, proofOf } from '../lib/http/proof.ts';
import { type Heard, heardFrom, play } from './heard.ts';
import { ownBytes, partsOf } from './own-bytes.ts';
import { atMost, type Report } from './report.ts';
import { median, type Pace } from './rounds.ts';

/** What a destination makes of a delivery and of the replies to it, without any request between. */
interface Translated {
  readonly destination: string;
  readonly requests: number;
  /** Median and least time of a delivery over the rounds, µs. */
  readonly median: number;
  readonly least: number;
  /** Allocated for a delivery, bytes. */
  readonly bytes: number;
  /** What its lane's function holds beyond what every lane's does, bytes. */
  readonly bundle: number;
  /** Median time of proving one request, µs; missing where it is proved by something that is kept. */
  readonly proof: number | undefined;
}

/** Every enabled destination with the configuration that ships; its simulator said once what the vendor replies. */
export async function benchTranslate({ rounds }: Pace): Promise<Report> {
  const lanes = lanesOf(config, destinations);
  const bundles = bundleSizes(lanes);
  const measured: Translated[] = [];
  for (const [i, lane] of lanes.entries()) {
    const heard = await heardFrom(lane);
    const proof = await proofTime(lane, heard, rounds);
    measured.push({ ...measure(lane, heard, rounds), bundle: bundles[i] ?? Number.NaN, proof });
  }
  const by = (key: 'median' | 'bytes' | 'bundle') =>
    Object.fromEntries(measured.map((one) => [one.destination, one[key]]));
  return {
    tables: [
      {
        title: 'Translate and interpret: a delivery of a grant and a withdrawal',
        rows: measured.map(rowOf),
      },
    ],
    aims: [
      atMost('translate and interpret in 10 µs', 10, by('median')),
      atMost('translate and interpret in 4,000 bytes', 4_000, by('bytes')),
      atMost('40,000 bytes of bundle beyond the shared part', 40_000, by('bundle')),
    ],
  };
}

const rowOf = ({ destination, requests, median, least, bytes, bundle, proof }: Translated) => ({
  ...{ destination, requests, 'a second': 1e6 / median, 'p50, µs': median, 'least, µs': least },
  ...{ 'bytes allocated': bytes, 'own bundle, kB': bundle / 1024 },
  'signing a request, p50, µs': proof ?? '–',
});

function bundleSizes(lanes: readonly Lane[]): readonly number[] {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const workers = bundlesFor(functions, lanes).filter(({ name }) => name === 'deliver');
  const metafile = bundle(workers, { lanes, folder, write: false });
  rmSync(folder, { recursive: true });
  return ownBytes(workers.map((worker) => partsOf(metafile, folder, worker)));
}

const OPERATIONS = 2_000;

function measure({ destination }: Lane, heard: Heard, rounds: number) {
  const times: number[] = [];
  const sizes: number[] = [];
  for (let round = 0; round < rounds * 5; round++) {
    global.gc?.();
    const heap = process.memoryUsage().heapUsed;
    const begun = performance.now();
    for (let i = 0; i < OPERATIONS; i++) play(destination, heard);
    times.push(((performance.now() - begun) / OPERATIONS) * 1e3);
    sizes.push((process.memoryUsage().heapUsed - heap) / OPERATIONS);
  }
  const requests = play(destination, heard);
  if (requests !== heard.replies.length) throw new Error(`${destination.id} asks for less than it did`);
  const warm = times.slice(rounds);
  return {
    ...{ destination: destination.id, requests },
    ...{ least: Math.min(...warm), median: median(warm), bytes: median(sizes.slice(rounds)) },
  };
}

/** Ways of proving oneself that rest on the request itself, or are made anew for each. */
const SIGNING: readonly string[] = ['signed', 'key-pair-jwt', 'sigv4'];

const SIGNATURES = 200;

async function proofTime(
  { destination, settings }: Lane,
  { requests, secret }: Heard,
  rounds: number,
): Promise<number | undefined> {
  const auth = chosen(destination.auth, secret);
  const [request] = requests;
  if (!SIGNING.includes(auth.kind) || !request) return undefined;
  const url = new URL(request.path, destination.endpoint(settings, secret));
  const body = typeof request.body === 'string' ? request.body : JSON.stringify(request.body);
  const unproved = { method: request.method, url, headers: request.headers ?? {}, body, id: 'person-1:1' };
  const ports = {
    ...{ secret, settings, now: Date.now(), nonce: '0'.repeat(32), credentials: () => undefined },
    login: () => Promise.reject(new Error('nobody logs in to sign')),
    /** A lane keeps such a token until shortly before its end; this is what a new one costs. */
    sign: (pair: KeyPair) => ({ token: signedJwt(pair.assertion(secret, settings), Date.now()) }),
  };
  const times: number[] = [];
  for (let round = 0; round < rounds * 2; round++) {
    const begun = performance.now();
    for (let i = 0; i < SIGNATURES; i++) await proofOf(auth, unproved, ports);
    times.push(((performance.now() - begun) / SIGNATURES) * 1e3);
  }
  return median(times.slice(rounds));
}
