import { GppModel } from '@iabgpp/cmpapi';
import { TCString } from '@iabtechlabtcf/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { HistoryAnswer, ProblemAnswer } from '../../lib/http/schemas.ts';
import { access, aGrant, aStop, type Rig, rig } from './rig.ts';
import { tcString } from './tc-string.ts';

const NEW = tcString('2026-04-30T12:00:00Z', { disclosed: true });
const LACKING = tcString('2026-04-30T12:00:00Z', { disclosed: false });
const LAST_DAY = tcString('2026-02-27T23:59:59Z', { disclosed: false });
const FIRST_DAY = tcString('2026-02-28T00:00:00Z', { disclosed: false });

/** From the tests of the IAB's library for Java, https://github.com/InteractiveAdvertisingBureau/iabtcf-java: 2021-02-02. */
const OLD = 'COtybn4PA_zT4KjACBENAPCIAEBAAECAAIAAAAAAAAAA';
const OLD_DISCLOSED = `${OLD}.IBAgAAAgAIAwgAgAAAAEAAAACA`;

/** Examples of the specification: https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform (Core). */
const GPP = 'DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN';
const GPP_EUROPE = 'DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA';

function aGppString(): string {
  const model = new GppModel();
  model.setFieldValue('usca', 'SaleOptOut', 2);
  model.setFieldValue('usca', 'SharingOptOut', 2);
  return model.encode();
}

let all: Rig;
beforeEach(() => {
  all = rig();
});

const post = async (body: object, subject = 'alice', headers: Readonly<Record<string, string>> = {}) =>
  all.call('changes', { subject, token: await all.mint(access()), body, headers });

const newest = async (subject = 'alice') => {
  const { body } = await all.call('history', { subject, token: await all.mint(access()) });
  return HistoryAnswer.parse(JSON.parse(body)).versions[0];
};

const granting = (consentStrings: object) => ({
  ...aGrant(),
  evidence: { ...aGrant().evidence, consentStrings },
});
const stopping = (consentStrings: object) => ({
  ...aStop(),
  evidence: { source: 'preference-center', consentStrings },
});

describe('a consent string beside a choice', () => {
  test.each<[string, object]>([
    ['of TCF 2.3', { tcf: NEW }],
    ['of before TCF 2.3, to the last second', { tcf: LAST_DAY }],
    ['of long ago', { tcf: OLD }],
    ['of long ago, with the segment', { tcf: OLD_DISCLOSED }],
    ['of the GPP, for two places', { gpp: GPP }],
    ['of the GPP, for one', { gpp: GPP_EUROPE }],
    ['of the GPP, as its own library writes it', { gpp: aGppString() }],
    ['of both kinds', { tcf: NEW, gpp: GPP }],
  ])('%s is kept as it came', async (_, strings) => {
    expect((await post(granting(strings))).statusCode).toBe(201);
    expect((await newest())?.evidence.consentStrings).toEqual(strings);
  });

  test.each<[string, string, string]>([
    ['of TCF 2.3 without the segment', 'tcf', LACKING],
    ['without the segment, from the first second', 'tcf', FIRST_DAY],
    ['that is none', 'tcf', 'yes to everything'],
    ['that is cut off', 'tcf', NEW.slice(0, 30)],
    ['of version 1', 'tcf', 'BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA'],
    ['of the GPP where one of the TCF belongs', 'tcf', GPP],
    ['of the TCF where one of the GPP belongs', 'gpp', OLD],
    ['of the GPP that lacks a section', 'gpp', 'DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA'],
    ['of the GPP whose section cannot be read', 'gpp', 'DBABMA~no~'],
    ['of the GPP that is none', 'gpp', 'DB'],
  ])('%s is refused with the grant it came with', async (_, name, text) => {
    const response = await post(granting({ [name]: text }));
    expect(response.statusCode).toBe(422);
    const { type, errors } = ProblemAnswer.parse(JSON.parse(response.body));
    expect([type, errors?.map(({ path }) => path)]).toEqual([
      '/problems/invalid-change',
      [`evidence.consentStrings.${name}`],
    ]);
    expect(response.body).not.toContain(text);
    expect(await newest()).toBeUndefined();
  });

  test.each([LACKING, 'garbage', NEW.slice(0, 30)])('is never in the way of a stop: %s', async (tcf) => {
    expect((await post(stopping({ tcf, gpp: GPP }))).statusCode).toBe(201);
    const version = await newest();
    expect(version?.change.choices).toEqual([
      { topic: 'acme/newsletter', channel: 'email', state: 'withdrawn' },
    ]);
    expect(version?.evidence.consentStrings).toEqual({ gpp: GPP });
    expect((await post(stopping({ tcf }), 'bob')).statusCode).toBe(201);
    expect((await newest('bob'))?.evidence).not.toHaveProperty('consentStrings');
  });

  test('that spoils a mixed change gives its withdrawals back, and they can be posted as they are', async () => {
    const stop = { topic: 'acme/offers', channel: 'email', state: 'withdrawn' };
    const body = granting({ tcf: LACKING });
    const response = await post({ ...body, choices: [...body.choices, stop] });
    const { withdrawals } = ProblemAnswer.parse(JSON.parse(response.body));
    expect(withdrawals?.['choices']).toEqual([stop]);
    expect((await post(withdrawals ?? {})).statusCode).toBe(201);
  });
});

/** All there is of a record but what tells one subject, moment or string from another. */
/** What holds, without the strings that stand among its evidence. */
const recordOf = async (subject: string) => {
  const { body } = await all.call('record', { subject, token: await all.mint(access()) });
  const { subject: _, ...rest } = JSON.parse(body, (name, value) =>
    name === 'consentStrings' ? undefined : value,
  );
  return rest;
};

describe('nothing in a consent string becomes a choice', () => {
  test('the string that is used here consents to everything', () => {
    const model = TCString.decode(NEW);
    expect([model.purposeConsents.size, model.vendorConsents.size]).toEqual([11, 1]);
  });

  test('a change without choices grants nothing, whatever its string consents to', async () => {
    const quiet = (strings: object) => ({
      preferences: [{ key: 'interest.cycling', value: 'like' }],
      evidence: { source: 'preference-center', actor: { kind: 'subject' }, ...strings },
    });
    expect((await post(quiet({ consentStrings: { tcf: NEW, gpp: GPP } }))).statusCode).toBe(201);
    expect((await post(quiet({}), 'bob')).statusCode).toBe(201);
    expect(await recordOf('alice')).toEqual(await recordOf('bob'));
    expect((await recordOf('alice')).choices).toEqual([]);
  });

  test('a string alone is no change', async () => {
    expect((await post({ evidence: { consentStrings: { tcf: NEW } } })).statusCode).toBe(422);
  });

  test('beside other choices it adds none, and lifts none', async () => {
    for (const subject of ['alice', 'bob']) await post(aStop('acme/data-sharing', '*'), subject);
    await post(granting({ tcf: NEW, gpp: GPP }));
    await post(aGrant(), 'bob');
    expect(await recordOf('alice')).toEqual(await recordOf('bob'));
  });
});

test('a repeated request with the same string gets the same answer', async () => {
  const again = { 'idempotency-key': 'once' };
  const [first, second] = [
    await post(stopping({ tcf: LACKING }), 'alice', again),
    await post(stopping({ tcf: LACKING }), 'alice', again),
  ];
  expect(second.body).toEqual(first.body);
  expect((await newest())?.version).toBe(1);
});
