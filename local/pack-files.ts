import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { PackFiles, PackPart } from '../lib/flow/packs/job.ts';
import type { Clock } from '../lib/ports.ts';

/** Packs of this engine, and what is served to whoever has a link. */
export interface LocalPacks extends PackFiles {
  /** The pack that a link leads to, while it works. */
  readonly opened: (ticket: string) => Uint8Array | undefined;
}

/** Where the parts of a pack are put together: a folder, or memory. */
interface Store {
  readonly write: (id: string, part: Pick<PackPart, 'at' | 'bytes'>) => void;
  readonly finish: (id: string) => void;
  readonly read: (id: string) => Uint8Array | undefined;
  readonly keep: (name: string, bytes: Uint8Array) => void;
  readonly kept: (name: string) => Uint8Array | undefined;
  readonly drop: (name: string) => void;
  readonly has: (id: string) => boolean;
  /** Drops what was written last before a moment, ms. */
  readonly sweep: (before: number) => void;
}

const KEPT = 7 * 86_400_000;
const LINK_LASTS = 15 * 60_000;

/** Stands in for the bucket. A link is a random word that only whoever asked has been told. */
function localPacks(store: Store, clock: Pick<Clock, 'now'>): LocalPacks {
  const tickets = new Map<string, { readonly id: string; readonly until: number }>();
  return {
    begin: async (id) => {
      store.sweep(clock.now() - KEPT);
      return id;
    },
    part: async (id, part) => {
      store.write(id, part);
      return String(part.number);
    },
    keep: async (id, rest, bytes) => store.keep(`${id}.rest-${rest}`, bytes),
    kept: async (id, rest) => store.kept(`${id}.rest-${rest}`),
    drop: async (id, rest) => store.drop(`${id}.rest-${rest}`),
    join: async (id) => {
      if (!store.has(id)) store.finish(id);
    },
    link: async (id) => {
      store.sweep(clock.now() - KEPT);
      if (!store.has(id)) return undefined;
      for (const [ticket, { until }] of tickets) if (until <= clock.now()) tickets.delete(ticket);
      const ticket = randomUUID();
      tickets.set(ticket, { id, until: clock.now() + LINK_LASTS });
      return `/local/packs/${ticket}`;
    },
    opened: (ticket) => {
      const found = tickets.get(ticket);
      return found && found.until > clock.now() ? store.read(found.id) : undefined;
    },
  };
}

const fileAt = (path: string): Uint8Array | undefined => (existsSync(path) ? readFileSync(path) : undefined);

export function packsInFolder(folder: string, clock: Pick<Clock, 'now'>): LocalPacks {
  const whole = (id: string): string => join(folder, `${id}.zip`);
  const draft = (id: string): string => join(folder, `${id}.part`);
  return localPacks(
    {
      write: (id, { at, bytes }) => {
        mkdirSync(folder, { recursive: true });
        const file = openSync(draft(id), existsSync(draft(id)) ? 'r+' : 'w');
        ftruncateSync(file, at);
        writeSync(file, bytes, 0, bytes.length, at);
        closeSync(file);
      },
      finish: (id) => renameSync(draft(id), whole(id)),
      read: (id) => fileAt(whole(id)),
      keep: (name, bytes) => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, name), bytes);
      },
      kept: (name) => fileAt(join(folder, name)),
      drop: (name) => rmSync(join(folder, name), { force: true }),
      has: (id) => existsSync(whole(id)),
      sweep: (before) => {
        for (const name of existsSync(folder) ? readdirSync(folder) : [])
          if (statSync(join(folder, name)).mtimeMs < before) rmSync(join(folder, name));
      },
    },
    clock,
  );
}

/** For an engine without a folder. */
export function packsInMemory(clock: Pick<Clock, 'now'>): LocalPacks {
  const drafts = new Map<string, Buffer>();
  const rests = new Map<string, { readonly bytes: Uint8Array; readonly at: number }>();
  const done = new Map<string, { readonly bytes: Buffer; readonly at: number }>();
  return localPacks(
    {
      write: (id, { at, bytes }) => {
        const before = drafts.get(id) ?? Buffer.alloc(0);
        drafts.set(id, Buffer.concat([before.subarray(0, at), bytes]));
      },
      finish: (id) => {
        done.set(id, { bytes: drafts.get(id) ?? Buffer.alloc(0), at: clock.now() });
        drafts.delete(id);
      },
      read: (id) => done.get(id)?.bytes,
      keep: (name, bytes) => void rests.set(name, { bytes, at: clock.now() }),
      kept: (name) => rests.get(name)?.bytes,
      drop: (name) => void rests.delete(name),
      has: (id) => done.has(id),
      sweep: (before) => {
        for (const kept of [done, rests])
          for (const [name, { at }] of kept) if (at < before) kept.delete(name);
      },
    },
    clock,
  );
}
