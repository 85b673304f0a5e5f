import { resolve } from '../../../lib/domain/answer.ts';
import { CATALOGUE, sealedAddress } from './people.ts';
import type { World } from './world.ts';

/** What is wrong at the end, in words; nothing if all is well. */
export function faultsOf(world: World): readonly string[] {
  const { destination, addresses } = world.plan;
  return destination.kind === 'log'
    ? missing(world)
    : addresses.flatMap((address) => wrongAt(world, address));
}

/** Every version must have arrived, however often. */
const missing = ({ people, vendor }: World): readonly string[] =>
  people
    .all()
    .map(({ event }) => event.id)
    .filter((id) => !vendor.people.has(id))
    .map((id) => `${id} never arrived`);

/** An address has what the most restrictive of its holders last said, and nothing is granted that none of them said. */
function wrongAt(world: World, address: string): readonly string[] {
  const has = world.vendor.people.get(address) ?? {};
  return Object.keys(CATALOGUE.topics).flatMap((topic) => {
    const should = answerAt(world, address, topic);
    const is = has[topic] ?? 'none';
    const wrong = should === 'none' ? is === 'granted' : is !== should;
    return wrong ? [`${address} has ${topic} ${is}, should be ${should}`] : [];
  });
}

function answerAt({ people }: World, address: string, topic: string): string {
  const answers = people.holders(sealedAddress(address).hash).flatMap((subject) => {
    const stored = people.newest(subject);
    const rows = stored ? resolve(stored.version.record, CATALOGUE, 0).choices : [];
    return rows.filter((row) => row.topic === topic).map(({ state }) => state);
  });
  if (answers.includes('withdrawn')) return 'withdrawn';
  return answers.includes('granted') ? 'granted' : 'none';
}
