import { orBroken } from '../domain/broken-version.ts';
import type { ErasePorts } from './erase.ts';
import { livingHolders, strangerOf } from './known-by.ts';
import { type Erasure, isOnHold, isOpen, placedOn } from './rights-case.ts';

type Ports = Pick<ErasePorts, 'cases' | 'identifiers' | 'records'>;

/** Of so many holders more than two live, or nobody can say. */
const MOST = 50;

/**
 * What was kept for an address alone, before anybody was known by it, is the person's who goes by it now, and is erased with
 * her; unless somebody else lives behind it, whom that stop protects. Gives those that are not erased yet.
 */
export async function erasingStrangers(
  ports: Ports,
  subject: string,
  erasure: Erasure,
): Promise<readonly string[]> {
  const { current } = await ports.identifiers.of(subject);
  const open: string[] = [];
  for (const { kind, hash, shared } of current) {
    const stranger = strangerOf({ kind, hash });
    if (!shared || stranger === subject) continue;
    const holders = await livingHolders(ports.identifiers, { kind, hash }, MOST);
    if (!holders.includes(stranger) || holders.length > 2) continue;
    if (await isErasing(ports, stranger, { ...erasure, id: `${erasure.id}.${kind}`, with: subject }))
      open.push(stranger);
  }
  return open;
}

/** Begins the erasure of one, unless it is under way or done. False: nothing is left to be waited for. */
async function isErasing(ports: Ports, stranger: string, erasure: Erasure): Promise<boolean> {
  const rightsCase = await ports.cases.of(stranger);
  const { id, state } = rightsCase.erasure ?? {};
  if (isOpen(rightsCase.erasure) || id === erasure.id) return state === 'telling';
  const newest = await orBroken(ports.records.newest(stranger));
  if (!newest || isOnHold(rightsCase)) return false;
  const { version: _v, repeated: _r, erased: _e, certificate: _c, ...rest } = erasure;
  await ports.cases.write({
    ...rightsCase,
    revision: rightsCase.revision + 1,
    erasure: { ...rest, state: 'telling', told: [], placed: placedOn(rightsCase) },
  });
  return true;
}
