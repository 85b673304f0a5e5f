import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { evidence } from '../../functions/evidence.ts';
import type { EvidenceApp } from '../../functions/evidence-app.ts';
import type { Call } from '../../functions/middleware/method.ts';
import config from '../../heed.config.ts';
import type { Signer } from '../../lib/audit-ports.ts';
import { checkpoint, LOCAL_CHECKPOINTS } from '../../lib/flow/checkpoint.ts';
import type { PackJob, PackJobs, PackNote } from '../../lib/flow/packs/job.ts';
import type { RightsCase } from '../../lib/flow/rights-case.ts';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import { memoryArchive } from '../../local/archive.ts';
import { type LocalPacks, packsInMemory } from '../../local/pack-files.ts';
import { localSigner, newSigningSecret } from '../../local/signing.ts';
import texts from '../../notices/texts.json' with { type: 'json' };
import { keysIn } from '../../verify/signature.mjs';
import { context, PUBLIC_URL, type Rig, type RigOptions, rig } from '../api/rig.ts';
import { checkpointsInMemory } from '../memory-checkpoints.ts';
import { said } from '../verify/judge.ts';

export interface PackRig {
  readonly on: Rig;
  readonly app: EvidenceApp & { readonly jobs: PackJobs };
  readonly files: LocalPacks;
  readonly cases: Map<string, RightsCase>;
  /** Puts what was recorded so far into checkpoints. */
  readonly prove: () => Promise<void>;
  /** One call of staff. */
  readonly ask: (route: string, request: Asked) => Promise<HttpResponse>;
  /** What the verifier that shares nothing with Heed says: `valid`, or what is not. */
  readonly judged: (pack: Uint8Array) => Promise<string>;
}

export interface Asked {
  readonly path?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly scope?: string;
}

const SECRET = newSigningSecret();

/** The routes of packs on everything in memory, with the shipped checkpoints under them. */
export function packRig(options: RigOptions = {}, signer: Signer = localSigner(SECRET)): PackRig {
  const on = rig(options);
  const parts = { archive: memoryArchive(), checkpoints: checkpointsInMemory(), signer };
  const begunAt = async () => undefined;
  const files = packsInMemory(on.clock);
  const cases = new Map<string, RightsCase>();
  const app = {
    ...{ ...on.store, ...parts, files, config, texts, clock: on.clock, tokens: on.tokens },
    ...{ catalogue: on.catalogue, destinations: options.destinations ?? [], register: [] },
    ...{ jobs: jobsInMemory(), newId: randomUUID, settles: 0, publicUrl: PUBLIC_URL },
    cases: { of: async (subject: string) => cases.get(subject) ?? { subject, revision: 0, holds: [] } },
    line: () => {},
  };
  const bus = { put: async (entries: readonly unknown[]) => entries.map(() => true) };
  const proving = checkpoint({ ...app, bus, begunAt }, { ...LOCAL_CHECKPOINTS, origin: 'heed' });
  const call = evidence(app);
  return {
    ...{ on, app, files, cases },
    prove: async () => {
      on.clock.advance(2_000);
      await proving();
    },
    ask: (route, asked) => asking(on, call, { route, ...asked }),
    judged: async (pack) => {
      const keys = new Map(keysIn(JSON.stringify({ keys: await signer.keys() }), 'keys'));
      return said(Buffer.from(pack), { keys });
    },
  };
}

async function asking(
  on: Rig,
  call: Call,
  { route, path, body, scope = 'audit:read' }: Asked & { readonly route: string },
): Promise<HttpResponse> {
  const token = await on.mint({ purpose: 'access', sub: 'staff', scope, sources: ['*'], person: 'bob' });
  const event: HttpEvent = {
    ...{ routeKey: route, rawPath: '/', rawQueryString: '', isBase64Encoded: false },
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(path && { pathParameters: path }),
    ...(body && { body: JSON.stringify(body) }),
  };
  return call(event, context);
}

export function jobsInMemory(): PackJobs & { readonly all: ReadonlyMap<string, PackJob> } {
  const all = new Map<string, PackJob>();
  const noted = new Map<string, PackNote>();
  return {
    all,
    add: async (job) => void all.set(job.id, job),
    read: async (id) => all.get(id),
    open: async () =>
      [...all.values()].filter(({ state }) => state === 'waiting' || state === 'running').map(({ id }) => id),
    save: async (job) => {
      if (all.get(job.id)?.revision !== job.revision - 1) return false;
      all.set(job.id, job);
      return true;
    },
    note: async ({ id }, part, note) => void noted.set(`${id} ${part}`, note),
    notes: async (id, parts) =>
      Array.from({ length: parts }, (_, i) => {
        const note = noted.get(`${id} ${i + 1}`);
        if (!note) throw new Error(`part ${i + 1} was not noted`);
        return note;
      }),
  };
}

/** The files of a pack by name, as any program that reads zips sees them; what ends in `.gz` unpacked under its own name. */
export function filesIn(pack: Uint8Array): ReadonlyMap<string, string> {
  const bytes = Buffer.from(pack);
  const files = new Map<string, string>();
  let at = bytes.readUInt32LE(bytes.length - 6);
  for (let left = bytes.readUInt16LE(bytes.length - 12); left > 0; left--) {
    const [size, length] = [bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28)];
    const name = bytes.toString('utf8', at + 46, at + 46 + length);
    const begin = bytes.readUInt32LE(at + 42) + 30 + length;
    const content = bytes.subarray(begin, begin + size);
    const open = name.endsWith('.gz') ? gunzipSync(content) : content;
    files.set(name.replace(/\.gz$/, ''), open.toString(name.endsWith('.bin') ? 'hex' : 'utf8'));
    at += 46 + length;
  }
  return files;
}

export const packIn = ({ statusCode, body }: HttpResponse): Buffer => {
  if (statusCode !== 200) throw new Error(`${statusCode}: ${body}`);
  return Buffer.from(body, 'base64');
};

export const MAKE = 'POST /v1/subjects/{subject}/evidence-packs';
export const ASK = 'POST /v1/evidence-packs';
export const WATCH = 'GET /v1/evidence-packs/{pack}';
