import type { DeliveryItem, Identifiers, Records } from '../ports.ts';
import { erasingAmong } from './being-erased.ts';
import type { Fate } from './fate.ts';
import { loggedNames } from './former.ts';
import { livingHolders, strangerOf } from './known-by.ts';
import { firstSent, toldAsState } from './recipients.ts';
import type { ErasureTold } from './rights-case.ts';
import { type ToldPorts, toldOf } from './told.ts';

export interface ErasureToldPorts extends Omit<ToldPorts, 'marks'> {
  readonly identifiers: Identifiers;
  readonly records: Pick<Records, 'version' | 'newest'>;
}

/** An erasure waits for whoever has not answered, since whenever its lane has been there. */
const marks = { read: async () => undefined };

/** What each destination has made of a version of an erasure. */
export async function erasureTold(
  ports: ErasureToldPorts,
  subject: string,
  version: number,
): Promise<readonly ErasureTold[]> {
  const [view, erasing, { items }] = await Promise.all([
    toldOf({ ...ports, marks })(subject, version),
    erasingNow(ports, subject),
    ports.ledger.ofSubject(subject, 'items'),
  ]);
  const erased = new Set(
    items.filter((item) => hasErased(item, version)).map(({ destination }) => destination),
  );
  const told = (view?.deliveries ?? []).map(
    ({ destination, outcome, at, reason, reference }): ErasureTold => ({
      ...{
        destination,
        outcome: answered(outcome),
        how: (outcome === 'delivered' ? erased : erasing).has(destination) ? 'erase' : 'suppress',
      },
      ...(at !== undefined && { at }),
      ...(reason !== undefined && { reason }),
      ...(reference !== undefined && { reference }),
    }),
  );
  const others = items.filter((item) => !isEnabled(ports, item));
  const had = await Promise.all(others.map((item) => hadHer(ports, item)));
  return [...told, ...others.filter((_, i) => had[i]).map(untold)];
}

const hasErased = ({ erased = 0 }: DeliveryItem, version: number): boolean => erased >= version;

/** Destinations that would be asked to erase her if she were told to them now. */
async function erasingNow(ports: ErasureToldPorts, subject: string): Promise<ReadonlySet<string>> {
  const shared = await sharedKinds(ports, subject);
  const erasing = ports.destinations.filter(
    ({ erases, kind, identifiedBy = [] }) =>
      erases && kind === 'state' && !identifiedBy.some((one) => shared.has(one)),
  );
  return new Set(erasing.map(({ id }) => id));
}

/** Some were told only that everything is withdrawn, for somebody's sake who goes by her address no more: they can erase it now. */
export async function canEraseMore(
  ports: ErasureToldPorts,
  subject: string,
  told: readonly ErasureTold[],
): Promise<boolean> {
  const stopped = told.filter(({ outcome, how }) => outcome === 'delivered' && how === 'suppress');
  if (stopped.length === 0) return false;
  const erasing = await erasingNow(ports, subject);
  return stopped.some(({ destination }) => erasing.has(destination));
}

/**
 * Of those that are told every version, which have no item of her: whoever was sent one once and is not enabled any more, or
 * not even declared. It costs some requests, so it is asked for where an erasure ends, and where somebody looks.
 */
export async function untoldLogs(ports: ErasureToldPorts, subject: string): Promise<readonly ErasureTold[]> {
  const { ledger, trails } = ports;
  const [{ items }, names] = await Promise.all([
    ledger.ofSubject(subject, 'items'),
    loggedNames(trails, subject),
  ]);
  const without = names.filter(
    (id) => !isEnabled(ports, { destination: id }) && !items.some(({ destination }) => destination === id),
  );
  const sent = await Promise.all(
    without.map((destination) => firstSent(trails.loggedUp({ subject, destination }))),
  );
  return without.filter((_, i) => sent[i]).map((destination) => untold({ destination }));
}

/** Whoever cannot be known not to be concerned is waited for. */
const answered = (outcome: Fate['outcome']): ErasureTold['outcome'] =>
  outcome === 'unknown' || outcome === 'not-told' ? 'pending' : outcome;

/**
 * Kinds of her identifiers that somebody else is known by, who is not being erased too: those are told withdrawn, and never
 * erased.
 */
async function sharedKinds(ports: ErasureToldPorts, subject: string): Promise<ReadonlySet<string>> {
  const { identifiers } = ports;
  const { current } = await identifiers.of(subject);
  const shared = current.filter((name) => name.shared);
  const held = await Promise.all(
    shared.map(async (name) => {
      const holders = await livingHolders(identifiers, name, MOST);
      const others = holders.filter((holder) => holder !== subject && holder !== strangerOf(name));
      return (await erasingAmong(ports, others)).size < others.length;
    }),
  );
  return new Set(shared.filter((_, i) => held[i]).map(({ kind }) => kind));
}

/** One living holder is enough. */
const MOST = 50;

/** Was sent a request about her, whatever became of it. */
const hadHer = async ({ trails }: ErasureToldPorts, item: DeliveryItem): Promise<boolean> =>
  item.version > 0 || (await toldAsState(trails, item)) !== undefined;

const isEnabled = (
  { destinations }: ErasureToldPorts,
  { destination }: Pick<DeliveryItem, 'destination'>,
): boolean => destinations.some(({ id }) => id === destination);

/** A destination that was told of her once and is not enabled any more: nobody tells it, and nobody waits for it. */
const NOT_ENABLED = 'not-enabled';

const untold = ({ destination }: Pick<DeliveryItem, 'destination'>): ErasureTold => ({
  ...{ destination, outcome: 'pending', how: 'suppress', reason: NOT_ENABLED },
});

const ANSWERED: ReadonlySet<Fate['outcome']> = new Set([
  'delivered',
  'skipped',
  'overtaken',
  'not-concerned',
]);

/** It has done what it was asked, or has nothing of her. */
export const isAnswered = ({ outcome }: ErasureTold): boolean => ANSWERED.has(outcome);

/** It may answer yet. */
export const isAwaited = (told: ErasureTold): boolean => !isAnswered(told) && told.reason !== NOT_ENABLED;
