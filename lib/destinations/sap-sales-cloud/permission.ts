import type { Delivery } from '../destination.ts';
import type { Person } from './people.ts';
import type { Settings } from './settings.ts';

type Permission = NonNullable<Settings['permission']>;
type Body = Readonly<Record<string, string>>;

/** Has the person stopped everything that this permission is about? */
export const isStopped = ({ stoppedAll }: Delivery, { channels }: Permission): boolean =>
  channels.every((channel) => stoppedAll.includes(channel));

/** Does a grant ask for it? One on a channel that it is not about does not. */
export const isWanted = (delivery: Delivery, permission: Permission): boolean =>
  !isStopped(delivery, permission) &&
  delivery.choices.some(
    ({ state, channel }) => state === 'granted' && permission.channels.some((name) => name === channel),
  );

const tookIt = ({ permission, noted }: Person, { codes }: Permission): boolean =>
  noted && permission === codes.withdrawn;

/** Somebody at SAP holds it back: any code but yes does, such as one that says to check first. */
export const isHeldBack = (person: Person, permission: Permission): boolean =>
  person.permission !== '' && person.permission !== permission.codes.granted && !tookIt(person, permission);

/** Takes it away from whom SAP would contact; a note that no longer holds is emptied, lest it lift what is not Heed's. */
export function stopped(delivery: Delivery, person: Person, permission: Permission): Body {
  const { property, codes, stopField } = permission;
  if (tookIt(person, permission)) return {};
  if (!isHeldBack(person, permission) && isStopped(delivery, permission))
    return { [property]: codes.withdrawn, [stopField]: delivery.recordedAt };
  return person.noted ? { [stopField]: '' } : {};
}

/** Gives back what Heed took, and nothing else. */
export function lifted(delivery: Delivery, person: Person, permission: Permission): Body {
  const { property, codes, stopField } = permission;
  if (!isWanted(delivery, permission) || !tookIt(person, permission)) return {};
  return { [property]: codes.granted, [stopField]: '' };
}
