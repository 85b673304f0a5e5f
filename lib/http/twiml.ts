import type { HttpResponse } from './message.ts';

/** What Twilio is told to do with a message that came in: answer it, or nothing. https://www.twilio.com/docs/messaging/twiml */
export const twiml = (reply: string | undefined): HttpResponse => ({
  statusCode: 200,
  headers: { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Response>${
    reply === undefined ? '' : `<Message>${escaped(reply)}</Message>`
  }</Response>`,
});

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' },
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
