import type { Destination, InboundNotice, Receive, ReportedChoice } from '../destinations/destination.ts';
import type { Fault } from '../domain/refusal.ts';
import { isGenuine } from './genuine.ts';
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
    const proving = { settings, secret: destination.secret.parse(secret), now: ports.clock.now() };
    if (!receiver || !(await isGenuine(receiver.signature, notice, proving))) {
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

function changesIn<S>(receiver: Receive<S, unknown>, body: string, settings: S) {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { invalid: 'The body is not JSON.' };
  }
  return receiver.changes(parsed, settings);
}
