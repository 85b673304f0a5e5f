import { expect, test } from 'vitest';
import { holdersAt } from '../../lib/flow/holders.ts';

const NAMES = [
  { kind: 'email', hash: 'e' },
  { kind: 'phone', hash: 'p' },
];

test('who was erased of one address and goes by another has left only the one, and stops what is told to both', async () => {
  const identifiers = {
    holders: async (kind: string) => (kind === 'email' ? ['ada', 'bob'] : ['ada']),
    suppressed: async () => [{ kind: 'email', hash: 'e', kept: ['ada'] }],
  };
  const [email, ...others] = NAMES;
  expect(others).toHaveLength(1);
  expect(await holdersAt({ identifiers }, NAMES, 10)).toEqual([
    { subject: 'ada', stops: true, left: false },
    { subject: 'bob', stops: false, left: false },
  ]);
  expect(await holdersAt({ identifiers }, email ? [email] : [], 10)).toContainEqual({
    ...{ subject: 'ada', stops: true, left: true },
  });
});
