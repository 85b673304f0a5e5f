import { describe, expect, test } from 'vitest';
import type { Call, Delivery, KnownOutcome, Learned, Reply } from '../../lib/destinations/destination.ts';
import { dynamics } from '../../lib/destinations/dynamics.ts';
import {
  ADDRESS,
  aDelivery,
  aReply,
  aRow,
  bothWays,
  carried,
  following,
  inWords,
  spoken,
} from './deliveries.ts';

const guid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const PURPOSE = guid(1);
const NEWS = guid(11);
const OFFERS = guid(12);
const IN = 534120001;
const OUT = 534120002;
const EMAIL = 534120000;
const LONG_AGO = '2026-04-01T00:00:00Z';
const LATER = '2026-06-01T00:00:00Z';

describe('dynamics', () => {
  const topics = {
    'acme/newsletter': { purpose: PURPOSE, topic: NEWS },
    'acme/offers': { purpose: PURPOSE, topic: OFFERS },
  };
  const base = { environmentUrl: 'https://acme.crm4.dynamics.com', tenant: 'acme.example', topics };
  const settings = (more: object = {}) => dynamics.settings.parse({ ...base, ...more });
  const calls = (delivery: Partial<Delivery>, more: object = {}) =>
    dynamics.translate(aDelivery(delivery), settings(more));
  let made = 100;
  const row = (topic: string | null, value: number, more: object = {}) => ({
    msdynmkt_contactpointconsent4id: guid(made++),
    msdynmkt_contactpointvalue: ADDRESS,
    msdynmkt_contactpointtype: EMAIL,
    msdynmkt_contactpointconsenttype: topic === null ? 534120000 : 534120001,
    msdynmkt_value: value,
    msdynmkt_reason: null,
    _msdynmkt_purposeid_value: PURPOSE,
    _msdynmkt_topicid_value: topic,
    modifiedon: LONG_AGO,
    ...more,
  });
  const found = (...value: readonly object[]) => aReply(200, { value });
  const told = (delivery: Partial<Delivery>, rows: readonly object[], more: object = {}): readonly Call[] =>
    following(calls(delivery, more), 0, found(...rows));
  /** What is written, as `topic yes`; a purpose's row is called by its name. */
  const written = (calls: readonly Call[], rows: readonly ReturnType<typeof row>[] = []) =>
    calls.map((call) => ('outcome' in call ? inWords([call])[0] : spelt(call, rows)));
  const spelt = (call: Exclude<Call, KnownOutcome>, rows: readonly ReturnType<typeof row>[]): string => {
    const body = Object(carried([call])[0]);
    const old = rows.find((one) => call.path.includes(one.msdynmkt_contactpointconsent4id));
    const topic = old?._msdynmkt_topicid_value ?? body['msdynmkt_topicId@odata.bind']?.slice(17, -1);
    return `${old ? 'over' : 'new'} ${topic ?? 'purpose'} ${body.msdynmkt_value === IN ? 'yes' : 'no'}`;
  };
  const withdrawal = { choices: [aRow('acme/offers', 'withdrawn')] };

  test('asks for all rows of an address at once, with its quotes doubled', () => {
    expect(inWords(calls(bothWays))).toHaveLength(1);
    expect(inWords(calls(bothWays))[0]).toMatch(
      /^GET \/msdynmkt_contactpointconsent4s\?\$select=[a-z0-9_,]+&\$filter=msdynmkt_contactpointvalue eq 'o''hara\+news@example\.com' and statecode eq 0$/,
    );
  });

  test('is told withdrawals, then the purpose, then the topics that are granted', () => {
    expect(written(told(bothWays, []))).toEqual([`new ${OFFERS} no`, 'new purpose yes', `new ${NEWS} yes`]);
  });

  test('is told the withdrawals of a number before the grants of an address', () => {
    const choices = [
      aRow('acme/newsletter', 'granted'),
      aRow('acme/offers', 'withdrawn', { channel: 'sms' }),
    ];
    const [second] = following(
      calls({ identifiers: { email: ADDRESS, phone: '+4520123456' }, choices }),
      0,
      found(),
    );
    const all = second ? following([second], 0, found()) : [];
    expect(carried(all)).toMatchObject([
      {
        msdynmkt_value: OUT,
        msdynmkt_contactpointtype: 534120001,
        msdynmkt_contactpointvalue: '+4520123456',
      },
      { msdynmkt_value: IN, msdynmkt_contactpointtype: EMAIL },
      { msdynmkt_value: IN, msdynmkt_contactpointtype: EMAIL },
    ]);
  });

  test('gets the evidence, marked as Heed’s own', () => {
    expect(carried(told(withdrawal, []))).toMatchObject([
      {
        msdynmkt_reason:
          'heed withdrawn; form; form; 2026-05-01T12:00:00.000Z; notice marketing 3 en; ada:7; consent',
        ...{ msdynmkt_modifiedonbehalf: 'subject', msdynmkt_source: 534120000 },
        'msdynmkt_purposeId@odata.bind': `/msdynmkt_purposes(${PURPOSE})`,
        'msdynmkt_topicId@odata.bind': `/msdynmkt_topics(${OFFERS})`,
      },
    ]);
    const sources = { form: 534120004 };
    expect(carried(told(withdrawal, [], { sources }))).toMatchObject([{ msdynmkt_source: 534120004 }]);
  });

  test('makes a row under the same id each time, so that two requests make one', () => {
    const paths = [1, 2].map(() => inWords(told(withdrawal, []))[0]);
    expect(paths[0]).toBe(paths[1]);
    expect(paths[0]).not.toContain('hara');
  });

  test('has every row about the same written over, and none that says it already', () => {
    const twins = [row(OFFERS, IN), row(OFFERS, IN)];
    expect(written(told(withdrawal, twins), twins)).toEqual([`over ${OFFERS} no`, `over ${OFFERS} no`]);
    const [body] = carried(told(withdrawal, []));
    const same = [{ ...row(OFFERS, OUT), ...Object(body) }];
    expect(written(told(withdrawal, same))).toEqual(['= delivered ']);
  });

  test('is never told that a purpose is opted out of because of a topic, not even of all', () => {
    const choices = [aRow('acme/newsletter', 'withdrawn'), aRow('acme/offers', 'withdrawn')];
    const rows = [row(null, IN), row(NEWS, IN), row(OFFERS, IN)];
    expect(written(told({ choices }, rows), rows)).toEqual([`over ${NEWS} no`, `over ${OFFERS} no`]);
  });

  test('is opted out of purposes by a stop of everything on that channel alone, where the setting says so', () => {
    const stop = { choices: [aRow('acme/offers', 'withdrawn')], stoppedAll: ['email'] };
    expect(written(told(stop, []))).toEqual(['new purpose no', `new ${OFFERS} no`]);
    expect(written(told(stop, [], { globalStop: false }))).toEqual([`new ${OFFERS} no`]);
    expect(written(told({ ...stop, stoppedAll: ['sms'] }, []))).toEqual([`new ${OFFERS} no`]);
  });

  test('is granted nothing on a channel that is stopped as a whole', () => {
    const stop = { ...bothWays, stoppedAll: ['email'] };
    expect(written(told(stop, []))).toEqual(['new purpose no', `new ${OFFERS} no`]);
  });

  describe('an opt-out that is there', () => {
    const grant = (actor: 'subject' | 'system') => ({
      choices: [aRow('acme/newsletter', 'granted', { actor })],
    });
    const own = { msdynmkt_reason: 'heed withdrawn; form' };
    const theirs = '= needs-user-action opted-out-at-dynamics';

    test.each<[string, Partial<Delivery>, object, readonly string[]]>([
      [
        'of Heed’s is lifted',
        grant('system'),
        { ...own, modifiedon: LATER },
        ['over purpose yes', `new ${NEWS} yes`],
      ],
      ['is lifted by the person’s later word', grant('subject'), {}, ['over purpose yes', `new ${NEWS} yes`]],
      [
        'is not lifted by their earlier one',
        grant('subject'),
        { modifiedon: LATER },
        [`new ${NEWS} yes`, theirs],
      ],
      ['is never lifted by a system', grant('system'), {}, [`new ${NEWS} yes`, theirs]],
      [
        'of theirs is not taken for Heed’s by a reason that says otherwise',
        grant('subject'),
        { msdynmkt_reason: 'heed granted; form', modifiedon: LATER },
        [`new ${NEWS} yes`, theirs],
      ],
    ])('of a purpose %s', (_name, delivery, more, expected) => {
      const rows = [row(null, OUT, more)];
      expect(written(told(delivery, rows), rows)).toEqual(expected);
    });

    test('of a topic that the person made later stays', () => {
      const rows = [row(null, IN), row(NEWS, OUT, { modifiedon: LATER })];
      expect(written(told(grant('subject'), rows), rows)).toEqual([theirs]);
    });

    test('stays as the person made it when Heed says no too', () => {
      const rows = [row(OFFERS, OUT)];
      expect(written(told(withdrawal, rows), rows)).toEqual(['= delivered ']);
    });
  });

  test('leaves a purpose as it is that somebody is opted in to, and can be told to leave purposes alone', () => {
    const rows = [row(null, IN)];
    expect(written(told({}, rows), rows)).toEqual([`new ${NEWS} yes`]);
    expect(written(told({}, [], { purposeOptIn: false }))).toEqual([`new ${NEWS} yes`]);
  });

  test('makes no row for an address that somebody left, but changes those that are there', () => {
    const left = { ...withdrawal, retired: true };
    expect(written(told(left, []))).toEqual(['= skipped no-such-contact-point']);
    const rows = [row(OFFERS, IN)];
    expect(written(told(left, rows), rows)).toEqual([`over ${OFFERS} no`]);
  });

  test('asks nothing of a topic or a channel that is not mapped', () => {
    const choices = [
      aRow('acme/surveys', 'withdrawn'),
      aRow('acme/offers', 'withdrawn', { channel: 'post' }),
    ];
    expect(calls({ choices })).toEqual([]);
    expect(calls({ choices: [aRow('acme/offers', 'withdrawn', { channel: 'sms' })] })).toEqual([]);
  });

  test.each<[string, Reply, string | undefined]>([
    ['a query’s result', found(), undefined],
    ['a page of a proxy', aReply(200, '<html>'), 'retry unreadable-reply'],
    ['a result of another form', aReply(200, { rows: [] }), 'retry unreadable-reply'],
  ])('reads %s', (_name, reply, expected) => {
    const [query] = calls({});
    expect(spoken(query && 'interpret' in query ? query.interpret?.(reply) : undefined)).toBe(expected);
  });

  test('looks again for a row that went before it was written', () => {
    const [update] = told(withdrawal, [row(OFFERS, IN)]);
    expect(update && 'interpret' in update && spoken(update.interpret?.(aReply(404)))).toBe('retry row-went');
  });

  test.each<[string, Reply, string | undefined]>([
    ['a missing topic needs us', aReply(404, { error: { code: '0x80040217' } }), 'failed dataverse-40217'],
    [
      'a missing privilege needs us',
      aReply(403, { error: { code: '0x80040220' } }),
      'failed dataverse-40220',
    ],
    [
      'a row that changed is asked for again',
      aReply(412, { error: { code: '0x80060882' } }),
      'retry changed-meanwhile',
    ],
    [
      'a code that is none is left to the status',
      aReply(400, { error: { code: 'ada@example.com' } }),
      undefined,
    ],
    ['a limit is left to its status', aReply(429, { error: { code: '0x80072322' } }), undefined],
    ['no content is success', aReply(204, ''), undefined],
  ])('%s', (_name, reply, expected) => {
    expect(spoken(dynamics.interpret?.(reply))).toBe(expected);
  });

  describe('flags of contacts', () => {
    const contactFlags = {
      flags: { email: ['donotbulkemail', 'donotemail'], post: ['donotpostalmail'] },
      stopColumn: 'new_stops',
    };
    const flagged = (delivery: Partial<Delivery>, stops: string | null): readonly unknown[] => {
      const all = calls(delivery, { contactFlags });
      return carried(following(all, all.length - 1, found({ contactid: guid(7), new_stops: stops })));
    };
    const stop = { ...withdrawal, stoppedAll: ['email'] };

    test.each<[string, Partial<Delivery>, string | null, readonly unknown[]]>([
      ['are set by a stop', stop, null, [{ donotbulkemail: true, donotemail: true, new_stops: 'email' }]],
      ['stay while it holds', stop, 'email', []],
      ['are lifted by a grant', {}, 'email', [{ donotbulkemail: false, donotemail: false, new_stops: null }]],
      ['that somebody else set stay', {}, null, []],
      [
        'of other channels stay',
        { ...stop, stoppedAll: ['post'] },
        'email',
        [{ donotpostalmail: true, new_stops: 'email post' }],
      ],
    ])('%s', (_name, delivery, stops, expected) => {
      expect(flagged(delivery, stops)).toEqual(expected);
    });

    test('are not asked for where nothing was stopped or granted, at a former address, or where none are mapped', () => {
      expect(calls(withdrawal, { contactFlags })).toHaveLength(1);
      expect(calls({ ...stop, retired: true }, { contactFlags })).toHaveLength(1);
      expect(calls(stop)).toHaveLength(1);
    });
  });

  describe('reports', () => {
    const context = {
      PrimaryEntityName: 'msdynmkt_contactpointconsent4',
      PrimaryEntityId: guid(5),
      MessageName: 'Update',
    };
    const learned = (body: object, reply: Reply, more: object = {}): Learned | undefined => {
      const first = dynamics.receive?.changes(body, settings(more));
      if (!first || 'invalid' in first) throw new Error('not read');
      const [ask] = first.asks ?? [];
      return ask ? ask.learn(reply) : first;
    };
    const choices = (reported: object, more: object = {}) =>
      learned(context, aReply(200, reported), more)?.choices.map(
        ({ topic, channel, state, occurredAt, identifier }) =>
          `${topic} ${channel} ${state} ${occurredAt} ${identifier.kind}`,
      );

    test('a row by its id alone, whatever else the notice says', () => {
      const first = dynamics.receive?.changes({ ...context, InputParameters: 'forged' }, settings());
      expect(first).toMatchObject({ choices: [], asks: [{ method: 'GET' }] });
      expect(JSON.stringify(first)).toContain(`msdynmkt_contactpointconsent4s(${guid(5)})`);
    });

    test.each<[string, object, readonly string[]]>([
      ['an opt-out', row(NEWS, OUT), ['acme/newsletter email withdrawn 2026-04-01T00:00:00.000Z email']],
      ['an opt-in', row(NEWS, IN), ['acme/newsletter email granted 2026-04-01T00:00:00.000Z email']],
      [
        'an opt-out of a purpose is one of all its topics',
        row(null, OUT, { msdynmkt_contactpointtype: 534120001 }),
        [
          'acme/newsletter sms withdrawn 2026-04-01T00:00:00.000Z phone',
          'acme/offers sms withdrawn 2026-04-01T00:00:00.000Z phone',
        ],
      ],
      ['an opt-in to a purpose is one to none of them', row(null, IN), []],
      ['what is not set says nothing', row(NEWS, 534120000), []],
      ['a topic that is not mapped says nothing', row(guid(99), OUT), []],
      [
        'a channel that is not mapped says nothing',
        row(NEWS, OUT, { msdynmkt_contactpointtype: 534120002 }),
        [],
      ],
      ['an echo says nothing', row(NEWS, OUT, { msdynmkt_reason: 'heed withdrawn; form' }), []],
      [
        'an opt-out over a reason that Heed wrote for an opt-in is no echo',
        row(NEWS, OUT, { msdynmkt_reason: 'heed granted; form' }),
        ['acme/newsletter email withdrawn 2026-04-01T00:00:00.000Z email'],
      ],
    ])('%s', (_name, reported, expected) => {
      expect(choices(reported)).toEqual(expected);
    });

    test('nothing of rows that went, of other tables, or of deletions', () => {
      expect(learned(context, aReply(404))).toEqual({ choices: [] });
      expect(learned({ ...context, PrimaryEntityName: 'contact' }, aReply(200))).toEqual({ choices: [] });
      expect(learned({ ...context, MessageName: 'Delete' }, aReply(200))).toEqual({ choices: [] });
    });

    test('and is asked again where the row cannot be read', () => {
      expect(learned(context, aReply(200, '<html>'))).toBeUndefined();
      expect(dynamics.receive?.changes([], settings())).toHaveProperty('invalid');
    });
  });

  test.each([
    [
      'two topics on one',
      {
        'acme/newsletter': { purpose: PURPOSE, topic: NEWS },
        'acme/offers': { purpose: PURPOSE, topic: NEWS },
      },
      'the same topic',
    ],
    [
      'a topic beside its whole purpose',
      { 'acme/newsletter': { purpose: PURPOSE, topic: NEWS }, 'acme/offers': { purpose: PURPOSE } },
      'as a whole',
    ],
    ['a topic without an id', { 'acme/newsletter': { purpose: 'Commercial' } }, 'an id as Dynamics shows it'],
  ])('does not start with %s', (_name, wrong, message) => {
    expect(dynamics.settings.safeParse({ ...base, topics: wrong }).error?.message).toContain(message);
  });
});
