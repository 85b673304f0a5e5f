/** What a request says. The token goes in a header: addresses end up in logs. */
export interface Question {
  readonly url: string;
  readonly token: string;
  /** Sent as JSON by POST; without it the request is a GET. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back. `offline`: nothing did, in time; whether the server took it is not known. */
export type Reply =
  | { readonly kind: 'offline' }
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Headers;
      /** Undefined where it is no JSON. */
      readonly body: unknown;
    };

/** After this nobody waits for an answer any more, ms. */
const PATIENCE = 15_000;

/** Asks once. No cookies, no cache, no address told; a lost connection is a value. */
export async function request({ url, token, body, headers }: Question): Promise<Reply> {
  const post = body !== undefined;
  try {
    const response = await fetch(url, {
      method: post ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(post && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(post && { body: JSON.stringify(body) }),
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      /** What was tapped is sent although the page is being left. */
      keepalive: post,
      signal: AbortSignal.timeout(PATIENCE),
    });
    return {
      kind: 'answered',
      status: response.status,
      headers: response.headers,
      body: parsed(await response.text()),
    };
  } catch {
    return { kind: 'offline' };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
