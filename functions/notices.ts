import type { Lane } from '../lib/flow/lane.ts';
import { type ReceivePorts, receive } from '../lib/flow/receive.ts';
import { sendAgainIn } from '../lib/flow/release.ts';
import { inboundNotice } from '../lib/http/inbound-notice.ts';
import { type HttpEvent, type HttpResponse, json, sizeOf } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { acceptPorts, clock, env, grantEvidence, lanePort, ledger, onLambda, secretOf } from './app.ts';
import { laneVendors } from './lane-app.ts';
import { lanes } from './lanes.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { printLine } from './middleware/line.ts';

export interface NoticesApp extends ReceivePorts {
  readonly lanes: readonly Pick<Lane, 'destination' | 'settings'>[];
  /** A destination's credentials; undefined where none are set. */
  readonly secretOf: (destination: string) => Promise<unknown>;
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
  return api('notices', app.line).handler<HttpEvent, HttpResponse>(async (event, context) => {
    const id = event.pathParameters?.['destination'];
    const lane = app.lanes.find(({ destination }) => destination.id === id && destination.receive);
    if (!lane) return problem('unknown-destination');
    if (event.routeKey.startsWith('GET ')) return json(200, { destination: lane.destination.id });
    if (sizeOf(event) > MOST_BYTES) return problem('too-large');
    const secret = lane.destination.secret.safeParse(await app.secretOf(lane.destination.id));
    if (!secret.success) return problem('busy', { detail: 'This destination’s credentials are not set.' });
    const deadline = app.clock.now() + context.getRemainingTimeInMillis() - LAST_WRITES;
    const notice = inboundNotice(event, app.publicUrl);
    const received = await take({ ...lane, secret: secret.data }, notice, deadline);
    if (received.kind === 'refused') return problem(REFUSED[received.status], received);
    const { kind: _, ...counts } = received;
    return json(200, counts);
  });
}

const REFUSED = { 401: 'invalid-signature', 422: 'invalid-notice', 503: 'busy' } as const;

export const handler = onLambda(() =>
  notices({
    ...acceptPorts(),
    grantEvidence,
    tellAgain: (destination, subject) => lanePort().force(destination, [{ subject, version: 0 }]),
    sendAgain: sendAgainIn({ clock, ledger: ledger(), lanes: lanePort() }, lanes()),
    secretOf,
    lanes: lanes(),
    vendorFor: laneVendors(),
    publicUrl: env('HEED_PUBLIC_URL'),
    line: printLine,
  }),
);
