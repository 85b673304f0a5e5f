import * as z from 'zod';
import { type Call, type Delivery, type DeliveryRow, defineDestination } from './destination.ts';
import { type Address, add, addressOf, askForGroups, GLOBAL, groupOf, subscribe } from './sendgrid/lists.ts';
import { changesIn, SIGNATURE, signedText, TIMESTAMP } from './sendgrid/notices.ts';
import { groupsIn } from './sendgrid/replies.ts';
import { Settings } from './sendgrid/settings.ts';

/**
 * Asks first which groups there are: an address that is added to a group that does not exist lands on the account's
 * global list, and gets no mail at all any longer.
 */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const rows = delivery.choices.filter(({ topic }) => topic in settings.groups);
  if (rows.length === 0) return [];
  const stopped = delivery.stoppedAll.includes('email');
  const address = addressOf(delivery.identifiers['email'] ?? '', settings);
  const asking = askForGroups(address, (reply) => {
    const all = groupsIn(reply);
    return all ? tell(address, { rows, stopped, all }) : [UNREADABLE];
  });
  return stopped && settings.globalStop ? [add(address, GLOBAL), asking] : [asking];
}

interface Told {
  readonly rows: readonly DeliveryRow[];
  readonly stopped: boolean;
  /** Groups that there are. */
  readonly all: readonly number[];
}

function tell(address: Address, { rows, stopped, all }: Told): readonly Call[] {
  const calls: Call[] = [];
  const granted: number[] = [];
  for (const { topic, state } of rows) {
    const id = address.settings.groups[topic];
    if (id === undefined || !all.includes(id)) calls.push(NO_GROUP);
    else if (state === 'withdrawn') calls.push(add(address, groupOf(id)));
    else granted.push(id);
  }
  if (!stopped) calls.push(...subscribe(address, granted, all));
  return calls;
}

const NO_GROUP: Call = { outcome: { kind: 'failed', reason: 'no-such-group' } };
const UNREADABLE: Call = { outcome: { kind: 'failed', reason: 'unreadable-reply' } };

/** Unsubscribe groups and the global list belong to e-mail addresses: nobody has to be known, and nobody is created. */
export const sendgrid = defineDestination({
  id: 'sendgrid',
  title: 'Twilio SendGrid',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email'],
  limits: { perSecond: 10, concurrency: 4, batch: 100, settleAfter: 30 },
  impact: 'people keep getting mail through SendGrid after they unsubscribed',
  settings: Settings,
  secret: z.object({
    apiKey: z.string().min(1).describe('An API key that may read groups, and read and write suppressions.'),
    verificationKeys: z
      .array(z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/))
      .default([])
      .describe(
        'Verification keys of the signed Event Webhook, newest first. Without one every notice is refused.',
      ),
  }),
  topics: ({ groups }) => Object.keys(groups),
  endpoint: ({ region }) => (region === 'eu' ? 'https://api.eu.sendgrid.com' : 'https://api.sendgrid.com'),
  auth: { kind: 'bearer', token: ({ apiKey }) => apiKey },
  translate,
  receive: {
    signature: {
      kind: 'ecdsa',
      header: SIGNATURE,
      keys: ({ verificationKeys }) => verificationKeys,
      signed: signedText,
      timestamp: TIMESTAMP,
    },
    changes: changesIn,
  },
});
