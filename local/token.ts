import * as z from 'zod';
import { Subject } from '../lib/domain/subject.ts';
import { CHANNEL_PATTERN, TOPIC } from '../lib/domain/topic.ts';
import { bytesOf, type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { mintToken, type OwnClaims, type TokenSecret } from '../lib/http/own-tokens.ts';
import { problem } from '../lib/http/problem.ts';
import type { Clock } from '../lib/ports.ts';

const Body = z.union([
  z.strictObject({ scope: z.string().min(1), as: z.string().min(1).max(100).optional() }),
  z.strictObject({
    subject: Subject,
    topic: z.string().regex(TOPIC),
    channel: z.string().regex(CHANNEL_PATTERN),
  }),
  z.strictObject({ subject: Subject }),
]);
type Body = z.output<typeof Body>;

export interface LocalTokenOptions {
  readonly secret: TokenSecret;
  readonly clock: Pick<Clock, 'now'>;
}

/** The built-in issuer of the local engine: a token for the asking. It speaks for every source. */
export const localToken =
  ({ secret, clock }: LocalTokenOptions) =>
  async (event: HttpEvent): Promise<HttpResponse> => {
    const body = Body.safeParse(parse(bytesOf(event).toString()));
    if (!body.success)
      return problem('invalid-request', {
        detail:
          'Ask with {"scope": "…"} (and who it is: "as": "…"), {"subject": "…"} or {"subject": "…", "topic": "…", "channel": "…"}.',
      });
    return json(200, { token: await mintToken(secret, claimsOf(body.data), { at: clock.now() }) });
  };

function claimsOf(body: Body): OwnClaims {
  if ('scope' in body) {
    const { scope, as: person } = body;
    return {
      ...{ purpose: 'access', sub: 'local', scope, sources: ['*'] },
      ...(person !== undefined && { person }),
    };
  }
  if ('topic' in body)
    return { purpose: 'unsubscribe', sub: body.subject, topic: body.topic, channel: body.channel };
  return { purpose: 'preferences', sub: body.subject };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
