import { listen, readBody } from '../../local/listen.ts';
import type { StandIn } from '../../local/vendors.ts';

/** A vendor's front door, at which one request can be held while others pass. */
export interface Doorway extends StandIn {
  /** The next request waits. */
  readonly holdNext: () => void;
  readonly isHolding: () => boolean;
  readonly letIn: () => void;
  /** Bodies of the requests in the order in which they reached the vendor. */
  readonly passed: () => readonly string[];
}

const MOST = 1_048_576;

export function doorwayTo(vendor: Omit<StandIn, 'secret'> & { readonly secret: () => object }): Doorway {
  let next = false;
  let open: (() => void) | undefined;
  const passed: string[] = [];
  let url = '';
  let close = async (): Promise<void> => undefined;
  const admit = async (): Promise<void> => {
    if (!next) return;
    next = false;
    await new Promise<void>((resolve) => {
      open = resolve;
    });
  };
  const start = async (): Promise<void> => {
    await vendor.start();
    const door = await listen(async (request, response) => {
      const body = String(await readBody(request, MOST));
      await admit();
      passed.push(body);
      const headers = {
        authorization: String(request.headers.authorization),
        'content-type': 'application/json',
      };
      const reply = await fetch(`${vendor.url}${request.url}`, {
        method: request.method ?? 'GET',
        headers,
        body,
      });
      response.writeHead(reply.status, { 'content-type': 'application/json' }).end(await reply.text());
    });
    ({ url, close } = door);
  };
  const stop = async (): Promise<void> => {
    await close();
    await vendor.stop();
  };
  return {
    start,
    stop,
    get url() {
      return url;
    },
    secret: () => ({ ...vendor.secret(), endpoint: url }),
    holdNext: () => {
      next = true;
    },
    isHolding: () => open !== undefined,
    letIn: () => open?.(),
    passed: () => passed,
  };
}
