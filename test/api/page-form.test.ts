import { describe, expect, test } from 'vitest';
import { MAX_CONTROLS } from '../../lib/domain/page-change.ts';
import { readPageForm } from '../../lib/http/page-form.ts';

const posted = (body: string, base64 = true) =>
  readPageForm({
    ...{ routeKey: 'POST /p/{token}', rawPath: '/p/x', rawQueryString: '', headers: {} },
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
  });

const WHOLE = 'version=3&notice=marketing%2F4%2Fda';

describe('a form', () => {
  test.each([true, false])('is read as API Gateway hands it on (base64: %s)', (base64) => {
    const body = `${WHOLE}&shown=acme%2Fnewsletter+email&shown=acme%2Foffers+sms&on=acme%2Foffers+sms&preference%3Ainterest.cycling=like&preference%3Alanguage=&save=1`;
    expect(posted(body, base64)).toEqual({
      change: {
        version: 3,
        notice: { id: 'marketing', version: '4', language: 'da' },
        controls: [
          { topic: 'acme/newsletter', channel: 'email', on: false },
          { topic: 'acme/offers', channel: 'sms', on: true },
        ],
        preferences: [{ key: 'interest.cycling', value: 'like' }],
      },
      faults: [],
    });
  });

  test.each([
    ['*', '*'],
    ['acme/*', 'acme/*'],
    ['acme/newsletter', 'acme/newsletter'],
    ['everything', '*'],
    ['<x>', '*'],
    ['', undefined],
  ])('whose stop button says %j stops %j', (pressed, stop) => {
    expect(posted(`${WHOLE}&stop=${encodeURIComponent(pressed)}`).change.stop).toBe(stop);
  });

  test.each(['', '-1', '1.5', 'x', '01', '99999999999'])('of version %j is of none', (version) => {
    const { change, faults } = posted(`version=${version}&stop=*`);
    expect(faults).toEqual([{ field: 'version', code: 'version' }]);
    expect(change.version).toBe(Number.MAX_SAFE_INTEGER);
    expect(change.stop).toBe('*');
  });

  test.each([
    'x',
    'acme/newsletter',
    'acme/newsletter email sms',
    'acme/newsletter  email',
    'Acme/Newsletter email',
    'acme/* email',
    `a/${'b'.repeat(300)} email`,
    '__proto__ email',
  ])('with a control called %j leaves that out, and says so', (name) => {
    const { change, faults } = posted(
      `${WHOLE}&shown=acme/offers+sms&shown=${encodeURIComponent(name)}&on=${encodeURIComponent(name)}`,
    );
    expect(change.controls).toEqual([{ topic: 'acme/offers', channel: 'sms', on: false }]);
    expect(faults).toEqual([{ field: 'controls', code: 'field' }]);
  });

  test('that is far too long is read no further than it could be ours', () => {
    const many = Array.from({ length: MAX_CONTROLS + 5 }, (_, n) => `shown=acme/t${n}+sms`).join('&');
    expect(posted(`${WHOLE}&${many}`).change.controls).toHaveLength(MAX_CONTROLS);
    const { change, faults } = posted(`${WHOLE}&x=${'y'.repeat(300_000)}`);
    expect([change.controls, faults]).toEqual([[], [{ field: 'version', code: 'version' }]]);
  });
});
