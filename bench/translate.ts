import config from '../heed.config.ts';
import { systemClock } from '../lib/aws/system-clock.ts';
import type { Call, Delivery, Destination, Reply } from '../lib/destinations/destination.ts';
import { destinations } from '../lib/destinations/index.ts';
import { checkChange } from '../lib/domain/check.ts';
import { decide } from '../lib/domain/decide.ts';
import { eventOf } from '../lib/domain/event.ts';
import { addressOf } from '../lib/flow/address.ts';
import type { Lane } from '../lib/flow/lane.ts';
import { lanesOf } from '../lib/flow/lanes.ts';
import { vendorOf } from '../lib/http/client.ts';
import { simulators } from '../test/simulators/index.ts';
import { atMost, type Report } from './report.ts';
import { median, type Pace } from './rounds.ts';

/** What a destination makes of a delivery and of the replies to it, without any request between. */
interface Translated {
  readonly destination: string;
  readonly requests: number;
  /** Median and least time of a delivery over the rounds, µs. */
  readonly median: number;
  readonly least: number;
  /** Allocated for a delivery, bytes. */
  readonly bytes: number;
}

/** Every enabled destination with the configuration that ships; its simulator said once what the vendor replies. */
export async function benchTranslate({ rounds }: Pace): Promise<Report> {
  const measured: Translated[] = [];
  for (const lane of lanesOf(config, destinations)) {
    const delivery = await deliveryFor(lane);
    const replies = await repliesTo(lane, delivery);
    measured.push(measure(lane, delivery, { replies, rounds }));
  }
  const rows = measured.map(({ destination, requests, median, least, bytes }) => ({
    ...{ destination, requests, 'a second': 1e6 / median, 'p50, µs': median, 'least, µs': least },
    'bytes allocated': bytes,
  }));
  const by = (key: 'median' | 'bytes') =>
    Object.fromEntries(measured.map((one) => [one.destination, one[key]]));
  return {
    tables: [{ title: 'Translate and interpret: a delivery of a grant and a withdrawal', rows }],
    aims: [
      atMost('translate and interpret in 10 µs', 10, by('median')),
      atMost('translate and interpret in 4,000 bytes', 4_000, by('bytes')),
    ],
  };
}

/** A grant of one topic and the withdrawal of another, by e-mail, of a person with an address. */
async function deliveryFor(lane: Lane): Promise<Delivery> {
  const { catalogue } = config;
  const now = Date.now();
  const choices = [
    { topic: 'acme/newsletter', channel: 'email', state: 'granted' as const },
    { topic: 'acme/offers', channel: 'email', state: 'withdrawn' as const },
  ];
  const evidence = {
    source: 'preference-center',
    actor: { kind: 'subject' as const },
    method: 'form',
    occurredAt: new Date(now).toISOString(),
    legalBasis: 'consent' as const,
    notice: { id: 'marketing', version: '3', language: 'en' },
  };
  const checked = checkChange({ choices, evidence }, { catalogue, caller: { sources: ['*'] }, now });
  if ('refusal' in checked) throw new Error('the change is not valid');
  const decision = decide(
    undefined,
    { ...checked.change, identifiers: [] },
    { subject: 'person-1', now, catalogue },
  );
  if (decision.kind !== 'version') throw new Error('the change makes no version');
  const told = {
    ...{ subject: 'person-1', event: eventOf(decision.version, catalogue), toldVersion: 0, sure: false },
    identifiers: [{ kind: 'email', value: 'person@example.com', hash: 'x', shared: false }],
  };
  const nobody = {
    records: NOTHING,
    identifiers: { holders: async () => [] },
    catalogue,
    clock: systemClock,
  };
  const [delivery] = (await addressOf(nobody, lane, told)).deliveries;
  if (!delivery) throw new Error(`${lane.destination.id} has nothing to say`);
  return delivery;
}

const NOTHING = { newest: async () => undefined, version: async () => undefined };

/** Sends the delivery to the destination's simulator and keeps what it replied, in order. */
async function repliesTo(lane: Lane, delivery: Delivery): Promise<readonly Reply[]> {
  const { destination, settings } = lane;
  const simulator = simulators[destination.id]?.();
  if (!simulator) throw new Error(`${destination.id} has no simulator`);
  await simulator.start();
  const secret = async () => simulator.secret();
  const vendor = vendorOf({ destination, settings, secret, perSecond: 1e6, clock: systemClock });
  const replies: Reply[] = [];
  let queue = destination.translate(delivery, settings);
  while (queue.length > 0) {
    const [call, ...rest] = queue;
    const request = requestOf(call);
    const sent = await vendor.send(request, delivery.event.id);
    if (sent.kind !== 'reply') throw new Error(`${destination.id} did not reply`);
    replies.push(sent.reply);
    queue = [...read(destination, request, sent.reply), ...rest];
  }
  await vendor.close();
  await simulator.stop();
  return replies;
}

type RealCall = Exclude<Call, { readonly outcome: unknown }>;

function requestOf(call: Call | undefined): RealCall & { readonly body?: unknown } {
  if (!call || 'outcome' in call) throw new Error('nothing was to be sent');
  return 'items' in call ? { ...call, body: call.wrap(call.items) } : call;
}

/** What a reply means, and the calls that follow it. */
function read(destination: Destination, call: RealCall, reply: Reply): readonly Call[] {
  const outcome = destination.interpret?.(reply);
  if (outcome && outcome.kind !== 'delivered') throw new Error(`${destination.id}: ${outcome.kind}`);
  if ('items' in call) call.split(reply, call.items);
  return 'next' in call ? (call.next?.(reply) ?? []) : [];
}

/** All that `deliver` asks of a destination, from the delivery to its outcome. */
function play({ destination, settings }: Lane, delivery: Delivery, replies: readonly Reply[]): void {
  let queue = destination.translate(delivery, settings);
  for (const reply of replies) {
    const [call, ...rest] = queue;
    queue = [...read(destination, requestOf(call), reply), ...rest];
  }
}

const OPERATIONS = 2_000;

function measure(
  lane: Lane,
  delivery: Delivery,
  { replies, rounds }: { readonly replies: readonly Reply[]; readonly rounds: number },
): Translated {
  const times: number[] = [];
  const sizes: number[] = [];
  for (let round = 0; round < rounds * 5; round++) {
    global.gc?.();
    const heap = process.memoryUsage().heapUsed;
    const begun = performance.now();
    for (let i = 0; i < OPERATIONS; i++) play(lane, delivery, replies);
    times.push(((performance.now() - begun) / OPERATIONS) * 1e3);
    sizes.push((process.memoryUsage().heapUsed - heap) / OPERATIONS);
  }
  const warm = times.slice(rounds);
  return {
    destination: lane.destination.id,
    requests: replies.length,
    least: Math.min(...warm),
    median: median(warm),
    bytes: median(sizes.slice(rounds)),
  };
}
