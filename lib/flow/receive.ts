import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Destination, InboundNotice, Receive, ReportedChoice } from '../destinations/destination.ts';
import type { Fault } from '../domain/refusal.ts';
import { type ReceivePorts, type Taken, takeChoice } from './take-reported.ts';

export type { ReceivePorts };

/** What became of a vendor's notice. `ignored`: echoes of what Heed sent, and grants nobody vouches for. */
export type Received =
  | {
      readonly kind: 'accepted';
      readonly changes: number;
      readonly unchanged: number;
      readonly ignored: number;
    }
  | {
      readonly kind: 'refused';
      readonly status: 401 | 422 | 503;
      readonly detail: string;
      readonly errors?: readonly Fault[];
    };

/**
 * Takes a vendor's own notice. An unsubscribe is the person's act; a grant is only the vendor's word. Each choice is
 * stored on its own, so that no stop hangs on its neighbours. What says nothing new makes no version: loops end here.
 */
export const receive =
  (ports: ReceivePorts) =>
  async (
    destination: Destination,
    settings: unknown,
    notice: InboundNotice,
    secret: unknown,
  ): Promise<Received> => {
    const { receive: receiver } = destination;
    if (!receiver || !isSigned(receiver, notice, destination.secret.parse(secret), ports.clock.now())) {
      return { kind: 'refused', status: 401, detail: 'The signature is missing, wrong or too old.' };
    }
    const reported = changesIn(receiver, notice.body, settings);
    if ('invalid' in reported) return { kind: 'refused', status: 422, detail: reported.invalid };
    return takeAll(ports, destination, reported.choices);
  };

async function takeAll(
  ports: ReceivePorts,
  destination: Destination,
  choices: readonly ReportedChoice[],
): Promise<Received> {
  const taken: Taken[] = [];
  for (const choice of choices) taken.push(...(await takeChoice(ports, destination, choice)));
  if (taken.includes('busy'))
    return { kind: 'refused', status: 503, detail: 'Too many changes at once; send the notice again.' };
  const count = (what: Taken): number => taken.filter((one) => one === what).length;
  return {
    kind: 'accepted',
    changes: count('changes'),
    unchanged: count('unchanged'),
    ignored: count('ignored'),
  };
}

/** HMAC-SHA256 in constant time, any of the keys in force, and a sending time within the window. */
export function isSigned<K>(
  { signature }: Receive<unknown, K>,
  notice: InboundNotice,
  secret: K,
  now: number,
): boolean {
  const given = Buffer.from(notice.headers[signature.header] ?? '', signature.encoding);
  const sentAt = Number(notice.headers[signature.timestamp.header]);
  if (!Number.isFinite(sentAt) || Math.abs(now - sentAt) > signature.timestamp.tolerance * 1000) return false;
  const signed = signature.signed(notice);
  return signature.keys(secret).some((key) => {
    const expected = createHmac('sha256', key).update(signed).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function changesIn<S>(receiver: Receive<S, unknown>, body: string, settings: S) {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { invalid: 'The body is not JSON.' };
  }
  const choices = receiver.changes(parsed, settings);
  return 'invalid' in choices ? choices : { choices };
}
