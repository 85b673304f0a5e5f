import type { Ask, Destination, Learned, Reply } from '../destinations/destination.ts';
import type { Clock, Sent, Vendor } from '../ports.ts';
import { EXCHANGE_MS } from './lane.ts';

export interface Asking {
  readonly vendor: Vendor;
  readonly clock: Clock;
  readonly destination: Destination;
  /** No question is asked whose answer could come after this, ms. */
  readonly deadline: number;
  /** Most questions, those that answers lead to included. */
  readonly most: number;
  readonly atOnce: number;
  /** Stores what an answer taught, before anything it leads to is asked. */
  readonly take: (taught: Taught) => Promise<void>;
}

/** What one answer taught; `text` is the answer as it came. */
export interface Taught {
  readonly ask: Ask;
  readonly learned: Learned;
  readonly text: string;
}

/** Why not everything could be learned, as a code. `over`: nothing more can be asked now. */
interface Trouble {
  readonly trouble: string;
  readonly over: boolean;
}

/**
 * Asks a vendor, and asks on where its answers lead, what follows from one answer before its neighbours. An answer that
 * cannot be read keeps no other from being taken. Gives the first trouble there was: undefined when all is learned.
 */
export async function askAll(asking: Asking, asks: readonly Ask[]): Promise<string | undefined> {
  let trouble: string | undefined;
  let waiting = [...asks];
  for (let asked = 0; waiting.length > 0; ) {
    const some = waiting.splice(0, asking.atOnce);
    asked += some.length;
    if (asked > asking.most) return trouble ?? 'too-many-asks';
    const answers = await Promise.all(some.map((ask) => answerTo(asking, ask)));
    waiting = [...(await takeEach(asking, answers)), ...waiting];
    const troubles = answers.flatMap((answer) => ('trouble' in answer ? [answer] : []));
    trouble ??= troubles[0]?.trouble;
    if (troubles.some(({ over }) => over)) return trouble;
  }
  return trouble;
}

/** Takes what the answers taught; gives what they lead to. */
async function takeEach(asking: Asking, answers: readonly (Taught | Trouble)[]): Promise<readonly Ask[]> {
  const next: Ask[] = [];
  for (const answer of answers) {
    if ('trouble' in answer) continue;
    await asking.take(answer);
    next.push(...(answer.learned.asks ?? []));
  }
  return next;
}

async function answerTo(asking: Asking, ask: Ask): Promise<Taught | Trouble> {
  const { vendor, clock, deadline } = asking;
  const { learn: _, pause = 0, ...request } = ask;
  if (!isAllowed(ask)) return { trouble: 'ask-astray', over: false };
  if (clock.now() + pause + EXCHANGE_MS > deadline) return { trouble: 'no-time', over: true };
  if (pause > 0) await clock.sleep(pause);
  return readBy(asking.destination, ask, await vendor.send(request, `ask ${clock.now()}`));
}

function readBy(destination: Destination, ask: Ask, sent: Sent): Taught | Trouble {
  if (sent.kind === 'unsent') return { trouble: sent.reason, over: true };
  if (sent.kind === 'silence') return { trouble: sent.timedOut ? 'timed-out' : 'unreachable', over: true };
  const { reply, text } = sent;
  if (isPassing(reply.status)) return { trouble: `http-${reply.status}`, over: true };
  const learned = learnedFrom(destination, ask, reply);
  if (!learned) return { trouble: 'unreadable-reply', over: false };
  return { ask, learned, text: text ?? JSON.stringify(reply.body ?? '') };
}

/** Credentials go nowhere but below the destination's own endpoint; an address out of a notice is asked without. */
const isAllowed = ({ path, anonymous }: Ask): boolean =>
  path.startsWith('/') || (anonymous === true && path.startsWith('https://'));

const TRY_AGAIN = new Set([401, 408, 425, 429]);

const isPassing = (status: number): boolean => TRY_AGAIN.has(status) || status >= 500;

/** A success that the destination reads as a passing failure teaches nothing, nor does a reply that nobody foresaw. */
function learnedFrom(
  { interpret }: Destination,
  { learn, anonymous }: Ask,
  reply: Reply,
): Learned | undefined {
  try {
    const passing = !anonymous && interpret?.(reply)?.kind === 'retry';
    return passing ? undefined : learn(reply);
  } catch {
    return undefined;
  }
}
