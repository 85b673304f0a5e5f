import type { InboundNotice } from '../destinations/destination.ts';
import { bytesOf, type HttpEvent } from './message.ts';

/** A vendor's request as its destination reads it. `publicUrl`: the API's address as vendors call it. */
export function inboundNotice(event: HttpEvent, publicUrl: string): InboundNotice {
  const { rawPath, rawQueryString, pathParameters } = event;
  const headers = Object.entries(event.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), value] as const],
  );
  const key = pathParameters?.['key'];
  return {
    method: 'POST',
    url: `${publicUrl}${rawPath}${rawQueryString === '' ? '' : `?${rawQueryString}`}`,
    headers: Object.fromEntries(headers),
    body: bytesOf(event).toString(),
    ...(key !== undefined && { key }),
  };
}
