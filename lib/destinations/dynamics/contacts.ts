import * as z from 'zod';
import type { Call, Delivery, Reply } from '../destination.ts';
import { ODATA } from './consents.ts';
import { quoted } from './query.ts';
import { isResult, wentMeanwhile } from './replies.ts';
import type { Settings } from './settings.ts';

type ContactFlags = NonNullable<Settings['contactFlags']>;

const Contacts = z.object({ value: z.array(z.looseObject({ contactid: z.guid() })) });

/**
 * Flags of the contacts with this address: set for a channel on which the person stopped everything, and lifted when
 * they grant something there again, but only what Heed noted as its own. Whoever set a flag by hand keeps it.
 */
export function tellContacts(delivery: Delivery, { contactFlags }: Settings): readonly Call[] {
  const email = delivery.identifiers['email'];
  if (!contactFlags || email === undefined || delivery.retired) return [];
  const { emailColumn, stopColumn } = contactFlags;
  const stopped = Object.keys(contactFlags.flags).filter((channel) => delivery.stoppedAll.includes(channel));
  const granted = Object.keys(contactFlags.flags).filter((channel) =>
    delivery.choices.some((row) => row.state === 'granted' && row.channel === channel),
  );
  if (stopped.length + granted.length === 0) return [];
  const filter = encodeURIComponent(`${emailColumn} eq ${quoted(email)}`);
  const path = `/contacts?$select=contactid,${stopColumn}&$filter=${filter}`;
  const next = (reply: Reply): readonly Call[] => {
    const contacts = Contacts.safeParse(reply.body).data?.value;
    if (!contacts) return [{ outcome: { kind: 'failed', reason: 'unreadable-reply' } }];
    return contacts.flatMap((contact) => {
      const own = String(contact[stopColumn] ?? '')
        .split(' ')
        .filter(Boolean);
      const now = [...new Set([...own, ...stopped])].filter(
        (channel) => stopped.includes(channel) || !granted.includes(channel),
      );
      return patch(contact.contactid, contactFlags, { own, now });
    });
  };
  return [{ method: 'GET', path, headers: ODATA, interpret: isResult, next }];
}

interface Stops {
  /** Channels whose flags Heed has set. */
  readonly own: readonly string[];
  readonly now: readonly string[];
}

function patch(id: string, { flags, stopColumn }: ContactFlags, { own, now }: Stops): readonly Call[] {
  const moved = Object.entries(flags).filter(([channel]) => own.includes(channel) !== now.includes(channel));
  if (moved.length === 0) return [];
  const body = Object.fromEntries(
    moved.flatMap(([channel, names]) => names.map((name) => [name, now.includes(channel)])),
  );
  return [
    {
      method: 'PATCH',
      path: `/contacts(${id})`,
      headers: { ...ODATA, 'if-match': '*' },
      interpret: wentMeanwhile,
      body: { ...body, [stopColumn]: now.join(' ') || null },
    },
  ];
}
