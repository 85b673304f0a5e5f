import * as z from 'zod';
import { type Api, apiAt } from './api.ts';
import { type Dictionary, Fact } from './words.ts';

/** One simulator, reached over HTTP. */
export interface Vendor {
  readonly id: string;
  readonly dictionary: Dictionary;
  readonly facts: () => Promise<readonly Fact[]>;
  /** Refuses everything until it is healed. */
  readonly fail: () => Promise<void>;
  readonly heal: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Simulated {
  readonly id: string;
  readonly url: string;
  readonly dictionary: Dictionary;
}

const Facts = z.array(Fact);

export function vendorAt({ id, url, dictionary }: Simulated): Vendor {
  const api: Api = apiAt(url);
  const tell = async (path: string, body: object): Promise<void> => {
    const { status } = await api.post(path, body);
    if (status !== 204) throw new Error(`The simulator of ${id} answered ${status}`);
  };
  return {
    id,
    dictionary,
    facts: async () => Facts.parse((await api.get('/facts')).body),
    fail: () => tell('/simulator/fail', { status: 503 }),
    heal: () => tell('/simulator/heal', {}),
    close: api.close,
  };
}
