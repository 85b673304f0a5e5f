import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

export interface Asked {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a service of AWS answers: a status and a body, or nothing at all. */
export type Answer = { readonly status: number; readonly body: unknown } | 'silence';

export interface Service {
  readonly endpoint: string;
  readonly asked: Asked[];
  readonly stop: () => Promise<void>;
}

/** A server that speaks the JSON protocol of AWS, for services that no local engine has. */
export async function startService(answer: (asked: Asked) => Answer): Promise<Service> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const target = String(request.headers['x-amz-target']);
    const one = { operation: target.slice(target.indexOf('.') + 1), input: await inputOf(request) };
    asked.push(one);
    const reply = answer(one);
    if (reply === 'silence') return;
    response.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(reply.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { endpoint: `http://127.0.0.1:${address.port}`, asked, stop };
}

async function inputOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const input: unknown = JSON.parse(Buffer.concat(chunks).toString());
  return typeof input === 'object' && input !== null ? { ...input } : {};
}
