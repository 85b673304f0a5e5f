import type { Call, Delivery, DeliveryRow, Reply, SingleCall } from '../../lib/destinations/destination.ts';
import { eventOf } from '../../lib/domain/event.ts';
import type { Outcome } from '../../lib/domain/outcome.ts';
import { aCatalogue, aVersion, minute } from '../builders.ts';

/** A row as `topic state`, on e-mail unless told otherwise. */
export const aRow = (
  topic: string,
  state: DeliveryRow['state'],
  overrides: Partial<DeliveryRow> = {},
): DeliveryRow => ({
  ...{
    topic,
    state,
    channel: 'email',
    occurredAt: minute(0),
    source: 'form',
    actor: 'subject',
    method: 'form',
  },
  ...{ legalBasis: 'consent', notice: { id: 'marketing', version: '3', language: 'en' } },
  ...overrides,
});

export const ADDRESS = "o'hara+news@example.com";

/** What `translate` is given: version 7 of subject `ada`, at one address. */
export const aDelivery = (overrides: Partial<Delivery> = {}): Delivery => ({
  ...{ subject: 'ada', version: 7, recordedAt: minute(1), identifiers: { email: ADDRESS }, retired: false },
  ...{ choices: [aRow('acme/newsletter', 'granted')], preferences: [], stoppedAll: [] },
  event: eventOf(aVersion({ subject: 'ada' }), aCatalogue()),
  ...overrides,
});

export const aReply = (status: number, body: unknown = {}, headers: Reply['headers'] = {}): Reply => ({
  ...{ status, body, headers },
});

/** Calls as `METHOD path`, outcomes known without one as `= kind reason`. */
export const inWords = (calls: readonly Call[]): readonly string[] =>
  calls.map((call) => {
    if (!('outcome' in call)) return `${call.method} ${decodeURIComponent(call.path)}`;
    return `= ${call.outcome.kind} ${'reason' in call.outcome ? call.outcome.reason : ''}`;
  });

/** Items or bodies that calls carry, in order. */
export const carried = (calls: readonly Call[]): readonly unknown[] =>
  calls.flatMap((call) => ('items' in call ? call.items : 'body' in call ? [call.body] : []));

/** The calls that follow the `nth` one after this reply. */
export function following(calls: readonly Call[], nth: number, reply: Reply): readonly Call[] {
  const call: Call | SingleCall | undefined = calls[nth];
  return call && 'next' in call ? (call.next?.(reply) ?? []) : [];
}

/** An outcome as `kind reason`. */
export const spoken = (outcome: Outcome | undefined): string | undefined =>
  outcome && 'reason' in outcome ? `${outcome.kind} ${outcome.reason}` : outcome?.kind;

/** One grant and one withdrawal. */
export const bothWays = { choices: [aRow('acme/newsletter', 'granted'), aRow('acme/offers', 'withdrawn')] };
