import { describe, expect, test } from 'vitest';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { destinations } from '../../lib/destinations/index.ts';
import { salesforce } from '../../lib/destinations/salesforce.ts';
import { ADDRESS, aReply } from './deliveries.ts';

describe('every destination', () => {
  test.each(Object.entries(destinations))('%s goes by the name it is registered under', (id, destination) => {
    expect(destination.id).toBe(id);
  });

  test('keeps what is not plainly a code out of reasons', () => {
    const quoting = `${ADDRESS} is not valid`;
    const outcomes = [
      hubspot.interpret?.(aReply(400, { category: quoting })),
      salesforce.interpret?.(aReply(400, [{ errorCode: quoting, message: quoting }])),
    ];
    expect(JSON.stringify(outcomes)).not.toContain('hara');
  });
});
