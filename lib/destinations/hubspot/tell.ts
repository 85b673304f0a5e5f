import { alone } from '../alone.ts';
import type { Call, Delivery, DeliveryRow, Reply } from '../destination.ts';
import { marked } from '../mark.ts';
import { askWhatWasLeft, isOverruled } from './left.ts';
import { interpret, resubscribed, split } from './replies.ts';
import type { Settings } from './settings.ts';

/** A delivery to one address. */
interface Part {
  readonly settings: Settings;
  readonly email: string;
  /** Where its statuses are. */
  readonly path: string;
  readonly withdrawn: readonly Input[];
}

type Input = ReturnType<typeof inputOf>;

const inputOf = (delivery: Delivery, row: DeliveryRow, { subscriptions, legalBasis }: Settings) => ({
  channel: 'EMAIL',
  statusState: row.state === 'granted' ? 'SUBSCRIBED' : 'UNSUBSCRIBED',
  subscriptionId: subscriptions[row.topic],
  legalBasis: row.state === 'granted' ? legalBasis[row.legalBasis ?? ''] : undefined,
  legalBasisExplanation: marked(delivery, row),
});

/** Withdrawals first, and then what nobody has overruled at HubSpot since it was granted. */
export function tell(delivery: Delivery, settings: Settings): readonly Call[] {
  const email = delivery.identifiers['email'];
  if (email === undefined) return [];
  const rows = delivery.choices.filter(({ topic }) => topic in settings.subscriptions);
  const granted = rows.filter(({ state }) => state === 'granted');
  const withdrawn = rows
    .filter(({ state }) => state === 'withdrawn')
    .map((row) => inputOf(delivery, row, settings));
  const part = { settings, email, withdrawn, path: `${statusesOf(settings)}/${encodeURIComponent(email)}` };
  const stop = settings.globalStop && delivery.stoppedAll.includes('email');
  return [
    ...(stop ? [post(`${part.path}/unsubscribe-all?channel=EMAIL`)] : []),
    ...(settings.batch ? write(part, withdrawn) : withdrawn.map((body) => post(part.path, body))),
    ...(granted.length > 0 ? grant(delivery, part, granted) : []),
  ];
}

const statusesOf = ({ version }: Settings): string => `/communication-preferences/${version}/statuses`;

const post = (path: string, body?: object): Call =>
  alone({ method: 'POST', path, ...(body && { body }) }, interpret);

function grant(delivery: Delivery, part: Part, rows: readonly DeliveryRow[]): readonly Call[] {
  const { settings, path } = part;
  return askWhatWasLeft(path, settings, (left) => {
    const open = rows.filter(
      ({ topic, occurredAt }) => !isOverruled(left, settings.subscriptions[topic], Date.parse(occurredAt)),
    );
    const granted = open.map((row) => inputOf(delivery, row, settings));
    return [
      ...(settings.batch && left.held.length === 0
        ? write(part, granted.length > 0 ? [...part.withdrawn, ...granted] : [])
        : subscribe(part, granted, left.held)),
      ...(open.length < rows.length ? [UNSUBSCRIBED] : []),
    ];
  });
}

const UNSUBSCRIBED: Call = { outcome: { kind: 'needs-user-action', reason: 'unsubscribed-at-hubspot' } };

/**
 * A grant that lifts an unsubscribe from all is followed by the withdrawals once more, and by all else that was held by
 * it: HubSpot does not document what becomes of the other types then.
 */
function subscribe(
  { path, withdrawn }: Part,
  granted: readonly Input[],
  held: readonly unknown[],
): readonly Call[] {
  const said = new Set<unknown>([...withdrawn, ...granted].map(({ subscriptionId }) => subscriptionId));
  const others = held.filter((id) => !said.has(id)).map(stillOut);
  const next = (reply: Reply) =>
    resubscribed(reply) ? [...withdrawn, ...others].map((body) => post(path, body)) : [];
  return granted.map((body): Call => ({ method: 'POST', path, body, next }));
}

/** Not as Heed's own words: they are the person's, and Heed must not take them back. */
const stillOut = (subscriptionId: unknown) => ({
  ...{ channel: 'EMAIL', statusState: 'UNSUBSCRIBED', subscriptionId },
  legalBasisExplanation: 'stays as it was under the unsubscribe from all',
});

/** Many people's inputs in one request. */
function write({ settings, email }: Part, inputs: readonly Input[]): readonly Call[] {
  if (inputs.length === 0) return [];
  const items = inputs.map((input) => ({ subscriberIdString: email, ...input }));
  return [{ method: 'POST', path: `${statusesOf(settings)}/batch/write`, items, wrap, split }];
}

const wrap = (inputs: readonly unknown[]) => ({ inputs });
