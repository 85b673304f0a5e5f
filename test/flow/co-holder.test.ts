import { describe, expect, test } from 'vitest';
import { BrokenVersionError } from '../../lib/domain/broken-version.ts';
import { awaitedIn } from '../../lib/domain/double-opt-in.ts';
import { DAY, toIso } from '../../lib/domain/time.ts';
import { confirm } from '../../lib/flow/confirm.ts';
import { advance } from '../../lib/flow/erase.ts';
import { repair } from '../../lib/flow/repair.ts';
import { ADA, EMAIL, NEWS, type Person, somebody, typeOf } from './erased-person.ts';

const SISTER = 'p-sister';
const PHONE = '+4512345678';
const EVENTS = { topic: 'orbit/events', channel: 'email', state: 'granted' as const };
const BOTH = { email: EMAIL, phone: PHONE };

/** Two who share what they go by, of whom the first is erased. */
async function shared(identifiers: Readonly<Record<string, string>> = { email: EMAIL }): Promise<Person> {
  const one = somebody();
  await one.say({ choices: [{ ...NEWS, state: 'granted' }], identifiers });
  await one.say({ identifiers }, SISTER);
  await one.ask();
  await one.answer();
  await advance(one.ports)(ADA);
  expect(one.store.suppressions.size).toBe(Object.keys(identifiers).length);
  return one;
}

const recordOf = async ({ store }: Person) => (await store.records.newest(SISTER))?.version;

/** She asks, and presses the button of the mail that Heed sends her. */
async function asksAndConfirms(one: Person): Promise<string> {
  expect(typeOf(await one.say({ choices: [EVENTS] }, SISTER))).toBe('recorded');
  const version = await recordOf(one);
  const [awaited] = version ? awaitedIn(version.record, one.ports.catalogue, one.clock.now()) : [];
  if (!awaited) throw new Error('nothing waits for her');
  const { topic, channel, change } = awaited;
  one.clock.advance(1);
  return confirm(one.ports)({ subject: SISTER, topic, channel, request: change }, 'preference-center');
}

/** What her newest version said is lost, and a repair stands on top of it. */
async function repaired(one: Person): Promise<void> {
  const version = await recordOf(one);
  if (!version) throw new Error('nobody has spoken of her');
  const broken = new BrokenVersionError(SISTER, version.version, 'digest');
  one.clock.advance(1);
  await repair(one.ports, broken);
  expect((await recordOf(one))?.standing?.state).toBe('unconfirmed');
}

const kindsIn = ({ store }: Person): readonly string[] =>
  [...store.suppressions.values()].map(({ kind }) => kind);

describe('somebody who shares an address with a person who was erased', () => {
  test('has it back by the confirmation that Heed mails her', async () => {
    const one = await shared();
    expect(await asksAndConfirms(one)).toBe('confirmed');
    expect(one.store.suppressions.size).toBe(0);
  });

  test('has back only the one on whose channel she confirmed, and stays as free as she was', async () => {
    const one = await shared(BOTH);
    expect(await asksAndConfirms(one)).toBe('confirmed');
    expect(kindsIn(one)).toEqual(['phone']);
    expect(typeOf(await one.grant(SISTER))).toBe('recorded');
  });

  test('can confirm after a repair, and is held to the other address until she confirms that', async () => {
    const one = await shared(BOTH);
    await repaired(one);
    expect(await asksAndConfirms(one)).toBe('confirmed');
    expect(kindsIn(one)).toEqual(['phone']);
    expect(typeOf(await one.grant(SISTER))).toBe('suppressed');
    const sms = { topic: 'acme/newsletter', channel: 'sms', state: 'granted' as const };
    const evidence = { source: 'preference-center', method: 'double-opt-in' };
    expect(typeOf(await one.trusting({ choices: [sms], evidence }, SISTER))).toBe('recorded');
    expect(one.store.suppressions.size).toBe(0);
    expect(typeOf(await one.grant(SISTER))).toBe('recorded');
  });

  test('can stop, and say what else is no grant, also where that names the address', async () => {
    const one = await shared();
    const stop = { choices: [{ ...NEWS, state: 'withdrawn' as const }], identifiers: { email: EMAIL } };
    expect(typeOf(await one.say(stop, SISTER))).toBe('recorded');
    await repaired(one);
    expect(typeOf(await one.say(stop, SISTER))).toBe('recorded');
    const grants = { choices: [{ ...NEWS, state: 'granted' as const }], identifiers: { email: EMAIL } };
    expect(typeOf(await one.say(grants, SISTER))).toBe('suppressed');
  });
});

