import type { Call, Delivery, DeliveryRow } from '../destination.ts';
import {
  type Account,
  accountIn,
  consentOf,
  isOpen,
  mayGrant,
  type Said,
  subscriptionOf,
} from './account.ts';
import { accountsFound, isAccount, readSearch } from './replies.ts';
import { askAccount, request } from './requests.ts';
import type { Held, Settings } from './settings.ts';

/** A choice that the site has something for. */
interface Choice {
  readonly row: DeliveryRow;
  readonly held: Held;
}

const choicesOf = ({ choices }: Delivery, { topics }: Settings): readonly Choice[] =>
  choices.flatMap((row) => {
    const held = topics[row.topic]?.[row.channel];
    return held ? [{ row, held }] : [];
  });

/** What cannot be mistaken for more than an address in a query. */
const EMAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$/;

/** Finds the accounts, by the site's own id or by e-mail address, reads each and writes what it does not say yet. */
export function tell(delivery: Delivery, settings: Settings): readonly Call[] {
  const { 'sap-customer-data-cloud': uid, email } = delivery.identifiers;
  if (choicesOf(delivery, settings).length === 0) return [];
  if (uid !== undefined) return [look(uid, delivery, settings)];
  if (email === undefined) return [];
  if (!EMAIL.test(email)) return [answer('failed', 'not-an-address')];
  const query = `SELECT UID FROM accounts WHERE profile.email = "${email}"`;
  return [
    {
      ...request('accounts.search', settings, { query }),
      lookup: true,
      interpret: readSearch,
      next: (reply) => {
        const found = accountsFound(reply);
        return found.length > 0
          ? found.map((id) => look(id, delivery, settings))
          : [answer('skipped', 'no-such-account')];
      },
    },
  ];
}

const look = (uid: string, delivery: Delivery, settings: Settings): Call => ({
  ...askAccount(uid, settings),
  lookup: true,
  interpret: isAccount(settings.absentCodes),
  next: (reply) => {
    const account = accountIn(reply);
    return account ? write(account, delivery, settings) : [answer('failed', 'unreadable-reply')];
  },
});

/** Withdrawals alone and first, so that a consent that is refused for a grant keeps none of them waiting. */
function write(account: Account, delivery: Delivery, settings: Settings): readonly Call[] {
  const wanted = choicesOf(delivery, settings).flatMap((choice) => parts(account, choice));
  const of = (state: DeliveryRow['state']) => wanted.filter(({ row }) => row.state === state);
  const allowed = of('granted').filter(({ said, row }) => mayGrant(said, row, settings));
  const calls = [of('withdrawn'), allowed].flatMap((some) => set(account, some, { delivery, settings }));
  if (allowed.length < of('granted').length)
    return [...calls, answer('needs-user-action', 'opted-out-at-sap-customer-data-cloud')];
  return calls.length > 0 ? calls : [{ outcome: { kind: 'delivered' } }];
}

/** One subscription or one consent. */
interface Part {
  readonly kind: 'subscription' | 'consent';
  readonly id: string;
  readonly row: DeliveryRow;
  readonly said: Said;
}

const parts = (account: Account, { row, held: { subscription, consent } }: Choice): readonly Part[] => [
  ...(subscription === undefined
    ? []
    : [
        { kind: 'subscription' as const, id: subscription, row, said: subscriptionOf(account, subscription) },
      ]),
  ...(consent === undefined
    ? []
    : [{ kind: 'consent' as const, id: consent, row, said: consentOf(account, consent) }]),
];

interface Saying {
  readonly delivery: Delivery;
  readonly settings: Settings;
}

/** Only what is sent changes; but a list of tags replaces the one before, so that those of others are sent along. */
function set({ UID }: Account, all: readonly Part[], { delivery, settings }: Saying): readonly Call[] {
  const subscriptions: Tree = {};
  const preferences: Tree = {};
  for (const part of all) {
    const tags = tagsFor(part, delivery, settings);
    if (!isOpen(part.said, part.row, tags, settings)) continue;
    if (part.kind === 'subscription')
      subscriptions[part.id] = {
        email: { isSubscribed: part.row.state === 'granted', ...(settings.tags && { tags }) },
      };
    else grow(preferences, part.id.split('.'), consentFor(part, tags, settings));
  }
  const said = { ...param('subscriptions', subscriptions), ...param('preferences', preferences) };
  if (Object.keys(said).length === 0) return [];
  const form: Record<string, string> = { UID, ...said };
  if (settings.muteWebhooks) form['muteWebhooks'] = 'true';
  return [request('accounts.setAccountInfo', settings, form)];
}

type Tree = { [name: string]: unknown };

const param = (name: string, value: Tree): Record<string, string> =>
  Object.keys(value).length > 0 ? { [name]: JSON.stringify(value) } : {};

/** An id with full stops is an object within objects. */
function grow(tree: Tree, path: readonly string[], leaf: object): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    tree[name] = { ...branch(tree[name]), ...leaf };
    return;
  }
  const inner = branch(tree[name]);
  tree[name] = inner;
  grow(inner, rest, leaf);
}

const branch = (value: unknown): Tree => (typeof value === 'object' && value !== null ? { ...value } : {});

const consentFor = ({ row }: Part, tags: readonly string[], settings: Settings): object => ({
  isConsentGranted: row.state === 'granted',
  ...(settings.actionTimestamp && { actionTimestamp: row.occurredAt }),
  ...(settings.document && documentOf(row)),
  ...(settings.tags && { tags }),
});

/** Versions of documents are numbers; one that is none is not sent. */
function documentOf({ notice }: DeliveryRow): object {
  const version = Number(notice?.version);
  return notice && !Number.isNaN(version) ? { docVersion: version, language: notice.language } : {};
}

function tagsFor(
  { row, said }: Part,
  { subject, version }: Delivery,
  { marker }: Settings,
): readonly string[] {
  const { source, method, occurredAt, legalBasis, notice } = row;
  const own = [
    row.state,
    `at=${occurredAt}`,
    `source=${source}`,
    `method=${method}`,
    ...(notice ? [`notice=${notice.id} ${notice.version} ${notice.language}`] : []),
    ...(legalBasis === undefined ? [] : [`basis=${legalBasis}`]),
    `version=${subject}:${version}`,
  ];
  const theirs = said.tags.filter((tag) => !tag.startsWith(`${marker}:`));
  return [...theirs, ...own.map((tag) => `${marker}:${tag}`)];
}

const answer = (kind: 'skipped' | 'failed' | 'needs-user-action', reason: string): Call => ({
  outcome: { kind, reason },
});
