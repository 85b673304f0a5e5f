import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { administer } from './admin.ts';

/** A request as a vendor sees it. `path` is without its query, and still percent-encoded. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a vendor answers. Objects go out as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A question about the state a vendor ended up with, in the vendor's own words. */
export interface Question {
  /** An address or id, as the vendor keys by it. */
  readonly identifier: string;
  readonly topic: string;
  readonly channel: string;
}

/** One vendor: how it answers, and what it would do with a person. Pure state, no sockets. */
export interface VendorModel {
  /** Checks the request as the vendor would and applies it. */
  readonly answer: (asked: Asked) => Answer;
  /** The vendor's words for a token it does not know. */
  readonly unauthorized: Answer;
  /** Requests that fetch a token: faults pass them by. */
  readonly fetchesToken?: (asked: Asked) => boolean;
  readonly permitted: (question: Question) => boolean | undefined;
  /** Everything the vendor was told, for people to look at. */
  readonly facts: () => readonly (Question & { readonly permitted: boolean })[];
}

/** An answer given instead of the vendor's own. `applied`: the vendor does its work all the same. */
export interface Fault extends Answer {
  readonly times?: number;
  readonly applied?: boolean;
}

/** A vendor on a port of its own, and what can be done to it. */
export interface Simulator {
  readonly start: (port?: number) => Promise<void>;
  readonly stop: () => Promise<void>;
  /** `http://127.0.0.1:<port>`, once started. */
  readonly url: string;
  /** The next `times` (else: all) requests get this answer. Faults queue up; the oldest goes first. */
  readonly fail: (fault: Fault) => void;
  /** The next `times` requests are told that their token is not known. */
  readonly rejectTokens: (times: number) => void;
  /** Requests are taken and never answered, and change nothing; gives the function that drops them and goes on. */
  readonly hang: () => () => void;
  /** Ends every fault. */
  readonly heal: () => void;
  /** Requests that reached it, tokens included: all, and those answered by the vendor itself. */
  readonly requests: () => { readonly total: number; readonly answered: number };
  /** Would this vendor contact the person? undefined: it was never told. */
  readonly permitted: VendorModel['permitted'];
  readonly facts: VendorModel['facts'];
}

/** Puts a vendor behind HTTP on 127.0.0.1; `GET /facts` there shows what it was told. */
export function simulate(vendor: VendorModel): Simulator {
  const trouble = makeTrouble();
  const seen = { total: 0, answered: 0 };
  const answerOf = (asked: Asked): Answer => {
    const fault = vendor.fetchesToken?.(asked) ? undefined : trouble.next();
    if (fault && !fault.applied) return fault;
    seen.answered += 1;
    const own = vendor.answer(asked);
    return fault ?? own;
  };
  const server = createServer(async (request, response) => {
    const asked = await read(request);
    const own = administer(simulator, asked);
    if (own) return write(response, own);
    seen.total += 1;
    if (!trouble.holds(response)) write(response, answerOf(asked));
  });
  const simulator: Simulator = {
    start: (port = 0) => listen(server, port),
    stop: () => close(server),
    get url() {
      return `http://127.0.0.1:${addressOf(server).port}`;
    },
    fail: trouble.fail,
    rejectTokens: (times) => trouble.fail({ ...vendor.unauthorized, times }),
    hang: trouble.hang,
    heal: trouble.heal,
    requests: () => ({ ...seen }),
    permitted: vendor.permitted,
    facts: vendor.facts,
  };
  return simulator;
}

/** Faults waiting their turn, and requests held back. */
function makeTrouble() {
  const faults: { readonly fault: Fault; left: number }[] = [];
  const held = new Set<ServerResponse>();
  let hanging = false;
  const release = (): void => {
    hanging = false;
    for (const response of held) response.destroy();
    held.clear();
  };
  return {
    fail: (fault: Fault): void => void faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    next: (): Fault | undefined => {
      const [first] = faults;
      if (first && --first.left <= 0) faults.shift();
      return first?.fault;
    },
    hang: () => {
      hanging = true;
      return release;
    },
    holds: (response: ServerResponse): boolean => hanging && Boolean(held.add(response)),
    heal: (): void => {
      faults.length = 0;
      release();
    },
  };
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  const text = typeof body === 'string' || body === undefined ? (body ?? '') : JSON.stringify(body);
  const type = typeof body === 'object' ? { 'content-type': 'application/json;charset=utf-8' } : {};
  response.writeHead(status, { ...type, ...headers }).end(status === 204 ? undefined : text);
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve());
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the simulator has not been started');
  return address;
}

/** A JSON body, or undefined where it is not JSON. */
export function jsonOf({ body }: Asked): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
