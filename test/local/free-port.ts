import { once } from 'node:events';
import { createServer } from 'node:net';

/** Outside of what systems hand out by themselves: what starts beside this must not be given it in between. */
export async function aFreePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    /** Somebody has it. */
    return aFreePort();
  }
  server.close();
  await once(server, 'close');
  return port;
}
