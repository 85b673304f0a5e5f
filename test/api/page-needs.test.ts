import { expect, it } from 'vitest';
import { functions, type Need } from '../../functions/registry.ts';
import { memory } from '../memory.ts';
import { type RouteName, rig } from './rig.ts';

/** Lets through what a need grants; the rest fails, as it does where the role lacks the right. */
const granted = <T extends object>(part: T, allowed: readonly PropertyKey[]): T =>
  new Proxy(part, {
    get: (target, name) =>
      allowed.includes(name)
        ? Reflect.get(target, name)
        : () => Promise.reject(new Error(`${String(name)} is not granted`)),
  });

const needsOf = (function_: string): readonly Need[] =>
  functions.find(({ name }) => name === function_)?.needs ?? [];

/** An API whose store gives a function what it needs by the registry, and nothing else. */
function withNeeds(needs: readonly Need[]) {
  const store = memory();
  const may = (need: Need, ...names: readonly PropertyKey[]) => (needs.includes(need) ? names : []);
  return rig({
    real: {
      records: granted(store.records, [
        ...may('records:read', 'newest', 'version', 'history', 'list'),
        ...may('records:write', 'append'),
      ]),
      identifiers: granted(store.identifiers, may('records:read', 'of')),
      seals: granted(store.seals, [...may('keys:read', 'open', 'hash'), ...may('keys:write', 'seal')]),
      ledger: granted(store.ledger, may('deliveries:read', 'ofSubject', 'items')),
    },
  });
}

const CHANGE = { preferences: [], notice: { id: 'marketing', version: '4', language: 'en' } };
const NEWS = { topic: 'acme/newsletter', channel: 'email' };

it('a page of one’s own does with what the registry grants it: it reads, saves, stops and honours a signal', async () => {
  const one = withNeeds(needsOf('preferences'));
  expect(needsOf('page')).toEqual(needsOf('preferences'));
  const token = await one.mint({ purpose: 'preferences', sub: 'alice' });
  const on = { version: 0, controls: [{ ...NEWS, on: true }], ...CHANGE };
  const stop = { version: 1, controls: [], stop: '*', ...CHANGE };
  const answers = [
    await one.call('preferences', { token }),
    await one.call('save-preferences', { token, body: on }),
    await one.call('save-preferences', { token, body: stop }),
    await one.call('preferences', { token, headers: { 'sec-gpc': '1' } }),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
});

it('a signal that is passed on is stored with what the registry grants for it', async () => {
  const one = withNeeds(needsOf('signals'));
  const token = await one.mint({ purpose: 'preferences', sub: 'alice' });
  const pass = { token, subject: 'alice', body: { signal: 'gpc' } };
  expect((await one.call('signals', pass)).statusCode).toBe(201);
});

it.each<readonly [string, RouteName, object]>([
  ['signals', 'signals', { signal: 'gpc' }],
  ['preferences', 'save-preferences', { version: 0, controls: [{ ...NEWS, on: true }], ...CHANGE }],
])('without the right to write, %s stores nothing: the check is one', async (name, route, body) => {
  const one = withNeeds(needsOf(name).filter((need) => need !== 'records:write'));
  const token = await one.mint({ purpose: 'preferences', sub: 'alice' });
  expect((await one.call(route, { token, subject: 'alice', body })).statusCode).toBe(500);
});
