import { describe, expect, test } from 'vitest';
import { csrfHeaders, lacksToken } from '../../lib/destinations/csrf.ts';
import { aReply } from './deliveries.ts';

describe('a token against forged requests', () => {
  test('comes with every cookie of its reply, dates and all', () => {
    const cookies = 'a=1; path=/; Expires=Wed, 21 Oct 2037 07:28:00 GMT, b=x=y; HttpOnly, c=3';
    expect(csrfHeaders(aReply(200, '', { 'x-csrf-token': 'T1', 'set-cookie': cookies }))).toEqual({
      ...{ accept: 'application/json', 'x-csrf-token': 'T1', cookie: 'a=1; b=x=y; c=3' },
    });
  });

  test('is none where the reply gave none, or only asks for one', () => {
    expect(csrfHeaders(aReply(200, ''))).toEqual({ accept: 'application/json' });
    const asked = aReply(403, '', { 'x-csrf-token': 'Required' });
    expect(csrfHeaders(asked)).toEqual({ accept: 'application/json' });
    expect(lacksToken(asked)).toBe(true);
    expect(lacksToken(aReply(403, ''))).toBe(false);
  });
});
