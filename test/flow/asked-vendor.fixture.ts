import * as z from 'zod';
import {
  type Ask,
  type Destination,
  defineDestination,
  type Learned,
  type Receive,
  type ReportedChoice,
} from '../../lib/destinations/destination.ts';
import { answersOf } from '../../lib/domain/answer.ts';
import { recordChange } from '../../lib/flow/accept.ts';
import type { PollMark, PollPorts } from '../../lib/flow/poll.ts';
import type { ReceivePorts } from '../../lib/flow/receive.ts';
import { vendorOf } from '../../lib/http/client.ts';
import { aCatalogue, anEvidence, granted, minute, NOW } from '../builders.ts';
import { type Memory, memory } from '../memory.ts';
import { type Answer, type Asked, type Simulator, simulate } from '../simulators/simulator.ts';

export const TOPIC = 'acme/newsletter';
export const KEY = 'the key of the vendor';

/** A vendor that answers as its pages say, and remembers what it was asked and with which credentials. */
export interface AskedVendor extends Simulator {
  readonly pages: Map<string, Answer | ((asked: Asked) => Answer)>;
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[];
}

export function askedVendor(): AskedVendor {
  const pages: AskedVendor['pages'] = new Map();
  const asked: AskedVendor['asked'] = [];
  const simulator = simulate({
    answer: (request) => {
      const page = pages.get(request.path) ?? { status: 404 };
      const query = request.query.size > 0 ? `?${request.query}` : '';
      asked.push({ path: `${request.path}${query}`, authorization: request.headers['authorization'] });
      return typeof page === 'function' ? page(request) : page;
    },
    unauthorized: { status: 401 },
    permitted: () => undefined,
    facts: () => [],
  });
  return Object.assign(simulator, { pages, asked });
}

/** A stop of somebody's, at the vendor's time. */
export const aStop = (email: string, at = -1): ReportedChoice => ({
  ...{ identifier: { kind: 'email', value: email }, topic: TOPIC, channel: 'email', state: 'withdrawn' },
  ...{ occurredAt: minute(at), method: 'vendor-page' },
});

const Page = z.object({
  stops: z.array(z.string()).default([]),
  next: z.string().optional(),
  cursor: z.string().optional(),
  more: z.literal(true).optional(),
});

/** Asks for a page that lists addresses, and what comes after it. */
export const aPage = (path: string): Ask => ({
  ...{ method: 'GET', path },
  learn: ({ status, body }) => {
    const page = status === 200 ? Page.safeParse(body).data : undefined;
    if (!page) return undefined;
    const { stops, next, cursor, more } = page;
    return {
      choices: stops.map((email) => aStop(email)),
      ...(next !== undefined && { asks: [aPage(next)] }),
      ...(cursor !== undefined && { cursor }),
      ...(more && { more }),
    };
  },
});

export type Reading = Pick<Receive<unknown, unknown>, 'signature' | 'body' | 'changes'>;

/** A destination that proves itself by a secret, and whose notices mean what a test says. */
export const aReporter = (
  learned: (body: unknown) => Learned | { readonly invalid: string },
  more: Partial<Reading> & Pick<Destination, 'poll' | 'interpret'> = {},
): Destination => {
  const { signature, body, poll, interpret } = more;
  return defineDestination<unknown, { readonly token: string }>({
    ...{ id: 'mailer', title: 'A vendor', kind: 'state', identifiedBy: ['email'], channels: ['email'] },
    limits: { perSecond: 1000, concurrency: 2, batch: 1, settleAfter: 0 },
    impact: 'people keep getting mail',
    settings: z.unknown(),
    secret: z.object({ token: z.string() }),
    topics: () => 'all',
    endpoint: () => 'https://vendor.example',
    auth: { kind: 'bearer', token: ({ token }) => token },
    translate: () => [],
    ...(poll && { poll }),
    ...(interpret && { interpret }),
    receive: {
      signature: signature ?? {
        ...{ kind: 'shared-secret', given: ({ key }) => key, keys: () => [KEY] },
      },
      ...(body && { body }),
      changes: learned,
    },
  });
};

/** Heed beside that vendor: a store in memory, a clock that stands still, and the shipped HTTP client. */
export interface Beside {
  readonly ports: ReceivePorts & PollPorts;
  readonly store: Memory;
  readonly lines: Readonly<Record<string, unknown>>[];
  readonly mark: () => PollMark | undefined;
  /** Grants the newsletter to these people, so many minutes from the moment tests play at. */
  readonly grant: (names: readonly string[], at?: number) => Promise<void>;
  readonly answer: (name: string) => Promise<string | undefined>;
  /** Sets the clock forward, ms. */
  readonly wait: (ms: number) => void;
  readonly close: () => Promise<void>;
}

export function beside(destination: Destination, simulator: Simulator): Beside {
  const store = memory();
  const catalogue = aCatalogue();
  let now = NOW;
  const wait = (ms: number): void => {
    now += ms;
  };
  const clock = { now: () => now, sleep: async (ms: number) => wait(ms), chance: () => 0 };
  const secret = async () => ({ token: 'our token', endpoint: simulator.url });
  const vendor = vendorOf({ destination, settings: {}, secret, perSecond: 1000, clock });
  const lines: Readonly<Record<string, unknown>>[] = [];
  let mark: PollMark | undefined;
  const ports: ReceivePorts & PollPorts = {
    ...{ ...store, catalogue, clock, vendor, vendorFor: () => vendor },
    ...{ grantEvidence: () => undefined, tellAgain: async () => undefined, sendAgain: async () => undefined },
    line: (line) => void lines.push(line),
    pollMarks: {
      read: async () => mark,
      write: async (_, next) => {
        if (next.revision !== (mark?.revision ?? 0) + 1) return false;
        mark = next;
        return true;
      },
    },
  };
  const grant: Beside['grant'] = async (names, at = -60) => {
    for (const name of names) {
      const { personal: _, ...evidence } = anEvidence({ occurredAt: minute(at) });
      const choices = [granted(TOPIC, 'email')];
      const identifiers = [{ kind: 'email', value: `${name}@example.com` }];
      const change = { choices, preferences: [], identifiers, evidence, personal: {} };
      await recordChange(ports)({ subject: name, body: { choices } }, change);
    }
  };
  const answer: Beside['answer'] = async (name) => {
    const newest = await store.records.newest(name);
    return newest && answersOf(newest.version.record, catalogue, now)(TOPIC, 'email').state;
  };
  return { ports, store, lines, mark: () => mark, grant, answer, wait, close: vendor.close };
}
