/** Region of everything the embedded engine makes. */
export const region = 'us-east-1';

/** Account of everything the embedded engine makes; fauxqs and dynoxide use the same. */
export const account = '000000000000';

/** What an AWS SDK client needs in order to talk to an embedded engine; no real credential is involved. */
export const loopback = (endpoint: string) => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
