/** Sockets a process keeps to one service: more than the requests it ever has under way at once. */
const SOCKETS = 128;
const agent = { keepAlive: true, maxSockets: SOCKETS };

/**
 * How every client of AWS behaves: connections are kept, a request that hangs fails in seconds (twice retried, it
 * stays well within any function's time), the middleware is put together once and not for every request, and a
 * missing region is no reason to stop. Endpoints come from `AWS_ENDPOINT_URL` and its kin, which the SDK reads itself.
 */
export const tuning = () => ({
  region: process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
  maxAttempts: 3,
  cacheMiddleware: true,
  requestHandler: {
    httpAgent: agent,
    httpsAgent: agent,
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
  },
});
