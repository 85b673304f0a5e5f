import type { Lane, LaneFacts } from '../lib/flow/lane.ts';
import { type Received, type ReceivePorts, receive } from '../lib/flow/receive.ts';
import { type ReadSecret, renewedSecret } from '../lib/flow/renewed-secret.ts';
import { inboundNotice } from '../lib/http/inbound-notice.ts';
import { type HttpEvent, type HttpResponse, json, sizeOf } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { onLambda } from './app.ts';
import { noticesApp, type Receivers } from './lane-app.ts';
import { type ApiHandler, api } from './middleware/api.ts';

export interface NoticesApp extends ReceivePorts {
  /** The lane of a destination; undefined where there is none. */
  readonly laneOf: (destination: string) => Promise<Pick<Lane, 'destination' | 'settings'> | undefined>;
  /** A destination's credentials; undefined where none are set. */
  readonly secretOf: ReadSecret;
  /** The API's address as vendors call it: signatures cover it. */
  readonly publicUrl: string;
}

/** A vendor may send many facts at once. */
const MOST_BYTES = 1024 * 1024;
/** Left for storing what the last question taught, ms. */
const LAST_WRITES = 2_000;

/** Takes a destination's own notice. A vendor that only looks whether the address is there is told so. */
export function notices(app: NoticesApp): ApiHandler {
  const take = receive(app);
  const renewed = renewedSecret(app.secretOf, app.clock);
  return api('notices', app.line).handler<HttpEvent, HttpResponse>(async (event, context) => {
    const lane = await sendingLane(app, event);
    if (!lane) return problem('unknown-destination');
    const { id, secret: Secret } = lane.destination;
    if (event.routeKey.startsWith('GET ')) return json(200, { destination: id });
    if (sizeOf(event) > MOST_BYTES) return problem('too-large');
    const deadline = app.clock.now() + context.getRemainingTimeInMillis() - LAST_WRITES;
    const notice = inboundNotice(event, app.publicUrl);
    const hear = async (raw: unknown): Promise<Received> => {
      const { success, data } = Secret.safeParse(raw);
      return success ? take({ ...lane, secret: data }, notice, deadline) : NOT_SET;
    };
    const kept = await app.secretOf(id);
    const heard = await hear(kept);
    const now = isUnproved(heard) ? await renewed(id, kept) : undefined;
    return answerTo(now === undefined ? heard : await hear(now));
  });
}

const NOT_SET: Received = {
  ...{ kind: 'refused', status: 503, detail: 'This destination’s credentials are not set.' },
};

/** By the secret that was kept, which may be an old one. */
const isUnproved = (heard: Received): boolean =>
  heard === NOT_SET || (heard.kind === 'refused' && heard.status === 401);

function answerTo(heard: Received): HttpResponse {
  if (heard.kind === 'refused') return problem(REFUSED[heard.status], heard);
  const { kind: _, ...counts } = heard;
  return json(200, counts);
}

async function sendingLane({ laneOf }: NoticesApp, { pathParameters }: HttpEvent) {
  const lane = await laneOf(pathParameters?.['destination'] ?? '');
  return lane?.destination.receive ? lane : undefined;
}

const REFUSED = { 401: 'invalid-signature', 422: 'invalid-notice', 503: 'busy' } as const;

/** What the stack deploys, with what it must know of the lanes, and how to load those that send notices. */
export const handlerWith = (lanes: readonly LaneFacts[], receivers: Receivers) =>
  onLambda(() => notices(noticesApp(lanes, receivers)));
