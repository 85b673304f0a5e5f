import config from '../heed.config.ts';
import { systemClock } from '../lib/aws/system-clock.ts';
import type { Call, Delivery, Destination, Reply } from '../lib/destinations/destination.ts';
import { checkChange } from '../lib/domain/check.ts';
import { decide } from '../lib/domain/decide.ts';
import { eventOf, type PreferencesChanged } from '../lib/domain/event.ts';
import { toIso } from '../lib/domain/time.ts';
import { addressOf } from '../lib/flow/address.ts';
import { runErrands } from '../lib/flow/calls.ts';
import { deliveryOf } from '../lib/flow/deliver-log.ts';
import { reportedOf } from '../lib/flow/health.ts';
import type { Lane } from '../lib/flow/lane.ts';
import { vendorOf } from '../lib/http/client.ts';
import type { Request } from '../lib/ports.ts';
import { simulators } from '../test/simulators/index.ts';

/** One delivery to a destination: how its calls are made, and what was asked of and replied by its simulator. */
export interface Heard {
  readonly calls: () => readonly Call[];
  readonly requests: readonly Request[];
  readonly replies: readonly Reply[];
  /** The secret it was told with. */
  readonly secret: unknown;
}

/** Delivers to the destination's simulator as a worker would, and keeps what went to and fro, in order. */
export async function heardFrom(lane: Lane): Promise<Heard> {
  const { destination, settings } = lane;
  const simulator = simulators[destination.id]?.();
  if (!simulator) throw new Error(`${destination.id} has no simulator`);
  await simulator.start();
  const secret = destination.secret.parse(simulator.secret());
  const given = async () => simulator.secret();
  const vendor = vendorOf({ destination, settings, secret: given, perSecond: 1e6, clock: systemClock });
  const requests: Request[] = [];
  const replies: Reply[] = [];
  const recorder = {
    send: async (request: Request, id: string) => {
      const sent = await vendor.send(request, id);
      if (sent.kind !== 'reply') throw new Error(`${destination.id} did not reply`);
      requests.push(request);
      replies.push(sent.reply);
      return sent;
    },
  };
  const calls = await callsFor(lane);
  const errand = { id: 'person-1:1', calls: calls() };
  const ports = { vendor: recorder, clock: { ...systemClock, sleep: async () => undefined } };
  const [outcome] = await runErrands(ports, destination, [errand], Date.now() + 60_000);
  await vendor.close();
  await simulator.stop();
  if (outcome?.kind !== 'delivered') throw new Error(`${destination.id}: ${JSON.stringify(outcome)}`);
  return { calls, requests, replies, secret };
}

/** What the destination makes of a change; of a report, where it keeps watch. */
async function callsFor(lane: Lane): Promise<() => readonly Call[]> {
  const { destination, settings } = lane;
  if (destination.kind === 'watch') {
    const reported = reportedOf(config.catalogue, TROUBLE);
    return () => destination.report?.(reported, settings) ?? [];
  }
  const delivery = await deliveryFor(lane);
  return () => destination.translate(delivery, settings);
}

const AT = toIso(Date.now());
const TROUBLE = {
  ...{ at: AT, troubledAt: AT },
  standing: {
    ...{ lane: 'mailer', title: 'Mailer', impact: 'people keep getting mail', state: 'failing' as const },
    ...{ since: AT, gaps: 0, held: 0, failed: 1, needsUserAction: 0 },
  },
};

/** A grant of one topic and the withdrawal of another, of a person who has every identifier. */
async function deliveryFor(lane: Lane): Promise<Delivery> {
  const { id, kind, channels } = lane.destination;
  const channel = channels === 'all' || channels.includes('email') ? 'email' : (channels[0] ?? 'email');
  const event = changeOn(channel);
  if (kind === 'log') return deliveryOf(event);
  const told = { subject: 'person-1', event, toldVersion: 0, sure: false, identifiers: IDENTIFIERS };
  const [delivery] = (await addressOf(NOBODY, lane, told)).deliveries;
  if (!delivery) throw new Error(`${id} has nothing to say`);
  return delivery;
}

const VALUES = { email: 'person@example.com', phone: '+4520123456', id: '1001' } as const;
const IDENTIFIERS = Object.entries(config.identifiers).map(([kind, { type }]) => ({
  ...{ kind, value: VALUES[type], hash: kind, shared: false },
}));

const NOBODY = {
  records: { newest: async () => undefined, version: async () => undefined },
  identifiers: { holders: async () => [], suppressed: async () => [] },
  catalogue: config.catalogue,
  clock: systemClock,
};

function changeOn(channel: string): PreferencesChanged {
  const { catalogue } = config;
  const now = Date.now();
  const choices = [
    { topic: 'acme/newsletter', channel, state: 'granted' as const },
    { topic: 'acme/offers', channel, state: 'withdrawn' as const },
  ];
  const evidence = {
    source: 'preference-center',
    actor: { kind: 'subject' as const },
    method: 'form',
    occurredAt: toIso(now),
    legalBasis: 'consent' as const,
    notice: { id: 'marketing', version: '3', language: 'en' },
  };
  const checked = checkChange({ choices, evidence }, { catalogue, caller: { sources: ['*'] }, now });
  if ('refusal' in checked) throw new Error('the change is not valid');
  const change = { ...checked.change, identifiers: [] };
  const decision = decide(undefined, change, { subject: 'person-1', now, catalogue });
  if (decision.kind !== 'version') throw new Error('the change makes no version');
  return eventOf(decision.version, catalogue);
}

/** All that `deliver` asks of a destination, from the delivery to its outcome; gives how many replies were read. */
export function play(destination: Destination, { calls, replies }: Heard): number {
  let read = 0;
  const nextReply = (): Reply => {
    const reply = replies[read];
    if (!reply) throw new Error(`${destination.id} asks for more than it did`);
    read += 1;
    return reply;
  };
  for (let queue = calls(); queue.length > 0; ) {
    const [call, ...rest] = queue;
    queue = call && !('outcome' in call) ? [...ask(destination, call, nextReply), ...rest] : rest;
  }
  return read;
}

type RealCall = Exclude<Call, { readonly outcome: unknown }>;

/** One request and its reply; the calls that follow it. */
function ask(destination: Destination, call: RealCall, nextReply: () => Reply): readonly Call[] {
  if ('items' in call) {
    if (call.items.length === 0) return [];
    call.wrap(call.items);
  }
  let reply = nextReply();
  while (call.follow?.(reply)) reply = nextReply();
  if ('items' in call) {
    destination.interpret?.(reply);
    call.split(reply, call.items);
    return [];
  }
  if (!call.interpret?.(reply)) destination.interpret?.(reply);
  return call.next?.(reply) ?? [];
}
