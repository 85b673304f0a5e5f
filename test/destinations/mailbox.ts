import { createServer } from 'node:http';
import type { Destination, InboundNotice } from '../../lib/destinations/destination.ts';
import { isGenuine } from '../../lib/flow/genuine.ts';

/** A server that keeps what a vendor posts to it. */
export interface Mailbox {
  /** Where notices go, once it is open. */
  readonly url: string;
  readonly newest: () => InboundNotice;
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function aMailbox(id: string): Mailbox {
  const taken: InboundNotice[] = [];
  const url = (): string => {
    const at = server.address();
    return `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}/v1/destinations/${id}/notices`;
  };
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    taken.push({
      ...{ method: request.method ?? '', url: url(), headers: Object.fromEntries(headers) },
      body: Buffer.concat(chunks).toString(),
    });
    response.end();
  });
  return {
    get url() {
      return url();
    },
    newest: () => {
      const notice = taken.at(-1);
      if (!notice) throw new Error('nothing arrived');
      return notice;
    },
    open: () => new Promise((done) => server.listen(0, '127.0.0.1', () => done())),
    close: () => new Promise((done) => server.close(() => done())),
  };
}

/** Whether a destination takes a notice for its vendor's own. */
export async function takes(
  { receive, secret }: Destination,
  notice: InboundNotice,
  { settings, account }: { readonly settings: unknown; readonly account: unknown },
): Promise<boolean> {
  if (!receive) throw new Error('it receives nothing');
  return isGenuine(receive.signature, notice, { settings, secret: secret.parse(account), now: Date.now() });
}
