import type { InboundNotice } from '../lib/destinations/destination.ts';
import type { Lane } from '../lib/flow/lane.ts';
import { type ReceivePorts, receive } from '../lib/flow/receive.ts';
import { bytesOf, type HttpEvent, type HttpResponse, json, sizeOf } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { acceptPorts, env, grantEvidence, lanePort, onLambda, secretOf } from './app.ts';
import { lanes } from './lanes.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import type { WriteLine } from './middleware/line.ts';

export interface NoticesApp extends ReceivePorts {
  readonly lanes: readonly Pick<Lane, 'destination' | 'settings'>[];
  /** A destination's credentials; undefined where none are set. */
  readonly secretOf: (destination: string) => Promise<unknown>;
  /** The API's address as vendors call it: signatures cover it. */
  readonly publicUrl: string;
  readonly line?: WriteLine;
}

/** A vendor may send many facts at once. */
const MOST_BYTES = 1024 * 1024;

/** Takes a destination's own notice. */
export const notices = (app: NoticesApp): ApiHandler =>
  api('notices', app.line).handler<HttpEvent, HttpResponse>(async (event) => {
    const id = event.pathParameters?.['destination'];
    const lane = app.lanes.find(({ destination }) => destination.id === id && destination.receive);
    if (!lane) return problem('unknown-destination');
    if (sizeOf(event) > MOST_BYTES) return problem('too-large');
    const secret = lane.destination.secret.safeParse(await app.secretOf(lane.destination.id));
    if (!secret.success) return problem('busy', { detail: 'This destination’s credentials are not set.' });
    const received = await receive(app)(lane.destination, lane.settings, noticeOf(event, app), secret.data);
    if (received.kind === 'refused') return problem(REFUSED[received.status], received);
    const { kind: _, ...counts } = received;
    return json(200, counts);
  });

const REFUSED = { 401: 'invalid-signature', 422: 'invalid-notice', 503: 'busy' } as const;

function noticeOf(event: HttpEvent, { publicUrl }: NoticesApp): InboundNotice {
  const { rawPath, rawQueryString } = event;
  const headers = Object.entries(event.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), value] as const],
  );
  return {
    method: 'POST',
    url: `${publicUrl}${rawPath}${rawQueryString === '' ? '' : `?${rawQueryString}`}`,
    headers: Object.fromEntries(headers),
    body: bytesOf(event).toString(),
  };
}

export const handler = onLambda(() =>
  notices({
    ...acceptPorts(),
    grantEvidence,
    tellAgain: (destination, subject) => lanePort().force(destination, [{ subject, version: 0 }]),
    secretOf,
    lanes: lanes(),
    publicUrl: env('HEED_PUBLIC_URL'),
  }),
);