test('who asked with an erased address confirms nothing for it on another channel', async () => {
  const one = somebody();
  await one.arrive();
  await one.ask();
  await one.answer();
  await advance(one.ports)(ADA);
  const asks = { choices: [EVENTS], identifiers: { email: EMAIL } };
  expect(typeOf(await one.say(asks, SISTER))).toBe('recorded');
  const sms = { topic: 'acme/newsletter', channel: 'sms', state: 'granted' as const };
  const evidence = { source: 'preference-center', method: 'double-opt-in' };
  expect(typeOf(await one.trusting({ choices: [sms], evidence }, SISTER))).toBe('suppressed');
  expect(kindsIn(one)).toEqual(['email']);
});

test('who asked with an erased address and ids of the company has all of them back by confirming', async () => {
  const identifiers = { email: EMAIL, customer: 'c-1', hubspot: 'h-1' };
  const one = somebody();
  await one.say({ identifiers });
  await one.ask();
  await one.answer();
  await advance(one.ports)(ADA);
  expect(typeOf(await one.say({ choices: [EVENTS], identifiers }, SISTER))).toBe('recorded');
  expect(await asksAndConfirms(one)).toBe('confirmed');
  expect(one.store.suppressions.size).toBe(0);
});

test('a repair that brings back an address which was erased meanwhile keeps nobody from naming another', async () => {
  const one = somebody();
  await one.arrive();
  await one.say({ identifiers: { email: EMAIL } }, SISTER);
  await one.say({ identifiers: { email: null } }, SISTER);
  await repaired(one);
  await one.ask();
  await one.answer();
  await advance(one.ports)(ADA);
  const late = { source: 'call-centre', occurredAt: toIso(one.clock.now() - DAY) };
  const before = { identifiers: { email: 'former@example.com' }, evidence: late };
  expect(typeOf(await one.say(before, SISTER))).toBe('recorded');
  expect(typeOf(await one.say({ identifiers: { phone: PHONE } }, SISTER))).toBe('recorded');
  const { current } = await one.store.identifiers.of(SISTER);
  expect(current.map(({ kind }) => kind)).toEqual(['phone']);
});

test('a hold that stops an erasure frees no address that waited for its owner’s confirmation', async () => {
  const one = somebody();
  await one.arrive();
  await one.ask();
  await one.answer();
  await advance(one.ports)(ADA);
  expect(typeOf(await one.say({ choices: [EVENTS], identifiers: { email: EMAIL } }))).toBe('recorded');
  expect(typeOf(await one.grant())).toBe('suppressed');
  await one.ask();
  await one.hold('place');
  await one.hold('release');
  expect(typeOf(await one.grant())).toBe('suppressed');
});

test('a confirmation from before the erasure, which comes late, gives nothing back', async () => {
  const one = somebody();
  await one.arrive();
  const occurredAt = toIso(one.clock.now());
  await one.ask();
  await one.answer();
  await advance(one.ports)(ADA);
  const evidence = { source: 'preference-center', method: 'double-opt-in', occurredAt };
  await one.trusting({ choices: [EVENTS], identifiers: { email: EMAIL }, evidence });
  expect(kindsIn(one)).toEqual(['email']);
});
