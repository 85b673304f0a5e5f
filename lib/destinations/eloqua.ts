import {
  type Call,
  type Delivery,
  type DeliveryRow,
  defineDestination,
  evidenceLine,
} from './destination.ts';
import { interpret } from './eloqua/replies.ts';
import { auth, Secret } from './eloqua/secret.ts';
import { Settings } from './eloqua/settings.ts';
import { type Action, syncOf } from './eloqua/sync.ts';
import { ask } from './eloqua/unsubscribes.ts';

/** Most actions one definition may have. */
const MOST_ACTIONS = 10;

const globally = (status: Action['status']): Action => ({ destination: '{{GlobalSubscribe}}', status });
const onGroup = (id: number | undefined, status: Action['status']): Action => ({
  destination: `{{EmailGroup[${id}]}}`,
  status,
});

/** What is said of a person's groups; empty where nothing is. */
interface Words {
  readonly stop: readonly Action[];
  readonly out: readonly Action[];
  readonly granted: readonly Action[];
}

/** While everything is stopped nothing is granted. */
function wordsOf({ choices, stoppedAll }: Delivery, { groups, globalStop, otherGroups }: Settings): Words {
  const stopped = stoppedAll.includes('email');
  const on = (state: DeliveryRow['state'], status: Action['status']): readonly Action[] =>
    choices.flatMap(({ topic, channel, state: its }) =>
      its === state && channel === 'email' && topic in groups ? [onGroup(groups[topic], status)] : [],
    );
  const everywhere = globalStop ? [globally('unsubscribed')] : [];
  return {
    stop: stopped ? [...everywhere, ...otherGroups.map((id) => onGroup(id, 'unsubscribed'))] : [],
    out: on('withdrawn', 'unsubscribed'),
    granted: stopped ? [] : on('granted', 'subscribed'),
  };
}

/**
 * Withdrawals first, in a sync of their own, so that no grant that Eloqua refuses keeps them from arriving. With a grant
 * that may subscribe to more than itself (globally, or as a new contact) they are said again.
 */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const { globalStop, create } = settings;
  const { stop, out, granted } = wordsOf(delivery, settings);
  const email = delivery.identifiers['email'] ?? '';
  const adding = create && granted.length > 0;
  const taking = chunks([...stop, ...out]).map((actions) =>
    syncOf({ kind: 'syncActions', actions, fields: {}, email, goesOn: adding }),
  );
  if (granted.length === 0) return taking;
  const lift = globalStop ? [globally('subscribed')] : [];
  const again = globalStop || create ? out : [];
  const giving = chunks([...lift, ...again, ...granted]).map((actions) =>
    adding
      ? syncOf({ kind: 'imports', actions, fields: evidenceOf(delivery, settings), email, goesOn: false })
      : syncOf({ kind: 'syncActions', actions, fields: {}, email, goesOn: false }),
  );
  return [...taking, ...giving];
}

/** Only an import writes contact fields, and it adds whom it does not find: so they go along with a grant that may add. */
const evidenceOf = (delivery: Delivery, { evidence }: Settings): Readonly<Record<string, string>> =>
  Object.fromEntries(
    delivery.choices.flatMap((row) => {
      const field = evidence[row.topic];
      const basis = row.legalBasis ? `; ${row.legalBasis}` : '';
      return field ? [[field, `${row.state}; ${evidenceLine(delivery, row)}${basis}`] as const] : [];
    }),
  );

function chunks(actions: readonly Action[]): readonly (readonly Action[])[] {
  if (actions.length <= MOST_ACTIONS) return actions.length > 0 ? [actions] : [];
  return [actions.slice(0, MOST_ACTIONS), ...chunks(actions.slice(MOST_ACTIONS))];
}

/** Everything goes through the bulk API, many people at once: its sync says who was rejected, and addresses stay out of URLs. */
export const eloqua = defineDestination({
  id: 'eloqua',
  title: 'Oracle Eloqua',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email'],
  limits: { perSecond: 5, concurrency: 2, batch: 1000, settleAfter: 600 },
  impact: 'people keep getting mail from Eloqua after they unsubscribed',
  settings: Settings,
  secret: Secret,
  topics: ({ groups }) => Object.keys(groups),
  endpoint: ({ baseUrl }) => baseUrl,
  auth,
  translate,
  interpret,
  poll: { every: 15, ask },
});
