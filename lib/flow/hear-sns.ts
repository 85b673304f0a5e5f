import * as z from 'zod';
import type { InboundNotice } from '../destinations/destination.ts';
import { sha256 } from '../domain/digest.ts';
import type { Clock, Vendor } from '../ports.ts';
import { verdictOn } from './genuine.ts';
import { jsonOf } from './greet.ts';
import { publishedBy } from './published.ts';
import { type Inbound, refusedBy } from './text-message.ts';

export interface SnsPorts {
  readonly clock: Clock;
  /** Reads Amazon's certificates, and answers its question whether messages are wanted. */
  readonly web: Vendor;
}

/** What Amazon SNS wraps around every message. Its signature has been checked before it is read. */
const Envelope = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  Message: z.string(),
  Timestamp: z.string(),
  SubscribeURL: z.string().optional(),
});

/** https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html */
const Payload = z.object({
  originationNumber: z.string(),
  messageBody: z.string().default(''),
  messageKeyword: z.string().default(''),
  inboundMessageId: z.string().min(1),
});

/** As long as SNS may try again: an hour, and as much for slow clocks. */
const TOLERANCE_SECONDS = 7200;

/**
 * An inbound message of AWS End User Messaging, through an SNS topic that is declared. It was sent when SNS, which signs
 * that, says it was published.
 */
export function hearSns({ clock, web }: SnsPorts, topics: readonly string[]) {
  const published = publishedBy({ clock, vendor: web });
  return async (notice: InboundNotice): Promise<Inbound> => {
    const proving = { settings: undefined, secret: undefined, now: clock.now(), published };
    const signature = { kind: 'sns', topics: () => topics, tolerance: TOLERANCE_SECONDS } as const;
    const verdict = await verdictOn(signature, notice, proving);
    return verdict.kind === 'genuine' ? read(web, notice.body) : UNPROVED[verdict.kind];
  };
}

const UNPROVED = { refused: refusedBy(401), undecided: refusedBy(503) } as const;

async function read(web: Vendor, body: string): Promise<Inbound> {
  const envelope = Envelope.safeParse(jsonOf(body)).data;
  if (!envelope) return refusedBy(422);
  if (envelope.Type === 'SubscriptionConfirmation') return confirm(web, envelope.SubscribeURL);
  return envelope.Type === 'Notification' ? messageIn(envelope, body) : { kind: 'nothing' };
}

/** The address was checked with the signature: it is Amazon's own. */
async function confirm(web: Vendor, url: string | undefined): Promise<Inbound> {
  if (url === undefined) return refusedBy(422);
  const sent = await web.send({ method: 'GET', path: url, anonymous: true }, 'confirm');
  return sent.kind === 'reply' && sent.reply.status < 300 ? { kind: 'nothing' } : refusedBy(503);
}

/** The keyword is what AWS itself has recognised; the body is what was written, and says it too. */
function messageIn({ Message, Timestamp }: z.output<typeof Envelope>, body: string): Inbound {
  const payload = Payload.safeParse(jsonOf(Message)).data;
  if (!payload) return refusedBy(422);
  const { originationNumber, messageBody, messageKeyword, inboundMessageId } = payload;
  return {
    kind: 'message',
    message: {
      from: originationNumber,
      text: messageBody === '' ? messageKeyword : messageBody,
      id: `aws ${inboundMessageId}`,
      at: Date.parse(Timestamp),
      digest: sha256(body),
    },
  };
}
