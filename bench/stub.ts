import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import * as z from 'zod';

/** A vendor, and every service of AWS, that answers at once: in a process of its own, whose work is not counted. */
export interface Stub {
  readonly url: string;
  readonly stop: () => void;
}

const Started = z.object({ url: z.string() });

/** Forks this very program, told to be the stub. */
export async function startStub(): Promise<Stub> {
  const child = fork(process.argv[1] ?? '', ['stub']);
  const [message] = await once(child, 'message');
  return { url: Started.parse(message).url, stop: () => void child.kill() };
}

/** Signs the tokens of everybody who calls a function that asks this stub for its secret. */
export const SEED = 'a seed that is used by benchmarks only';

/** Signs HubSpot's notices. */
export const CLIENT_SECRET = 'a secret that is used by benchmarks only';

/** A signing key as Standard Webhooks has it, and what else some vendor's secret consists of. */
const SECRET = {
  seed: SEED,
  keys: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`],
  token: 'token',
  clientId: 'client',
  clientSecret: CLIENT_SECRET,
};

const KEY = Buffer.alloc(32, 9).toString('base64');
const Entries = z.object({ Entries: z.array(z.unknown()) });
const Named = z.object({ QueueName: z.string() });

/** What a service answers to an operation, given the request's body and its own address; `{}` to all others. */
const ANSWERS: Readonly<Record<string, (body: unknown, url: string) => object>> = {
  Query: () => ({ Items: [], Count: 0, ScannedCount: 0 }),
  BatchGetItem: () => ({ Responses: {}, UnprocessedKeys: {} }),
  GetSecretValue: (_, url) => ({ SecretString: JSON.stringify({ ...SECRET, endpoint: url }) }),
  GenerateDataKey: () => ({ Plaintext: KEY, CiphertextBlob: KEY, KeyId: 'key' }),
  Decrypt: () => ({ Plaintext: KEY, KeyId: 'key' }),
  PutEvents: (body) => ({
    FailedEntryCount: 0,
    Entries: Entries.parse(body).Entries.map((_, i) => ({ EventId: String(i) })),
  }),
  GetQueueUrl: (body, url) => ({ QueueUrl: `${url}/000000000000/${Named.parse(body).QueueName}` }),
  GetQueueAttributes: () => ({ Attributes: {} }),
};

/** What HubSpot calls done; nobody else looks. */
const DONE = { status: 'COMPLETE', results: [], numErrors: 0 };

/** The stub itself: tells its parent where it listens. */
export async function beStub(): Promise<void> {
  let url = '';
  const server = createServer(async (request, response) => {
    const body = await read(request);
    const [, operation] = String(request.headers['x-amz-target'] ?? '').split('.');
    const answer = operation === undefined ? DONE : (ANSWERS[operation]?.(JSON.parse(body), url) ?? {});
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = `http://127.0.0.1:${address.port}`;
  process.send?.({ url });
  process.once('disconnect', () => process.exit());
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
