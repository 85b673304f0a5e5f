export interface Cache<T> {
  readonly get: (name: string) => T | undefined;
  readonly set: (name: string, value: T) => void;
  /** Forgets an entry if it is still this one. */
  readonly drop: (name: string, value: T) => void;
}

export interface CacheLimits {
  readonly size: number;
  /** ms after which an entry is forgotten. */
  readonly lifetime: number;
  readonly now?: () => number;
}

/** Keeps at most `size` entries, each for at most `lifetime`; the oldest goes first. */
export function cacheOf<T>({ size, lifetime, now = Date.now }: CacheLimits): Cache<T> {
  const entries = new Map<string, { readonly value: T; readonly until: number }>();
  return {
    get: (name) => {
      const entry = entries.get(name);
      if (entry && entry.until > now()) return entry.value;
      entries.delete(name);
      return undefined;
    },
    set: (name, value) => {
      entries.delete(name);
      entries.set(name, { value, until: now() + lifetime });
      for (const oldest of entries.keys()) {
        if (entries.size <= size) break;
        entries.delete(oldest);
      }
    },
    drop: (name, value) => {
      if (entries.get(name)?.value === value) entries.delete(name);
    },
  };
}
