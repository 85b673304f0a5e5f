import { describe, expect, test } from 'vitest';
import { confirmationOf } from '../../lib/domain/confirmation-event.ts';
import { changeId } from '../../lib/domain/digest.ts';
import { ConfirmationRequested } from '../../lib/domain/event-schema.ts';
import type { Change } from '../../lib/domain/vocabulary.ts';
import {
  aCatalogue,
  aChange,
  aHistory,
  anIdentifier,
  granted,
  NOW,
  pending,
  withdrawn,
} from '../builders.ts';

const base = aCatalogue();
const topic = { title: 'A topic', purpose: 'marketing', brand: 'acme' };
const catalogue = aCatalogue({
  topics: {
    ...base.topics,
    'acme/newsletter': { ...topic, doubleOptIn: { channels: ['email'], withinDays: 7 } },
  },
});

const asks = pending('acme/newsletter', 'email');

/** The event of the last version these changes make. */
function eventAfter(...changes: readonly Change[]) {
  const version = aHistory(changes, { catalogue }).at(-1);
  if (!version) throw new Error('no version was made');
  return confirmationOf(version, catalogue);
}

describe('a version that asks for a confirmation', () => {
  test('makes an event that says what, and by when', () => {
    const change = aChange({
      choices: [asks, pending('acme/offers', 'sms'), granted('orbit/newsletter', 'email')],
    });
    const event = eventAfter(change);
    expect(ConfirmationRequested.parse(event)).toEqual(event);
    expect(event).toMatchObject({
      id: 'ada:1:confirmation',
      type: 'preferences.confirmation-requested.v1',
      sequence: '1',
      subject: 'ada',
      data: {
        version: 1,
        request: changeId(change),
        occurredAt: '2026-05-01T12:00:00.000Z',
        language: 'en',
        confirmations: [
          { topic: 'acme/newsletter', channel: 'email', expiresAt: '2026-05-08T12:00:00.000Z' },
          { topic: 'acme/offers', channel: 'sms' },
        ],
      },
    });
  });

  test('makes one after an older withdrawal: confirming is how she comes back', () => {
    expect(
      eventAfter(aChange({ choices: [withdrawn('*', '*')], at: -1 }), aChange({ choices: [asks] })),
    ).toBeDefined();
  });

  test('names what it asks itself, and nothing that was asked before', () => {
    const before = aChange({ choices: [pending('acme/offers', 'sms')], at: -1 });
    const event = eventAfter(before, aChange({ choices: [asks] }));
    expect(event?.data.confirmations.map((one) => one.topic)).toEqual(['acme/newsletter']);
  });

  test.each<readonly [string, readonly Change[], number]>([
    ['nothing is asked', [aChange({ choices: [granted('acme/newsletter', 'sms')] })], NOW],
    [
      'it was stopped before the request arrived',
      [aChange({ choices: [withdrawn('*', '*')], at: 1 }), aChange({ choices: [asks] })],
      NOW,
    ],
    [
      'it was asked anew before the request arrived',
      [aChange({ choices: [asks], at: 1 }), aChange({ choices: [asks] })],
      NOW,
    ],
    ['it had lapsed when it arrived', [aChange({ choices: [asks] })], NOW + 7 * 86_400_000],
  ])('makes none where %s', (_, changes, now) => {
    const version = aHistory(changes, { catalogue, now }).at(-1);
    if (!version) throw new Error('no version was made');
    expect(confirmationOf(version, catalogue)).toBeUndefined();
  });

  test('holds no identifier, no hash of one and no ciphertext', () => {
    const identifier = anIdentifier('email', 'ada@example.com');
    const text = JSON.stringify(eventAfter(aChange({ choices: [asks], identifiers: [identifier] })));
    expect(text).not.toMatch(/ada@|sealed/);
    expect(text).not.toContain(identifier.hash);
  });
});
