import type { Archive, Signer } from '../lib/audit-ports.ts';
import type { RightsCase, RightsCases } from '../lib/flow/rights-case.ts';
import type { Bus, BusEntry } from '../lib/ports.ts';
import type { Memory } from './memory.ts';
import { suppressIn } from './memory-suppressions.ts';

export interface RightsInMemory {
  readonly cases: RightsCases;
  readonly archive: Archive;
  /** Its signature is another each time, as ECDSA's is, and proves nothing. */
  readonly signer: Pick<Signer, 'sign'>;
  readonly bus: Bus;
  readonly files: Map<string, Uint8Array>;
  /** What the bus took. */
  readonly published: BusEntry[];
}

type Store = Pick<Memory, 'records' | 'identifiers' | 'seals' | 'suppressions'>;

/** What an erasure needs beside the store of the choices. */
export function rightsInMemory(store: Store): RightsInMemory {
  const files = new Map<string, Uint8Array>();
  const published: BusEntry[] = [];
  let signed = 0;
  return {
    cases: casesIn(store),
    files,
    published,
    archive: {
      put: async (name, bytes) => {
        if (files.has(name)) return false;
        files.set(name, bytes);
        return true;
      },
      get: async (name) => files.get(name),
    },
    signer: {
      sign: async (payload, typ) => {
        signed += 1;
        const encoded = (text: string): string => Buffer.from(text).toString('base64url');
        return `${encoded(JSON.stringify({ alg: 'none', typ }))}.${encoded(payload)}.${signed}`;
      },
    },
    bus: {
      put: async (entries) => {
        published.push(...entries);
        return entries.map(() => true);
      },
    },
  };
}

function casesIn({ records, seals, suppressions, identifiers }: Store): RightsCases {
  const cases = new Map<string, RightsCase>();
  const of = (subject: string): RightsCase => cases.get(subject) ?? { subject, revision: 0, holds: [] };
  const write = (next: RightsCase): boolean => {
    if (of(next.subject).revision + 1 !== next.revision) return false;
    cases.set(next.subject, next);
    return true;
  };
  return {
    of: async (subject) => of(subject),
    write: async (next) => write(next),
    erase: async ({ stored, findable, identifiers: read, suppress, rightsCase, owner }) => {
      const { subject } = rightsCase;
      const was = owner && of(owner.subject).revision;
      if (of(subject).revision + 1 !== rightsCase.revision || was !== owner?.revision) return false;
      if ((await identifiers.of(subject)).revision !== read.revision) return false;
      const item = { revision: read.revision + 1, current: [], retired: [] };
      if (!(await records.append(stored, findable, { item, gained: [], lost: read.current }))) return false;
      for (const name of suppress) {
        const holders = await identifiers.holders(name.kind, name.hash, 1_000);
        suppressIn(suppressions, name, { subject, current: read.current, holders });
      }
      seals.destroyKey(subject);
      return write(rightsCase);
    },
    open: async () =>
      [...cases.values()]
        .filter(({ erasure }) => erasure?.state === 'telling' || erasure?.state === 'erased')
        .map(({ subject }) => subject),
  };
}
