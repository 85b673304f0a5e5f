import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen, readBody } from './listen.ts';
import { compilePattern, type Matches } from './pattern.ts';
import { backoff, pause, type Waits } from './pause.ts';
import { type BusEvent, putEvents } from './put-events.ts';

/** Events that match the pattern go to the target, each on its own and at least once. */
export interface Rule {
  readonly name: string;
  readonly pattern: unknown;
  readonly target: (event: BusEvent) => Promise<unknown>;
}

export interface BusOptions {
  /** Default `default`; entries must name this bus (or, for `default`, none). */
  readonly name?: string;
  readonly rules?: readonly Rule[];
  /** Tries of one target for one event, then the event is dropped as on AWS without dead letters. Default 185. */
  readonly maximumAttempts?: number;
  readonly retryWaits?: Waits;
  /** Told of every failed try, and whether it was the last. */
  readonly onError?: (error: unknown, failed: { readonly rule: string; readonly last: boolean }) => void;
}

export interface Bus {
  readonly endpoint: string;
  addRule(rule: Rule): void;
  /** Events that a target has not taken yet. */
  pending(): number;
  /** Takes no more events, lets running targets end, and drops what waits for another try. */
  stop(): Promise<void>;
}

interface CompiledRule extends Rule {
  readonly matches: Matches;
}

const bodyLimit = 16 * 1_048_576;

const compile = (rule: Rule): CompiledRule => {
  try {
    return { ...rule, matches: compilePattern(rule.pattern) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Rule ${rule.name}: ${reason}`, { cause: error });
  }
};

type Delivery = { readonly event: BusEvent; readonly rule: Rule; readonly signal: AbortSignal };

const deliver = async ({ event, rule, signal }: Delivery, options: BusOptions): Promise<void> => {
  const { maximumAttempts = 185, retryWaits = { first: 50, longest: 30_000 } } = options;
  for (let attempt = 1; attempt <= maximumAttempts; attempt += 1) {
    try {
      await rule.target(event);
      return;
    } catch (error) {
      const last = attempt === maximumAttempts || signal.aborted;
      options.onError?.(error, { rule: rule.name, last });
      if (last) return;
      await pause(backoff(attempt, retryWaits), signal);
    }
  }
};

/** Hands events to rules without making the sender wait for any target. */
const dispatcher = (rules: readonly CompiledRule[], options: BusOptions) => {
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const start = (event: BusEvent, rule: Rule) => {
    const task = deliver({ event, rule, signal: stopping.signal }, options).finally(() =>
      running.delete(task),
    );
    running.add(task);
  };
  const dispatch = (events: readonly BusEvent[]) => {
    for (const event of events) {
      for (const rule of rules) if (rule.matches(event)) start(event, rule);
    }
  };
  const drain = async () => {
    stopping.abort();
    await Promise.all(running);
  };
  return { dispatch, drain, pending: () => running.size };
};

const reply = (response: ServerResponse, status: number, body: unknown): void => {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  response.writeHead(status, headers).end(JSON.stringify(body));
};

const parse = (body: Buffer | 'too-large'): unknown => {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
};

type Dispatch = (events: readonly BusEvent[]) => void;

const serve =
  (bus: string, dispatch: Dispatch) => async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request, bodyLimit);
    const target = request.headers['x-amz-target'];
    if (target !== 'AWSEvents.PutEvents') {
      const message = `This endpoint knows AWSEvents.PutEvents, not ${target}`;
      return reply(response, 400, { __type: 'UnknownOperationException', message });
    }
    const result = putEvents(parse(body), bus);
    if ('type' in result) return reply(response, 400, { __type: result.type, message: result.message });
    reply(response, 200, result.reply);
    dispatch(result.accepted);
  };

/** Starts an EventBridge endpoint on a free loopback port. A pattern it cannot honour throws here. */
export const startBus = async (options: BusOptions = {}): Promise<Bus> => {
  const rules = (options.rules ?? []).map(compile);
  const { dispatch, drain, pending } = dispatcher(rules, options);
  const handle = serve(options.name ?? 'default', dispatch);
  const server = await listen((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const stop = async () => {
    await server.close();
    await drain();
  };
  const addRule = (rule: Rule): void => void rules.push(compile(rule));
  return { endpoint: server.url, addRule, pending, stop };
};
