import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/*
 * Visitor metadata of Pendo, written by hand from its help pages (https://support.pendo.io, read 2026-11) and from what
 * others say of its replies (https://composable-docs.zeotap.com/destinations/analytics/pendo).
 */

/** What differs from subscription to subscription, and what Pendo does not document. */
export interface PendoOptions {
  /** Custom fields that were added; left out, every name is one. */
  readonly fields?: readonly string[];
  /** Whether a reply counts the missing or lists them. Unconfirmed. */
  readonly missing?: 'counted' | 'listed';
  readonly everyoneIsKnown?: boolean;
}

export interface Pendo extends Simulator {
  readonly secret: () => { readonly integrationKey: string; readonly endpoint: string };
  /** A visitor whom Pendo has seen, with some fields. */
  readonly visit: (visitorId: string, fields?: Readonly<Record<string, string>>) => void;
  readonly field: (visitorId: string, name: string) => string | undefined;
}

const Visitors = z
  .array(z.object({ visitorId: z.string().min(1), values: z.record(z.string(), z.unknown()) }))
  .min(1);

interface Subscription {
  readonly options: PendoOptions;
  readonly key: string;
  readonly visitors: Map<string, Map<string, string>>;
}

/** A Pendo subscription: visitors and their custom fields. */
export function simulatePendo(options: PendoOptions = {}): Pendo {
  const subscription: Subscription = { options, key: randomUUID(), visitors: new Map() };
  const simulator = simulate({
    answer: (asked) => answer(subscription, asked),
    unauthorized: UNAUTHORIZED,
    permitted: (question) => permitted(subscription, question),
    facts: () => facts(subscription),
  });
  return Object.assign(simulator, {
    secret: () => ({ integrationKey: subscription.key, endpoint: simulator.url }),
    visit: (visitorId: string, fields: Readonly<Record<string, string>> = {}) => {
      const known = subscription.visitors.get(visitorId) ?? new Map<string, string>();
      for (const [name, value] of Object.entries(fields)) known.set(name, value);
      subscription.visitors.set(visitorId, known);
    },
    field: (visitorId: string, name: string) => subscription.visitors.get(visitorId)?.get(name),
  });
}

const UNAUTHORIZED: Answer = { status: 403, body: 'Forbidden' };

function answer(subscription: Subscription, asked: Asked): Answer {
  if (asked.headers['x-pendo-integration-key'] !== subscription.key) return UNAUTHORIZED;
  if (asked.method !== 'POST' || asked.path !== '/api/v1/metadata/visitor/custom/value')
    return { status: 404, body: 'Not Found' };
  const visitors = Visitors.safeParse(jsonOf(asked)).data;
  if (!visitors) return { status: 400, body: `Invalid payload: ${asked.body.slice(0, 80)}` };
  const create = asked.query.get('create') === 'true' || subscription.options.everyoneIsKnown === true;
  return update(subscription, visitors, create);
}

function update(subscription: Subscription, sent: z.output<typeof Visitors>, create: boolean): Answer {
  const faults = sent.map((visitor) => faultOf(subscription, visitor, create));
  const bad = faults.filter((fault) => fault !== undefined).length;
  const absent = sent.filter((_, n) => faults[n] === 'absent').map(({ visitorId }) => visitorId);
  const errors = faults.filter((fault) => fault !== undefined && fault !== 'absent');
  const body = {
    ...{ total: sent.length, updated: sent.length - bad, failed: bad, kind: 'Visitor' },
    missing: subscription.options.missing === 'listed' ? absent : absent.length,
    ...(errors.length > 0 && { errors }),
  };
  return { status: 200, body };
}

/** What keeps a visitor from being updated; otherwise the update is done. */
function faultOf(
  { visitors, options: { fields } }: Subscription,
  { visitorId, values }: z.output<typeof Visitors>[number],
  create: boolean,
): string | undefined {
  const known = visitors.get(visitorId) ?? (create ? new Map<string, string>() : undefined);
  if (!known) return 'absent';
  const strange = Object.keys(values).find((name) => fields && !fields.includes(name));
  if (strange !== undefined) return `Field ${strange} of ${visitorId} is not defined`;
  for (const [name, value] of Object.entries(values)) known.set(name, String(value));
  visitors.set(visitorId, known);
  return undefined;
}

/** Would a guide whose segment asks for `opted_in` in this field be shown? */
function permitted({ visitors }: Subscription, { identifier, topic }: Question): boolean | undefined {
  const value = visitors.get(identifier)?.get(topic);
  return value === undefined ? undefined : value === 'opted_in';
}

const facts = ({ visitors }: Subscription) =>
  [...visitors].flatMap(([identifier, fields]) =>
    [...fields]
      .filter(([, value]) => value.startsWith('opted_'))
      .map(([topic, value]) => ({ identifier, topic, channel: '', permitted: value === 'opted_in' })),
  );
