import { createServer, type RequestListener, type Server } from 'node:http';

/** A listening server on the loopback address. */
export interface Listening {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Takes no new connection, lets running requests end, then cuts what is left after `grace` milliseconds. */
  close(grace?: number): Promise<void>;
}

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
};

const explained = (error: NodeJS.ErrnoException, port: number): Error => {
  if (error.code === 'EADDRINUSE') {
    return new Error(`Port ${port} is taken: stop what listens there, or choose another with --port`, {
      cause: error,
    });
  }
  if (error.code === 'EACCES') {
    return new Error(`Port ${port} may not be used by this user: choose another with --port`, {
      cause: error,
    });
  }
  return error;
};

const close = async (server: Server, grace: number): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const cut = setTimeout(() => server.closeAllConnections(), grace);
  await closed;
  clearTimeout(cut);
};

/** Listens on 127.0.0.1; `port` 0 takes a free one. A port in use is one clear line. */
export const listen = (listener: RequestListener, port = 0): Promise<Listening> =>
  new Promise((resolve, reject) => {
    const server = createServer({ keepAlive: true }, (request, response) => {
      response.once('close', () => server.listening || server.closeIdleConnections());
      listener(request, response);
    });
    server.keepAliveTimeout = 65_000;
    server.once('error', (error) => reject(explained(error, port)));
    server.listen(port, '127.0.0.1', () => {
      const taken = portOf(server);
      const url = `http://127.0.0.1:${taken}`;
      resolve({ port: taken, url, close: (grace = 5_000) => close(server, grace) });
    });
  });

/** Finds out whether a port is to be had, before anything is started for it. */
export const checkPort = async (port: number): Promise<void> => {
  const { close } = await listen(() => undefined, port);
  await close();
};

/** Reads a request's body to its end; one longer than `limit` bytes is not kept. */
export const readBody = async (
  request: AsyncIterable<Buffer>,
  limit: number,
): Promise<Buffer | 'too-large'> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > limit ? 'too-large' : Buffer.concat(chunks, size);
};
