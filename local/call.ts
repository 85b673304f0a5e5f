import type { ApiHandler } from '../functions/middleware/api.ts';

/** A handler of the API, as Lambda would run it. */
export type Call = (...args: Parameters<ApiHandler>) => Promise<unknown>;

/** A handler that may store a change: the stream is told to look, and need not wait for its next turn. */
export const waking =
  (handler: Call, wake: () => void): Call =>
  async (...args) => {
    const response = await handler(...args);
    wake();
    return response;
  };
