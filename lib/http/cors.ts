/**
 * What pages of other sites may ask, and read in the answers: what `<heed-preferences>` and `heed.record` need. Only the
 * origins that heed.config.ts names may; there are no cookies, so none are let through.
 */
export const CORS = {
  methods: ['GET', 'POST'],
  headers: ['authorization', 'content-type', 'if-match', 'idempotency-key'],
  exposed: ['etag', 'location'],
  /** How long a browser need not ask again, s. */
  maxAge: 3600,
} as const;
