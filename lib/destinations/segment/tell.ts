import { createHash } from 'node:crypto';
import { attributesOf, movedIn, partsOf, saysAnything } from '../attributes.ts';
import type { Call, Delivery } from '../destination.ts';
import { LIBRARY } from './notices.ts';
import type { Settings } from './settings.ts';

const CONTEXT = { library: LIBRARY };

/** Traits of one message, which may hold 32 kB. */
const MOST_TRAITS = 50;

/**
 * An event's id. Ids are shared by all of Segment's customers, hence more than subject and version; and they are at most
 * 99 characters long. Segment drops a second message of the same id within a day. Traits therefore have none: what is
 * sent once more because it may have been overtaken must not be dropped.
 */
function idOf({ subject, version, recordedAt }: Delivery, userId: string): string {
  const id = `heed ${subject}:${version} ${recordedAt} ${userId}`;
  return id.length < 100 ? id : `heed ${createHash('sha256').update(id).digest('hex')}`;
}

function identify({ recordedAt }: Delivery, userId: string, traits: object) {
  return { type: 'identify', userId, traits, timestamp: recordedAt, context: CONTEXT };
}

function track(delivery: Delivery, userId: string, event: string, settings: Settings) {
  const { subject, version, recordedAt } = delivery;
  const { occurredAt: occurred_at, source, actor, method } = delivery.event.data;
  const changed = movedIn(delivery, settings);
  return {
    type: 'track',
    userId,
    event,
    messageId: idOf(delivery, userId),
    properties: { id: `${subject}:${version}`, occurred_at, source, actor, method, changed },
    timestamp: recordedAt,
    context: CONTEXT,
  };
}

/** The choice that decides each category; undefined where there is none. */
const rowsByCategory = (delivery: Delivery, { categories = {} }: Settings) =>
  Object.entries(categories).map(([category, { topic, channel }]) => {
    const row = delivery.choices.find((one) => one.topic === topic && one.channel === channel);
    return [category, row?.state] as const;
  });

/** Nothing unless every category has an answer: one that is left out would be taken for a no. */
function consent(delivery: Delivery, userId: string, settings: Settings) {
  const states = rowsByCategory(delivery, settings);
  if (states.length === 0 || states.some(([, state]) => state === undefined)) return [];
  const preferences = Object.fromEntries(states.map(([category, state]) => [category, state === 'granted']));
  const context = { library: LIBRARY, consent: { categoryPreferences: preferences } };
  const event = 'Segment Consent Preference Updated';
  return [{ type: 'track', userId, event, timestamp: delivery.recordedAt, context }];
}

/** A no to one category that has to wait until the others have an answer is not told, and must not look as if it were. */
function keptBack(delivery: Delivery, settings: Settings): readonly Call[] {
  const states = rowsByCategory(delivery, settings).map(([, state]) => state);
  return states.includes('withdrawn') && states.includes(undefined)
    ? [{ outcome: { kind: 'held', reason: 'categories-unanswered' } }]
    : [];
}

/** One person's messages may share a request with others'. Who left a number has no history under it. */
export function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const userId = delivery.identifiers['customer'];
  if (userId === undefined) return [];
  const traits = attributesOf(delivery, settings);
  const { event } = settings;
  const told = saysAnything(traits);
  const items: object[] = consent(delivery, userId, settings);
  const parts = told ? partsOf(traits, MOST_TRAITS) : [];
  items.unshift(...parts.map((part) => identify(delivery, userId, part)));
  if (told && event !== null && !delivery.retired) items.push(track(delivery, userId, event, settings));
  const call: Call = { method: 'POST', path: '/v1/batch', items, wrap, split: () => undefined };
  return [...(items.length > 0 ? [call] : []), ...keptBack(delivery, settings)];
}

const wrap = (batch: readonly unknown[]) => ({ batch });
