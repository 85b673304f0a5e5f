import { Pool } from 'undici';
import * as z from 'zod';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** An engine's HTTP side, for whoever plays its customers and systems. */
export interface Api {
  readonly get: (path: string, token?: string) => Promise<Answer>;
  readonly post: (path: string, body: object, options?: Sending) => Promise<Answer>;
  /** A token of the built-in issuer, for a scope or for one person. */
  readonly token: (asked: { readonly scope: string } | { readonly subject: string }) => Promise<string>;
  readonly close: () => Promise<void>;
}

export interface Sending {
  readonly token?: string;
  readonly key?: string;
}

const Token = z.object({ token: z.string() });

export function apiAt(url: string): Api {
  const pool = new Pool(url, { connections: 64 });
  const ask = async (
    path: string,
    options: { method: 'GET' | 'POST' } & Sending & { body?: object },
  ): Promise<Answer> => {
    const { method, token, key, body } = options;
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body && { 'content-type': 'application/json' }),
    };
    const reply = await pool.request({ path, method, headers, body: body ? JSON.stringify(body) : null });
    return { status: reply.statusCode, body: parse(await reply.body.text()) };
  };
  return {
    get: (path, token) => ask(path, { method: 'GET', ...(token !== undefined && { token }) }),
    post: (path, body, options = {}) => ask(path, { method: 'POST', body, ...options }),
    token: async (asked) =>
      Token.parse((await ask('/local/token', { method: 'POST', body: asked })).body).token,
    close: () => pool.close(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
