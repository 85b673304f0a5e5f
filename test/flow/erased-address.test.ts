import { describe, expect, test } from 'vitest';
import config from '../../heed.config.ts';
import type { ChangeBody } from '../../lib/domain/change.ts';
import { HOUR, toIso } from '../../lib/domain/time.ts';
import { recordChange } from '../../lib/flow/accept.ts';
import { advance } from '../../lib/flow/erase.ts';
import { heedKeyword } from '../../lib/flow/keyword.ts';
import { strangerOf } from '../../lib/flow/known-by.ts';
import { restrict } from '../../lib/flow/restrict.ts';
import { ADA, EMAIL, NEWS, type Person, readable, somebody, typeOf } from './erased-person.ts';

/** Two kinds of one type. */
const WITH_LOGIN = {
  ...config.catalogue.identifiers,
  login: { type: 'email', lowerCase: 'all' },
} as const;

describe('an address that was erased', () => {
  const erased = async (): Promise<Person> => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    await one.answer();
    await advance(one.ports)(ADA);
    return one;
  };
  const brings = (one: Person, state: 'granted' | 'withdrawn', more: Partial<ChangeBody> = {}) =>
    one.say({ choices: [{ ...NEWS, state }], identifiers: { email: EMAIL }, ...more }, 'p-other');
  /** It has to be confirmed first. */
  const EVENTS = { topic: 'orbit/events', channel: 'email', state: 'granted' as const };

  test('is refused, whoever brings it and with whatever', async () => {
    const one = await erased();
    expect(typeOf(await brings(one, 'granted'))).toBe('suppressed');
    expect(typeOf(await brings(one, 'withdrawn'))).toBe('suppressed');
    const evidence = { source: 'crm-import', actor: { kind: 'import' as const }, method: 'file' };
    const refused = await one.say({ identifiers: { email: EMAIL }, evidence }, 'p-other');
    expect(typeOf(refused)).toBe('suppressed');
    expect(JSON.stringify(refused)).not.toContain(EMAIL);
  });

  test('comes with a request of hers that permits nothing, and counts once she has confirmed that', async () => {
    const one = await erased();
    expect(typeOf(await brings(one, 'granted', { choices: [EVENTS] }))).toBe('recorded');
    expect(typeOf(await one.grant('p-other'))).toBe('suppressed');
    const evidence = { source: 'preference-center', method: 'double-opt-in' };
    const sources = {
      'preference-center': { ...config.catalogue.sources['preference-center'], confirmed: true },
    };
    const trusting = { ...config.catalogue, sources: { ...config.catalogue.sources, ...sources } };
    Object.assign(one.ports, { catalogue: trusting });
    expect(typeOf(await one.say({ choices: [EVENTS], evidence }, 'p-other'))).toBe('recorded');
    expect(one.store.suppressions.size).toBe(0);
    expect(typeOf(await one.grant('p-other'))).toBe('recorded');
  });

  test('is refused under another kind of its type too, and comes back under each once she has confirmed one', async () => {
    const one = somebody();
    Object.assign(one.ports, { catalogue: { ...config.catalogue, identifiers: WITH_LOGIN } });
    await one.arrive();
    await one.ask();
    const login = { identifiers: { login: EMAIL.toUpperCase() } };
    expect(typeOf(await one.say(login, 'p-other'))).toBe('erasing');
    await one.answer();
    await advance(one.ports)(ADA);
    expect(typeOf(await one.say(login, 'p-other'))).toBe('suppressed');
    expect(typeOf(await one.say({ identifiers: { customer: EMAIL } }, 'p-other'))).toBe('recorded');
    expect(typeOf(await brings(one, 'granted', { choices: [EVENTS] }))).toBe('recorded');
    expect(typeOf(await one.say(login, 'p-other'))).toBe('suppressed');
    const sources = {
      ...config.catalogue.sources,
      'preference-center': { ...config.catalogue.sources['preference-center'], confirmed: true },
    };
    Object.assign(one.ports, { catalogue: { ...config.catalogue, identifiers: WITH_LOGIN, sources } });
    const evidence = { source: 'preference-center', method: 'double-opt-in' };
    expect(typeOf(await one.say({ choices: [EVENTS], evidence }, 'p-other'))).toBe('recorded');
    expect(one.store.suppressions.size).toBe(0);
    expect(typeOf(await one.say(login, 'p-other'))).toBe('recorded');
  });

  /** Somebody who goes by an address as her login, and is being erased. */
  const erasingLogin = async (): Promise<Person> => {
    const one = somebody();
    Object.assign(one.ports, { catalogue: { ...config.catalogue, identifiers: WITH_LOGIN } });
    await one.say({ choices: [{ ...NEWS, state: 'granted' }], identifiers: { login: EMAIL } });
    await one.say({ identifiers: { email: EMAIL } }, 'p-second');
    await one.ask();
    return one;
  };

  test('is named again by whoever goes by it, with a stop, while it is being erased under another kind', async () => {
    const one = await erasingLogin();
    const stop = { choices: [{ ...NEWS, state: 'withdrawn' as const }], identifiers: { email: EMAIL } };
    expect(typeOf(await one.say(stop, 'p-second'))).toBe('recorded');
    expect(typeOf(await one.say(stop, 'p-third'))).toBe('erasing');
  });

  /** What a vendor reports of the address where nobody goes by it, as it is kept. */
  const reporting = async (one: Person) => {
    const hash = await one.store.seals.hash('email', EMAIL);
    const stranger = strangerOf({ kind: 'email', hash });
    const reported = (state: 'granted' | 'withdrawn') => {
      const choices = [{ ...NEWS, state }];
      const evidence = {
        ...{ source: 'crm-import', actor: { kind: 'subject' as const }, method: 'vendor' },
        occurredAt: toIso(one.clock.now()),
      };
      const identifiers = [{ kind: 'email', value: EMAIL }];
      const change = { choices, preferences: [], identifiers, personal: {}, evidence };
      return recordChange(one.ports)({ subject: stranger, body: { choices } }, change);
    };
    return { stranger, reported, holders: () => one.store.identifiers.holders('email', hash, 10) };
  };

  test('is stopped for itself alone under another kind while it is being erased: a hold may yet keep it', async () => {
    const one = await erasingLogin();
    await one.say({ identifiers: { email: null } }, 'p-second');
    const { reported, stranger, holders } = await reporting(one);
    expect(typeOf(await reported('granted'))).toBe('erasing');
    expect(typeOf(await reported('withdrawn'))).toBe('recorded');
    await one.hold('place');
    expect(typeOf(await one.say({ identifiers: { email: EMAIL } }, 'p-second'))).toBe('recorded');
    expect(await holders()).toEqual(['p-second', stranger]);
  });

  test('is erased where it was kept for itself alone under another kind, too', async () => {
    const one = await erasingLogin();
    await one.say({ identifiers: { email: null } }, 'p-second');
    const { reported, stranger, holders } = await reporting(one);
    expect(typeOf(await reported('withdrawn'))).toBe('recorded');
    await one.answer();
    await advance(one.ports)(ADA);
    expect((await one.view())?.state).toBe('telling');
    expect((await one.ports.cases.of(stranger)).erasure).toMatchObject({ state: 'telling', with: ADA });
    one.clock.advance(24 * HOUR);
    for (const subject of [stranger, ADA]) await advance(one.ports)(subject);
    expect((await one.view())?.state).toBe('done');
    expect(await holders()).toEqual([]);
    expect(typeOf(await one.say({ identifiers: { email: EMAIL } }, 'p-second'))).toBe('suppressed');
  });

  test('comes with no request of somebody who has granted something: that would be told to it', async () => {
    const one = await erased();
    await one.grant('p-other');
    expect(typeOf(await brings(one, 'granted', { choices: [EVENTS] }))).toBe('suppressed');
  });

  test('is taken up by nobody else while it is being erased, and by whoever shares it already', async () => {
    const one = somebody();
    await one.arrive();
    expect(typeOf(await one.say({ identifiers: { email: EMAIL } }, 'p-sister'))).toBe('recorded');
    await one.ask();
    expect(typeOf(await one.say({ identifiers: { email: EMAIL } }, 'p-import'))).toBe('erasing');
    expect(typeOf(await one.say({ identifiers: { email: EMAIL } }, 'p-sister'))).toBe('recorded');
  });

  test('is not confirmed from another address: who reads an e-mail has said nothing of a phone number', async () => {
    const one = somebody();
    const phone = '+4512345678';
    await one.say({ choices: [{ ...NEWS, state: 'granted' }], identifiers: { phone } });
    await one.ask();
    await one.answer();
    await one.ask();
    const asks = { choices: [EVENTS], identifiers: { email: 'mallory@example.com' } };
    expect(typeOf(await one.say(asks, 'p-mallory'))).toBe('recorded');
    expect(typeOf(await one.say({ choices: [EVENTS], identifiers: { phone } }, 'p-mallory'))).toBe(
      'suppressed',
    );
    const evidence = { source: 'preference-center', method: 'double-opt-in' };
    const confirmed = { choices: [EVENTS], identifiers: { phone }, evidence };
    expect(typeOf(await one.trusting(confirmed, 'p-mallory'))).toBe('suppressed');
    const called = { topic: 'acme/newsletter', channel: 'sms', state: 'granted' as const };
    expect(typeOf(await one.trusting({ ...confirmed, choices: [called] }, 'p-mallory'))).toBe('recorded');
    expect(one.store.suppressions.size).toBe(0);
  });

  test('is not had by a grant that a restriction only hides', async () => {
    const one = await erased();
    await one.grant('p-other');
    await restrict(one.ports)({ subject: 'p-other', restricted: true });
    expect(typeOf(await brings(one, 'granted', { choices: [EVENTS] }))).toBe('suppressed');
  });

  test('is nobody’s when it sends STOP: it is suppressed already, and no record is begun for it', async () => {
    const one = somebody();
    await one.say({ choices: [{ ...NEWS, state: 'granted' }], identifiers: { phone: '+4512345678' } });
    await one.ask();
    await one.answer();
    await one.ask();
    const { keywords } = config;
    if (!keywords) throw new Error('the configuration declares no keywords');
    const before = one.store.size();
    const lines: unknown[] = [];
    const heed = heedKeyword({ ...one.ports, line: (line) => void lines.push(line) }, keywords);
    expect(await heed('stop', { from: '+4512345678', text: 'STOP' })).toBe('taken');
    expect(one.store.size()).toBe(before);
    expect(lines).toEqual([expect.objectContaining({ reason: 'suppressed' })]);
  });

  test('is not sealed with the key that was destroyed, by a process that has not heard of it', async () => {
    const one = await erased();
    const destroyed = (await one.newest())?.standing?.destroyed ?? [];
    expect(destroyed).toHaveLength(1);
    const { seals } = one.store;
    let stale = destroyed[0];
    const behind = {
      ...seals,
      seal: async (subject: string, text: string) => {
        const sealed = await seals.seal(subject, text);
        return stale === undefined ? sealed : stale + sealed.slice(stale.length);
      },
      forget: () => {
        stale = undefined;
      },
    };
    Object.assign(one.ports, { seals: behind });
    expect(typeOf(await one.say({ identifiers: { phone: '+4512345678' } }))).toBe('recorded');
    Object.assign(one.ports, { seals });
    expect(await readable(one)).toContain('+4512345678');
  });
});
