import { orBroken } from '../domain/broken-version.ts';
import type { HashedName } from '../ports.ts';
import type { ErasePorts } from './erase.ts';
import { livingHolders, strangerOf } from './known-by.ts';
import { underEveryKind } from './last-version.ts';
import { type Erasure, isOnHold, isOpen, placedOn } from './rights-case.ts';

type Ports = Pick<ErasePorts, 'cases' | 'identifiers' | 'records' | 'catalogue' | 'seals'>;

/** Of so many holders more than two live, or nobody can say. */
const MOST = 50;

/**
 * What was kept for an address alone, before anybody was known by it, is the person's who goes by it now, and is erased with
 * her, also where it was kept under another kind; unless somebody else lives behind it, whom that stop protects. Gives those that
 * are not erased yet.
 */
export async function erasingStrangers(
  ports: Ports,
  subject: string,
  erasure: Erasure,
): Promise<readonly string[]> {
  const { current } = await ports.identifiers.of(subject);
  /** What is kept for an address alone waits for nothing else that is: two of one mailbox would wait for each other. */
  if (current.some((entry) => strangerOf(entry) === subject)) return [];
  const open: string[] = [];
  const named = await Promise.all(
    current.map(async (entry) => {
      const [own, ...aliases] = await underEveryKind(ports, subject, entry);
      const others = aliases.map((name) => ({ name, id: `${erasure.id}.${name.kind}.${entry.kind}` }));
      return own && entry.shared ? [{ name: own, id: `${erasure.id}.${own.kind}` }, ...others] : others;
    }),
  );
  const asked = new Set([subject]);
  for (const { name, id } of named.flat()) {
    const stranger = strangerOf(name);
    if (asked.has(stranger)) continue;
    asked.add(stranger);
    if (!(await isKeptFor(ports, subject, name))) continue;
    if (await isErasing(ports, stranger, { ...erasure, id, with: subject })) open.push(stranger);
  }
  return open;
}

/** Something is kept for the address alone, and nobody else lives behind it. */
async function isKeptFor({ identifiers }: Ports, subject: string, name: HashedName): Promise<boolean> {
  const stranger = strangerOf(name);
  const holders = await livingHolders(identifiers, name, MOST);
  return holders.includes(stranger) && holders.every((holder) => [stranger, subject].includes(holder));
}

/** Begins the erasure of one, unless it is under way or done. False: nothing is left to be waited for. */
async function isErasing(ports: Ports, stranger: string, erasure: Erasure): Promise<boolean> {
  const rightsCase = await ports.cases.of(stranger);
  const { id, state } = rightsCase.erasure ?? {};
  if (isOpen(rightsCase.erasure) || id === erasure.id) return state === 'telling';
  const newest = await orBroken(ports.records.newest(stranger));
  if (!newest || isOnHold(rightsCase)) return false;
  const { version: _v, since: _s, repeated: _r, erased: _e, certificate: _c, ...rest } = erasure;
  await ports.cases.write({
    ...rightsCase,
    revision: rightsCase.revision + 1,
    erasure: { ...rest, state: 'telling', told: [], placed: placedOn(rightsCase) },
  });
  return true;
}
