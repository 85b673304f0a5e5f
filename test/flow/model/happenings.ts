import { deliver } from '../../../lib/flow/deliver.ts';
import type { Disposition, Lane, LaneMessage } from '../../../lib/flow/lane.ts';
import { aChange, granted, NOW, withdrawn } from '../../builders.ts';
import { sealedAddress } from './people.ts';
import { deliverPorts } from './ports.ts';
import type { Copy } from './queue.ts';
import { FUNCTION_TIMEOUT, VISIBILITY, type Worker, type World } from './world.ts';

export const wait = (here: World): void => here.pass(Math.max(0, here.queue.next() - here.now()));

/** So long that retrying is given up. */
export function nap(here: World): void {
  here.say(() => 'seven hours pass');
  here.pass(7 * 3_600_000);
}

export function twin(here: World): void {
  const copy = here.queue.twin(here.random.below(here.queue.size()), here.now());
  if (copy) here.say(() => `${nameOf(copy)} is there twice`);
}

export function arriveLate({ vendor: { late }, random }: World): void {
  for (const { arrive } of late.splice(random.below(late.length), 1)) arrive();
}

/** The bus delivers what it was given in any order, now and then twice. */
export function fromBus(here: World): void {
  const { onTheBus, random, queue } = here;
  const recording = random.pick(onTheBus);
  const { event } = recording;
  if (!random.happens(0.05)) onTheBus.splice(onTheBus.indexOf(recording), 1);
  here.say(() => `${event.id} reaches the queue`);
  queue.put(
    { subject: event.subject, version: event.data.version, event, force: false, confirming: false },
    here.now(),
  );
}

/** Somebody changes something: a choice or two, sometimes of long ago, an address, or both. */
export async function change(here: World): Promise<void> {
  const { random, plan, people, unpublished } = here;
  const subject = random.pick(plan.subjects);
  const topics = random.happens(0.6) ? ['*'] : [random.pick(['acme/newsletter', 'acme/offers'])];
  const choice = random.happens(0.6) ? granted : withdrawn;
  const moves = people.newest(subject) ? random.happens(plan.moving) : random.happens(0.9);
  const address = random.happens(0.12) ? null : random.pick(plan.addresses);
  const sealed = address === null ? { kind: 'email', hash: null, sealed: null } : sealedAddress(address);
  const made = aChange({
    choices: moves && random.happens(0.3) ? [] : topics.map((topic) => choice(topic, 'email')),
    identifiers: moves ? [sealed] : [],
    at: (here.now() - NOW) / 60_000 - (random.happens(0.12) ? random.next() * 60 : 0),
  });
  const recording = await people.record(subject, made, here.now());
  if (!recording) return;
  here.say(
    () => `${recording.event.id} is recorded: ${JSON.stringify(made.choices)} ${moves ? address : ''}`,
  );
  unpublished.push(recording);
}

const nameOf = ({ id, body }: Copy): string =>
  `${id} (${body.subject}:${body.version}${body.force ? ' forced' : ''}${body.confirming ? ' confirming' : ''})`;

/** A worker takes a batch, delivers it, and reports what becomes of each message. */
export function start(here: World, lane: Lane, id: number): void {
  const { random, queue, plan, workers } = here;
  const worker: Worker = {
    id,
    deadline: here.now() + FUNCTION_TIMEOUT,
    hiddenUntil: here.now() + VISIBILITY,
  };
  const copies = queue.receive(1 + random.below(plan.batch), here.now(), worker.hiddenUntil);
  if (copies.length === 0) return;
  workers.set(worker.id, worker);
  here.say(
    () =>
      `worker ${worker.id} takes ${copies.map((copy) => `${nameOf(copy)} for the ${copy.receiveCount}. time`).join(', ')}`,
  );
  const messages = copies.map(
    (copy): LaneMessage => ({
      id: copy.id,
      ...copy.body,
      sentAt: copy.sentAt,
      receiveCount: plan.lie === 'a queue that always says 1' ? 1 : copy.receiveCount,
    }),
  );
  void deliver(deliverPorts(here, worker), lane)(messages, worker.deadline)
    .then((dispositions) =>
      here.scheduler.call(worker.id, { run: () => report(here, worker, copies, dispositions) }),
    )
    .catch((error: unknown) => {
      here.failures.push(`it threw: ${String(error)}`);
    });
}

function report(
  here: World,
  worker: Worker,
  copies: readonly Copy[],
  dispositions: readonly Disposition[],
): void {
  here.workers.delete(worker.id);
  for (const copy of copies) {
    const found = dispositions.find(({ id }) => id === copy.id);
    if (!found) throw new Error(`nothing was said of ${copy.id}`);
    here.say(
      () =>
        `worker ${worker.id}: ${nameOf(copy)} ${found.again === undefined ? 'is done' : `again in ${found.again} s`}`,
    );
    if (found.again === undefined) here.queue.remove(copy);
    else copy.visibleAt = here.now() + found.again * 1000;
  }
}
