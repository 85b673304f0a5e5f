/** Region of everything the embedded engine makes. */
export const region = 'us-east-1';

/** Account of everything the embedded engine makes; fauxqs and dynoxide use the same. */
export const account = '000000000000';

/** As in a function on AWS. */
const agent = { keepAlive: true, maxSockets: 128 };

/**
 * What an AWS SDK client needs in order to talk to an embedded engine; no real credential is involved. An engine on this
 * machine does not hang, it is busy: on AWS every lane has machines of its own, here forty share one thread. A request
 * that were given up would only be made once more, and its messages come again minutes later.
 */
export const loopback = (endpoint: string) => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  requestHandler: { httpAgent: agent, connectionTimeout: 10_000, requestTimeout: 20_000 },
});
