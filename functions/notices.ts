import { type HearPorts, hear } from '../lib/flow/hear.ts';
import type { Lane, LaneFacts } from '../lib/flow/lane.ts';
import { inboundNotice } from '../lib/http/inbound-notice.ts';
import { type HttpEvent, type HttpResponse, json, sizeOf } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { onLambda } from './app.ts';
import { noticesApp, type Receivers } from './lane-app.ts';
import { type ApiHandler, api } from './middleware/api.ts';

export interface NoticesApp extends HearPorts {
  /** The lane of a destination; undefined where there is none. */
  readonly laneOf: (destination: string) => Promise<Pick<Lane, 'destination' | 'settings'> | undefined>;
  /** The API's address as vendors call it: signatures cover it. */
  readonly publicUrl: string;
}

/** A vendor may send many facts at once. */
const MOST_BYTES = 1024 * 1024;
/** Left for storing what the last question taught, ms. */
const LAST_WRITES = 2_000;

/** Takes a destination's own notice. A vendor that only looks whether the address is there is told so. */
export function notices(app: NoticesApp): ApiHandler {
  const take = hear(app);
  return api('notices', app.line).handler<HttpEvent, HttpResponse>(async (event, context) => {
    const lane = await sendingLane(app, event);
    if (!lane) return problem('unknown-destination');
    if (event.routeKey.startsWith('GET ')) return json(200, { destination: lane.destination.id });
    if (sizeOf(event) > MOST_BYTES) return problem('too-large');
    const deadline = app.clock.now() + context.getRemainingTimeInMillis() - LAST_WRITES;
    const received = await take(lane, inboundNotice(event, app.publicUrl), deadline);
    if (received.kind === 'refused') return problem(REFUSED[received.status], received);
    const { kind: _, ...counts } = received;
    return json(200, counts);
  });
}

async function sendingLane({ laneOf }: NoticesApp, { pathParameters }: HttpEvent) {
  const lane = await laneOf(pathParameters?.['destination'] ?? '');
  return lane?.destination.receive ? lane : undefined;
}

const REFUSED = { 401: 'invalid-signature', 422: 'invalid-notice', 503: 'busy' } as const;

/** What the stack deploys, with what it must know of the lanes, and how to load those that send notices. */
export const handlerWith = (lanes: readonly LaneFacts[], receivers: Receivers) =>
  onLambda(() => notices(noticesApp(lanes, receivers)));
