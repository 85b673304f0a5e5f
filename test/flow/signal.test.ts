import { describe, expect, test } from 'vitest';
import { OWN_SOURCE } from '../../lib/domain/own-source.ts';
import { carriesSignal, honourSignal } from '../../lib/flow/signal.ts';
import { on, type Person, person, SUBJECT } from './saving.ts';

/** https://w3c.github.io/gpc/#the-sec-gpc-header-field-for-http-requests: the exact value 1, and no other. */
describe('Sec-GPC', () => {
  test.each([
    ['1', true],
    [' 1', true],
    ['1 ', true],
    ['\t1', true],
    ['1,1', true],
    ['0, 1', true],
    ['1,0', true],
    [undefined, false],
    ['', false],
    ['0', false],
    ['0,0', false],
    ['10', false],
    ['11', false],
    ['01', false],
    ['1.0', false],
    ['+1', false],
    ['"1"', false],
    ['1;x=1', false],
    ['1 1', false],
    ['true', false],
    ['?1', false],
    ['１', false],
  ])('%j counts: %s', (header, counts) => expect(carriesSignal(header)).toBe(counts));
});

const SHARING = 'acme/data-sharing';
const caller = { sources: [OWN_SOURCE] };

const honour = (her: Person, topics: readonly string[] = [SHARING]) =>
  honourSignal(her.ports)({ subject: SUBJECT, topics, caller });

describe('a signal', () => {
  test('withdraws what is named for it on every channel, as the person’s own word, and nothing else', async () => {
    const her = person();
    await her.send(await her.open(), [on('acme/newsletter', 'email'), on(SHARING, '*')]);
    her.clock.advance(1000);
    expect(await honour(her)).toEqual({ kind: 'honoured', withdrawn: [SHARING], version: 2 });
    const { change, changed } = (await her.newest()) ?? {};
    expect(change?.choices).toEqual([{ topic: SHARING, channel: '*', state: 'withdrawn' }]);
    expect(change?.evidence).toMatchObject({ method: 'signal', actor: { kind: 'subject' } });
    expect(changed?.map(({ topic, to }) => `${topic} ${to}`)).toEqual(
      her.catalogue.channels.map(() => `${SHARING} withdrawn`),
    );
    expect(await her.permits('acme/newsletter', 'email')).toBe(true);
  });

  test('is honoured for a person nobody has spoken of', async () => {
    const her = person();
    expect(await honour(her)).toMatchObject({ withdrawn: [SHARING], version: 1 });
  });

  test('says nothing twice', async () => {
    const her = person();
    await honour(her);
    her.clock.advance(1000);
    expect(await honour(her)).toEqual({ kind: 'honoured', withdrawn: [], version: 1 });
  });

  test('gives way once she has decided otherwise, for ever', async () => {
    const her = person();
    await honour(her);
    her.clock.advance(1000);
    await her.send(await her.open(), [on(SHARING, '*')]);
    for (let visit = 0; visit < 130; visit++) {
      her.clock.advance(1000);
      const value = visit % 2 === 0 ? 'like' : 'dislike';
      await her.send(await her.open(), [], { preferences: [{ key: 'interest.cycling', value }] });
    }
    expect(await honour(her)).toMatchObject({ withdrawn: [] });
    expect(await her.permits(SHARING, 'email')).toBe(true);
  });

  test('is not taken for decided by a grant that is only a system’s, nor by one on one channel before it', async () => {
    const her = person();
    await her.said('crm-import', [{ topic: SHARING, channel: 'email', state: 'granted' }], {
      actor: { kind: 'import' },
    });
    her.clock.advance(1000);
    expect(await honour(her)).toMatchObject({ withdrawn: [SHARING] });
    expect(await her.permits(SHARING, 'email')).toBe(false);
  });

  test('is honoured for each topic by itself, also for one that is named later', async () => {
    const her = person();
    await honour(her);
    her.clock.advance(1000);
    await her.send(await her.open(), [on(SHARING, '*')]);
    her.clock.advance(1000);
    expect(await honour(her, [SHARING, 'acme/surveys'])).toMatchObject({ withdrawn: ['acme/surveys'] });
    expect(await her.permits(SHARING, 'email')).toBe(true);
  });

  test('is kept also where she has withdrawn it all herself: what she decides on the page that says so stands', async () => {
    const her = person();
    await her.send(await her.open(), [], { stop: '*' });
    her.clock.advance(1000);
    expect(await honour(her)).toEqual({ kind: 'honoured', withdrawn: [SHARING], version: 2 });
    her.clock.advance(1000);
    expect(await honour(her)).toEqual({ kind: 'honoured', withdrawn: [], version: 2 });
    await her.send(await her.open(), [on(SHARING, '*')]);
    her.clock.advance(1000);
    expect(await honour(her)).toMatchObject({ withdrawn: [] });
    expect(await her.permits(SHARING, 'email')).toBe(true);
  });

  test('that arrives while she decides otherwise does not undo it', async () => {
    const her = person((records) => ({
      ...records,
      history: async (...asked) => {
        const found = await records.history(...asked);
        her.clock.advance(1000);
        await her.send({ version: 0 }, [on(SHARING, '*')]);
        return found;
      },
    }));
    await honour(her);
    expect(await her.permits(SHARING, 'email')).toBe(true);
  });

  test('ends what she has asked for again and not confirmed yet', async () => {
    const her = person();
    await her.send(await her.open(), [], { stop: '*' });
    her.clock.advance(1000);
    await her.send(await her.open(), [on('orbit/events', 'email')]);
    her.clock.advance(1000);
    expect(await her.isOn('orbit/events', 'email')).toBe(true);
    expect(await honour(her, ['orbit/events'])).toMatchObject({ withdrawn: ['orbit/events'] });
    expect(await her.isOn('orbit/events', 'email')).toBe(false);
  });

  test('counts although the clock was set back after she had granted', async () => {
    const her = person();
    await her.send(await her.open(), [on(SHARING, '*')]);
    her.clock.advance(-3_600_000);
    await honour(her);
    expect(await her.permits(SHARING, 'email')).toBe(false);
  });
});
