import { describe, expect, test } from 'vitest';
import type { PageChange } from '../../lib/domain/page-change.ts';
import { advance } from '../../lib/flow/erase.ts';
import { type Saving, save } from '../../lib/flow/save.ts';
import { ADA, EMAIL, NEWS, type Person, somebody } from './erased-person.ts';

const EVENTS = { topic: 'orbit/events', channel: 'email' };
const settings = { notice: { id: 'marketing' }, legalBasis: 'consent' as const, jurisdiction: 'DK' };
const LIKES = [{ key: 'interest.cycling', value: 'like' }];

async function sends(one: Person, change: Partial<PageChange>): Promise<Saving> {
  const version = (await one.newest())?.version ?? 0;
  one.clock.advance(1000);
  const notice = { id: 'marketing', version: '4', language: 'en' };
  const page = { version, controls: [], preferences: [], notice, ...change };
  return save(one.ports)({ subject: ADA, change: page, settings });
}

const wordsIn = (saving: Saving) => {
  if (saving.kind === 'refused') return saving.refusal.type;
  const { versions, left } = saving;
  return { left, said: versions.flatMap(({ version }) => version.change.choices.map(({ state }) => state)) };
};

describe('the page of somebody', () => {
  test('who has to confirm her address first stores her stops and preferences, and says what it left', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    await one.answer();
    await advance(one.ports)(ADA);
    await one.say({ choices: [{ ...EVENTS, state: 'granted' }], identifiers: { email: EMAIL } });
    const controls = [
      { ...EVENTS, on: false },
      { ...NEWS, on: true },
    ];
    expect(wordsIn(await sends(one, { controls, preferences: LIKES }))).toEqual({
      left: true,
      said: ['withdrawn'],
    });
    expect((await one.newest())?.record.preferences).toMatchObject(LIKES);
    expect(wordsIn(await sends(one, { controls: [{ ...NEWS, on: true }] }))).toEqual({
      left: true,
      said: [],
    });
  });

  test('who is being erased says that nothing but stops is stored', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    const controls = [{ ...NEWS, on: true }];
    expect(wordsIn(await sends(one, { controls, preferences: LIKES }))).toEqual({ left: true, said: [] });
    expect(wordsIn(await sends(one, { preferences: LIKES }))).toEqual({ left: true, said: [] });
  });
});
