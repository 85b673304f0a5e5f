import { describe, expect, test } from 'vitest';
import type { Reply } from '../../lib/destinations/destination.ts';
import { eventbridgeBus } from '../../lib/destinations/eventbridge-bus.ts';
import { withdrawn } from '../builders.ts';
import { aDelivery, aReply, carried, spoken } from './deliveries.ts';
import { aBus } from './eventbridge-bus.table.ts';
import { aLane } from './lane.fixture.ts';

const ARN = 'arn:aws:events:eu-central-1:111122223333:event-bus/preferences-in';

describe('eventbridge-bus', () => {
  const settings = (more: object = {}) => eventbridgeBus.settings.parse({ bus: ARN, ...more });
  const calls = (more: object = {}) => eventbridgeBus.translate(aDelivery(), settings(more));

  test('gets the event as it is on the own bus, so that one rule fits both', () => {
    const { event } = aDelivery();
    expect(carried(calls())).toEqual([
      {
        ...{ EventBusName: ARN, Source: 'heed', DetailType: 'preferences.changed.v1' },
        ...{ Detail: JSON.stringify(event), Time: Date.parse(event.time) / 1000 },
      },
    ]);
    expect(carried(calls({ source: 'acme.preferences' }))).toMatchObject([{ Source: 'acme.preferences' }]);
  });

  test('is called in the region of the bus', () => {
    const secret = eventbridgeBus.secret.parse({});
    const china = { bus: 'arn:aws-cn:events:cn-north-1:111122223333:event-bus/b' };
    expect(eventbridgeBus.endpoint(settings(), secret)).toBe('https://events.eu-central-1.amazonaws.com');
    expect(eventbridgeBus.endpoint(settings(china), secret)).toBe(
      'https://events.cn-north-1.amazonaws.com.cn',
    );
  });

  test('may be put events on by its lane, and nothing else may', () => {
    expect(eventbridgeBus.permissions?.(settings())).toEqual([
      { actions: ['events:PutEvents'], resources: [ARN] },
    ]);
  });

  test.each<[string, Reply, unknown]>([
    [
      'each by itself',
      aReply(200, {
        FailedEntryCount: 2,
        Entries: [{ EventId: 'e-1' }, { ErrorCode: 'InternalFailure' }, { ErrorCode: 'MalformedDetail' }],
      }),
      ['delivered', 'retry InternalFailure', 'failed MalformedDetail'],
    ],
    [
      'an answer about nothing as a refusal',
      aReply(200, { Entries: [{}, { ErrorCode: 'a@b.c' }, { EventId: 'e', ErrorCode: 'X' }] }),
      ['failed refused', 'failed refused', 'failed X'],
    ],
    [
      'answers that are too few as none',
      aReply(200, { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] }),
      ['retry unreadable-reply', 'retry unreadable-reply', 'retry unreadable-reply'],
    ],
    ['a request that was refused whole by its status', aReply(400, {}), undefined],
  ])('reads %s', (_name, reply, expected) => {
    const [call] = calls();
    const outcomes = call && 'items' in call ? call.split(reply, [1, 2, 3]) : 'no batch';
    expect(Array.isArray(outcomes) ? outcomes.map(spoken) : outcomes).toEqual(expected);
  });

  test.each([['preferences-in'], ['arn:aws:sns:eu-central-1:111122223333:x'], [ARN.replace('1111', 'abcd')]])(
    'does not start with %s for a bus',
    (bus) => {
      expect(eventbridgeBus.settings.safeParse({ bus }).success).toBe(false);
    },
  );

  test('does not start with a source that is reserved', () => {
    expect(eventbridgeBus.settings.safeParse({ bus: ARN, source: 'aws.heed' }).success).toBe(false);
  });

  test('takes events one by one where they are too much for it together', async () => {
    const row = aBus({ mostBytes: 2000 });
    await row.simulator.start();
    const lane = aLane(row, { topics: ['acme/newsletter'] });
    const people = ['ada', 'grace', 'joan'];
    for (const who of people) lane.record(who, { choices: [withdrawn('acme/newsletter', 'email')] });
    const results = await lane.deliver(people);
    await lane.close();
    expect(results.map(({ words }) => words)).toEqual(people.map(() => 'delivered'));
    expect(row.simulator.requests()).toEqual({ total: 4, answered: 4 });
    expect(row.simulator.facts().map(({ identifier }) => identifier)).toEqual(people);
    await row.simulator.stop();
  });
});
