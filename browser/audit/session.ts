import { isObject } from '../objects.ts';
import { problemIn } from '../problem.ts';
import { texts } from './texts.ts';

/** What Heed answered. `status` 0: nothing came back. */
export type Answer<T> = { readonly kind: 'done'; readonly body: T } | Trouble;

interface Trouble {
  readonly kind: 'trouble';
  readonly status: number;
  readonly text: string;
}

export interface Question {
  readonly path: string;
  /** Posted as JSON; without it the request is a GET. */
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/** Tells an answer from what something in between made up. */
export type Is<T> = (value: unknown) => value is T;

/** What asks Heed for an auditor. Its token is in this closure and nowhere else: it goes with the page. */
export interface Session {
  readonly ask: <T>(question: Question, is: Is<T>) => Promise<Answer<T>>;
  /** What is not JSON: a file. */
  readonly file: (question: Question) => Promise<Answer<Blob>>;
  /** Forgets the token. */
  readonly end: () => void;
}

/** Why Heed did not take a token. `first`: it never took it, so it has not run out. */
export interface Refusal {
  readonly why: string;
  readonly first: boolean;
}

/** After this nobody waits any more, ms: a pack takes its time. */
const PATIENCE = 60_000;

/**
 * `signIn` is asked for a token before the first question, and again whenever one was refused: what was asked is then asked
 * once more, so that nobody loses their place.
 */
export function openSession(signIn: (refusal?: Refusal) => Promise<string>): Session {
  let token: Promise<string> | undefined;
  let taken: Promise<string> | undefined;
  const current = (): Promise<string> => {
    token ??= signIn();
    return token;
  };
  const send = async (question: Question): Promise<Response> => {
    const used = current();
    const response = await fetched(question, await used);
    if (response.status !== 401) {
      taken = used;
      return response;
    }
    const { text: why } = await troubleOf(response);
    if (token === used) token = signIn({ why, first: taken !== used });
    return send(question);
  };
  const read = async <T>(
    question: Question,
    body: (response: Response) => Promise<T | undefined>,
  ): Promise<Answer<T>> => {
    try {
      const response = await send(question);
      if (!response.ok) return await troubleOf(response);
      const value = await body(response);
      return value === undefined
        ? { kind: 'trouble', status: response.status, text: texts.trouble.odd }
        : { kind: 'done', body: value };
    } catch {
      return { kind: 'trouble', status: 0, text: texts.trouble.offline };
    }
  };
  return {
    ask: (question, is) =>
      read(question, async (response) => {
        const value: unknown = await response.json();
        return is(value) ? value : undefined;
      }),
    file: (question) => read(question, (response) => response.blob()),
    end: () => {
      token = undefined;
    },
  };
}

const fetched = ({ path, body, signal }: Question, token: string): Promise<Response> =>
  fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...{ cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'error' },
    signal: impatient(signal),
  });

/** Ends when a signal does or patience does; `AbortSignal.any` is not in every browser that this is for. */
function impatient(signal: AbortSignal | undefined): AbortSignal {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end, { once: true });
  setTimeout(end, PATIENCE);
  return ending.signal;
}

async function troubleOf(response: Response): Promise<Trouble> {
  const { status } = response;
  const problem: unknown = await response.json().catch(() => undefined);
  const title = isObject(problem) ? problem['title'] : undefined;
  const { detail, errors } = problemIn(problem);
  const places = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const told = typeof title === 'string' && title !== detail ? [title, detail] : [detail];
  const said = [...told, ...places].filter((one) => one !== '').join(' · ');
  return { kind: 'trouble', status, text: said === '' ? texts.trouble.status(status) : said };
}
