import { describe, expect, test } from 'vitest';
import { hearTwilio } from '../../lib/flow/hear-twilio.ts';
import { StillClock } from '../api/rig.ts';

type Fields = readonly (readonly [string, string])[];

const URL = 'https://mycompany.com/myapp.php?foo=1&bar=2';

/** What becomes of a request: 422 is one whose signature holds, and that is no text message. */
async function statusOf(
  token: string,
  signature: string,
  { url = URL, fields = [] }: { readonly url?: string; readonly fields?: Fields } = {},
) {
  const hear = hearTwilio({ clock: new StillClock(), keywordSecret: async () => ({ twilio: [token] }) });
  const body = fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const heard = await hear({ method: 'POST', url, headers: { 'x-twilio-signature': signature }, body });
  return heard.kind === 'refused' ? heard.status : heard.kind;
}

const CALL: Fields = [
  ['To', '+18005551212'],
  ['Digits', '1234'],
  ['From', '+14158675309'],
  ['Caller', '+14158675309'],
  ['CallSid', 'CA1234567890ABCDE'],
];
const REPEATED: Fields = [
  ['SidAccount', 'AC123'],
  ['Sid', 'CA123'],
  ...['5678', '1234', '1234'].map((value) => ['Digits', value] as const),
];

/**
 * Signatures that Twilio itself has published: in its documentation of webhook security, in the tests of its libraries
 * (https://github.com/twilio/twilio-node, spec/validation), and in https://github.com/twilio/twilio-java/issues/601.
 */
describe('a signature that Twilio published', () => {
  test.each([
    ['over fields in no order', '12345', 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', { fields: CALL }],
    ['over a field that comes three times', '12345', 'IK+Dwps556ElfBT0I3Rgjkr1wJU=', { fields: REPEATED }],
    [
      'over an address with signs in its query',
      '1234567890',
      'PM+bjB+ITJ9a3LIYStKWOTMZMlU=',
      { url: 'https://someurl.com/somepath?param1=client%3AAnonymous' },
    ],
    [
      'over an address without the port that it names',
      '1234567890',
      'PM+bjB+ITJ9a3LIYStKWOTMZMlU=',
      { url: 'https://someurl.com:8443/somepath?param1=client%3AAnonymous' },
    ],
    [
      'over an address with a port that it does not name',
      '1234567890',
      'cYPM4iPaLHaMlunMRd3a/yngR8Q=',
      { url: 'https://someurl.com/somepath?param1=client%3AAnonymous' },
    ],
  ])('%s holds', async (_, token, signature, request) => {
    expect(await statusOf(token, signature, request)).toBe(422);
    expect(await statusOf(`${token} `, signature, request)).toBe(401);
    expect(await statusOf(token, `A${signature.slice(1)}`, request)).toBe(401);
  });
});

test('a secret is read again where what was kept proves nothing, but not for each who guesses', async () => {
  const clock = new StillClock();
  const reads: boolean[] = [];
  let tokens = ['54321'];
  const kept = tokens;
  const hear = hearTwilio({
    clock,
    keywordSecret: async (afresh = false) => {
      reads.push(afresh);
      return { twilio: afresh ? tokens : kept };
    },
  });
  const body = CALL.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const post = () =>
    hear({
      ...{ method: 'POST', url: URL, body },
      headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
    });
  for (let i = 0; i < 5; i++) expect(await post()).toEqual({ kind: 'refused', status: 401 });
  expect(reads.filter((afresh) => afresh)).toHaveLength(1);
  tokens = ['12345', '54321'];
  clock.advance(30_000);
  expect(await post()).toEqual({ kind: 'refused', status: 422 });
});

test.each([undefined, null, {}, { twilio: [] }, { twilio: [''] }, { twilio: 'x' }])(
  'nothing is proved by the secret %j',
  async (secret) => {
    const hear = hearTwilio({ clock: new StillClock(), keywordSecret: async () => secret });
    const headers = { 'x-twilio-signature': '' };
    expect(await hear({ method: 'POST', url: URL, headers, body: '' })).toEqual({
      kind: 'refused',
      status: 401,
    });
  },
);
