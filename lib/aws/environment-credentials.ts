/**
 * Stands in, in the stack's bundles, for `@aws-sdk/credential-provider-node`: Lambda gives a function its credentials in
 * the environment and nowhere else, so that the search through files, processes and metadata services (133 kB, 10 ms of
 * every cold start) would find nothing more.
 */
export const defaultProvider = () => async () => ({
  accessKeyId: of('AWS_ACCESS_KEY_ID'),
  secretAccessKey: of('AWS_SECRET_ACCESS_KEY'),
  ...(process.env['AWS_SESSION_TOKEN'] !== undefined && { sessionToken: of('AWS_SESSION_TOKEN') }),
});

/** The same for whoever signs requests itself; undefined where the environment holds none. */
export function environmentCredentials() {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: process.env['AWS_SESSION_TOKEN'] };
}

function of(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}
