import { createServer } from 'node:http';
import type { Destination, InboundNotice } from '../../lib/destinations/destination.ts';
import { isGenuine } from '../../lib/flow/genuine.ts';
import { publishedBy } from '../../lib/flow/published.ts';
import { vendorOf } from '../../lib/http/client.ts';

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

/** Whether a destination takes a notice for its vendor's own; keys that the vendor publishes are read over HTTP. */
export async function takes(
  destination: Destination,
  notice: InboundNotice,
  { settings: given, account }: { readonly settings: unknown; readonly account: unknown },
): Promise<boolean> {
  const { receive, secret } = destination;
  if (!receive) throw new Error('it receives nothing');
  const settings = destination.settings.parse(given);
  const clock = { now: Date.now, sleep: async () => undefined, chance: () => 0 };
  const vendor = vendorOf({ destination, settings, secret: async () => account, perSecond: 1000, clock });
  const proving = { settings, secret: secret.parse(account), now: Date.now() };
  const published = publishedBy({ vendor, clock });
  const genuine = await isGenuine(receive.signature, notice, { ...proving, published });
  await vendor.close();
  return genuine;
}
