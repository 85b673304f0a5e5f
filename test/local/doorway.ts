import { listen, readBody } from '../../local/listen.ts';
import type { StandIn } from '../../local/vendors.ts';

/** A vendor's front door, at which one request can be held while others pass. */
export interface Doorway extends StandIn {
  /** The next request of this method waits. */
  readonly holdNext: (method: string) => void;
  readonly isHolding: () => boolean;
  readonly letIn: () => void;
  /** Bodies of the requests in the order in which they reached the vendor. */
  readonly passed: () => readonly string[];
}

const MOST = 1_048_576;

export function doorwayTo(vendor: Omit<StandIn, 'secret'> & { readonly secret: () => object }): Doorway {
  let next: string | undefined;
  let open: (() => void) | undefined;
  const passed: string[] = [];
  let url = '';
  let close = async (): Promise<void> => undefined;
  const admit = async (method: string): Promise<void> => {
    if (next !== method) return;
    next = undefined;
    await new Promise<void>((resolve) => {
      open = resolve;
    });
  };
  const start = async (): Promise<void> => {
    await vendor.start();
    const door = await listen(async (request, response) => {
      const body = String(await readBody(request, MOST));
      const { method = 'GET' } = request;
      await admit(method);
      passed.push(body);
      const headers = {
        authorization: String(request.headers.authorization),
        'content-type': 'application/json',
      };
      const reply = await fetch(`${vendor.url}${request.url}`, {
        ...{ method, headers },
        ...(method !== 'GET' && { body }),
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
    holdNext: (method) => {
      next = method;
    },
    isHolding: () => open !== undefined,
    letIn: () => open?.(),
    passed: () => passed,
  };
}
