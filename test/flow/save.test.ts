import { describe, expect, test } from 'vitest';
import { expandPairs } from '../../lib/domain/catalogue.ts';
import type { PageChange } from '../../lib/domain/page-change.ts';
import { DAY, toIso } from '../../lib/domain/time.ts';
import { save } from '../../lib/flow/save.ts';
import type { Records } from '../../lib/ports.ts';
import { NOTICE, off, on, type Person, person, SUBJECT } from './saving.ts';

const NEWS = ['acme/newsletter', 'email'] as const;

/** A person who has switched the newsletter on, and the page as it is after that. */
async function subscribed() {
  const her = person();
  await her.send(await her.open(), [on(...NEWS)]);
  her.clock.advance(60_000);
  return { her, tab: await her.open() };
}

const stopElsewhere = (her: Person) =>
  her.said('hubspot', [{ topic: NEWS[0], channel: NEWS[1], state: 'withdrawn' }], {
    actor: { kind: 'subject' },
    method: 'unsubscribe',
  });

describe('a page that is saved', () => {
  test('records what differs from the version it showed, with the notice that was shown as evidence', async () => {
    const her = person();
    const saved = await her.send(await her.open(), [on(...NEWS), off('acme/offers', 'email')]);
    expect(saved.versions).toHaveLength(1);
    const { change } = saved.versions[0]?.version ?? {};
    expect(change?.choices).toEqual([{ topic: NEWS[0], channel: NEWS[1], state: 'granted' }]);
    expect(change?.evidence).toEqual({
      source: 'preference-center',
      actor: { kind: 'subject' },
      method: 'form',
      occurredAt: toIso(her.clock.now()),
      legalBasis: 'consent',
      jurisdiction: 'DK',
      notice: { ...NOTICE, sha256: her.catalogue.notices['marketing/4/en'] },
    });
    expect(await her.permits(...NEWS)).toBe(true);
  });

  test('says the same once, however often it is sent', async () => {
    const her = person();
    const tab = await her.open();
    const change = [on(...NEWS), on('acme/data-sharing', '*')];
    const preferences = [{ key: 'interest.cycling', value: 'like' }];
    await her.send(tab, change, { preferences });
    her.clock.advance(1000);
    const again = await her.send(tab, change, { preferences });
    expect([again.versions, again.asked, again.faults]).toEqual([[], [], []]);
    expect(her.store.size()).toBe(1);
  });

  test('stores its withdrawals first, in a version of their own', async () => {
    const { her, tab } = await subscribed();
    const { versions } = await her.send(tab, [off(...NEWS), on('acme/offers', 'sms')]);
    expect(versions.map(({ version }) => version.change.choices.map(({ state }) => state))).toEqual([
      ['withdrawn'],
      ['granted'],
    ]);
    expect(new Set(versions.map(({ version }) => version.change.evidence.occurredAt)).size).toBe(1);
  });

  test('asks again for what was stopped elsewhere after it was drawn, and stores the rest', async () => {
    const her = person();
    const stale = await her.open();
    her.clock.advance(1000);
    await stopElsewhere(her);
    her.clock.advance(1000);
    const saved = await her.send(stale, [on(...NEWS), on('acme/offers', 'email')]);
    expect(saved.asked).toEqual([{ topic: NEWS[0], channel: NEWS[1] }]);
    expect(await her.permits(...NEWS)).toBe(false);
    expect(await her.permits('acme/offers', 'email')).toBe(true);
    her.clock.advance(1000);
    await her.send(await her.open(), [on(...NEWS)]);
    expect(await her.permits(...NEWS)).toBe(true);
  });

  test('asks again even where an older withdrawal of her own, which it showed, still stands in front', async () => {
    const { her, tab } = await subscribed();
    await her.send(tab, [off(...NEWS)]);
    her.clock.advance(1000);
    const drawn = await her.open();
    await her.said('sendgrid', [{ topic: NEWS[0], channel: NEWS[1], state: 'withdrawn' }]);
    her.clock.advance(1000);
    const { asked } = await her.send(drawn, [on(...NEWS)]);
    expect(asked).toHaveLength(1);
    expect(await her.permits(...NEWS)).toBe(false);
  });

  test('that is sent again hours later does not bring back what was stopped meanwhile', async () => {
    const her = person();
    const tab = await her.open();
    await her.send(tab, [on(...NEWS)]);
    her.clock.advance(3_600_000);
    await her.send(await her.open(), [off(...NEWS)]);
    her.clock.advance(3_600_000);
    const { asked, versions } = await her.send(tab, [on(...NEWS)]);
    expect([asked.length, versions.length]).toEqual([1, 0]);
    expect(await her.permits(...NEWS)).toBe(false);
  });

  test('leaves alone what it shows off and somebody has switched on since', async () => {
    const her = person();
    const tab = await her.open();
    await her.send(await her.open(), [on(...NEWS)]);
    her.clock.advance(1000);
    const { versions } = await her.send(tab, [off(...NEWS)]);
    expect(versions).toEqual([]);
    expect(await her.permits(...NEWS)).toBe(true);
  });

  test('records her own word where only a vendor has stopped it', async () => {
    const { her, tab } = await subscribed();
    await her.said('sendgrid', [{ topic: NEWS[0], channel: NEWS[1], state: 'withdrawn' }]);
    her.clock.advance(1000);
    const { versions } = await her.send(tab, [off(...NEWS)]);
    expect(versions).toHaveLength(1);
  });

  test('withdraws what is no longer declared: a stop keeps its words', async () => {
    const her = person();
    const { versions } = await her.send(await her.open(), [off('acme/gone', 'email')]);
    expect(versions[0]?.version.change.choices).toEqual([
      { topic: 'acme/gone', channel: 'email', state: 'withdrawn' },
    ]);
  });
});

describe('a tap whose answer was lost', () => {
  test('is taken back by the next one, though the page it was made on still shows what was before', async () => {
    const her = person();
    const tab = await her.open();
    await her.tap(tab, [on(...NEWS)]);
    her.clock.advance(1000);
    expect((await her.tap(tab, [off(...NEWS)])).versions).toHaveLength(1);
    expect(await her.permits(...NEWS)).toBe(false);
    her.clock.advance(1000);
    expect((await her.tap(tab, [on(...NEWS)])).asked).toHaveLength(1);
  });

  test('does not come through after it was taken back', async () => {
    const her = person();
    const tab = await her.open();
    await her.tap(tab, [off(...NEWS)]);
    her.clock.advance(1000);
    expect((await her.tap(tab, [on(...NEWS)])).asked).toHaveLength(1);
    expect(await her.permits(...NEWS)).toBe(false);
  });

  test('that stopped something is not undone unseen', async () => {
    const { her, tab } = await subscribed();
    await her.tap(tab, [off(...NEWS)]);
    her.clock.advance(1000);
    const { asked, versions } = await her.tap(tab, [on(...NEWS)]);
    expect([asked.length, versions.length]).toEqual([1, 0]);
  });

  test('that answered a question is answered anew', async () => {
    const { her } = await subscribed();
    const answering = (value: string) => ({ preferences: [{ key: 'interest.cycling', value }] });
    await her.tap(await her.open(), [], answering('like'));
    her.clock.advance(1000);
    const tab = await her.open();
    await her.tap(tab, [], answering('dislike'));
    her.clock.advance(1000);
    expect((await her.tap(tab, [], answering('like'))).versions).toHaveLength(1);
    expect((await her.tap(tab, [], answering('like'))).versions).toHaveLength(0);
  });
});

describe('a stop', () => {
  test('is one version, whatever else was withdrawn with it, and leaves grants and preferences', async () => {
    const { her } = await subscribed();
    await her.send(await her.open(), [on('orbit/newsletter', 'email')]);
    her.clock.advance(1000);
    const controls = [off(...NEWS), off('orbit/newsletter', 'email'), on('acme/offers', 'sms')];
    const saved = await her.send(await her.open(), controls, { stop: 'acme/*' });
    expect(saved.versions.map(({ version }) => version.change.choices)).toEqual([
      [
        { topic: 'acme/*', channel: '*', state: 'withdrawn' },
        { topic: 'orbit/newsletter', channel: 'email', state: 'withdrawn' },
      ],
    ]);
    expect(saved.left).toBe(true);
    expect(await her.permits('acme/offers', 'sms')).toBe(false);
  });

  test('of everything leaves nothing on, and is undone to just what was on', async () => {
    const her = person();
    await her.send(await her.open(), [
      on(...NEWS),
      on('orbit/newsletter', 'push'),
      on('acme/data-sharing', '*'),
    ]);
    await her.said('crm-import', [{ topic: 'acme/data-sharing', channel: 'email', state: 'granted' }]);
    her.clock.advance(1000);
    const { versions, undo } = await her.send(await her.open(), [], { stop: '*' });
    expect(versions).toHaveLength(1);
    expect(await her.isOn('acme/data-sharing', '*')).toBe(false);
    her.clock.advance(1000);
    if (!undo) throw new Error('nothing to undo');
    expect(undo.version).toBe(versions[0]?.version.version);
    await her.send(undo, undo.controls, undo);
    const is = await her.shown();
    const granted = expandPairs(her.catalogue, { topic: '*', channel: '*' }).filter(is.isOn);
    expect(granted.map(({ topic, channel }) => `${topic} ${channel}`)).toEqual([
      'acme/newsletter email',
      ...her.catalogue.channels.map((channel) => `acme/data-sharing ${channel}`),
      'orbit/newsletter push',
    ]);
  });

  test('that is pressed again is recorded again: a page drawn in between does not lift it', async () => {
    const { her, tab } = await subscribed();
    await her.send(tab, [], { stop: 'acme/*' });
    her.clock.advance(1000);
    const between = await her.open();
    her.clock.advance(1000);
    expect((await her.send(tab, [], { stop: 'acme/*' })).versions).toHaveLength(1);
    her.clock.advance(1000);
    expect((await her.send(between, [on(...NEWS)])).asked).toHaveLength(1);
  });

  test('gets through whatever else is wrong with the page', async () => {
    const { her } = await subscribed();
    const request = {
      ...{ subject: SUBJECT, settings: her.settings },
      faults: [{ field: 'version', code: 'version' as const }],
      change: {
        ...{ version: 9999, stop: '*', notice: { id: '', version: 'no such', language: '?' } },
        controls: [on('no/such', 'fax')],
        preferences: [{ key: 'nothing', value: 'x' }],
      },
    };
    const saved = await save(her.ports)(request);
    expect(saved.kind).toBe('saved');
    expect(await her.permits(...NEWS)).toBe(false);
    expect((await her.newest())?.change.evidence.notice).toBeUndefined();
  });

  test('kills a request that waits for confirmation', async () => {
    const her = person();
    await her.send(await her.open(), [on('orbit/events', 'email')]);
    expect((await her.shown()).awaited({ topic: 'orbit/events', channel: 'email' })).toBeDefined();
    her.clock.advance(1000);
    await her.send(await her.open(), [off('orbit/events', 'email')]);
    expect(await her.isOn('orbit/events', 'email')).toBe(false);
  });
});

describe('what cannot be taken', () => {
  test.each<[string, Partial<PageChange>, string, string]>([
    ['a topic nobody offers', { controls: [on('no/such', 'email')] }, 'no/such email', 'topic'],
    ['a channel nobody offers', { controls: [on('acme/offers', 'fax')] }, 'acme/offers fax', 'channel'],
    ['a preference nobody asks', { preferences: [{ key: 'x', value: 'y' }] }, 'x', 'preference'],
    [
      'an answer that is none of those shown',
      { preferences: [{ key: 'interest.cycling', value: 'maybe' }] },
      'interest.cycling',
      'value',
    ],
    [
      'a notice that was never ours',
      { controls: [on('acme/offers', 'email')], notice: { ...NOTICE, version: '99' } },
      'notice',
      'notice',
    ],
    [
      'another notice than the pages’',
      { controls: [on('acme/offers', 'email')], notice: { ...NOTICE, id: 'other' } },
      'notice',
      'notice',
    ],
    [
      'a page of no such version',
      { version: 77, controls: [on('acme/offers', 'email')] },
      'version',
      'version',
    ],
  ])('%s: the fault stands at its field, and only withdrawals are stored', async (_, rest, field, code) => {
    const { her, tab } = await subscribed();
    const controls = [off(...NEWS), ...(rest.controls ?? [])];
    const saved = await her.send(tab, controls, { ...rest, controls });
    expect(saved.faults).toContainEqual({ field, code });
    expect(await her.permits(...NEWS)).toBe(false);
    expect(saved.versions.flatMap(({ version }) => version.change.choices)).toEqual([
      { topic: NEWS[0], channel: NEWS[1], state: 'withdrawn' },
    ]);
  });

  test('an older version of the notice is evidence still: she may have had the page open', async () => {
    const her = person();
    const notice = { ...NOTICE, version: '3' };
    const { faults, versions } = await her.send(await her.open(), [on(...NEWS)], { notice });
    expect(faults).toEqual([]);
    expect(versions[0]?.version.change.evidence.notice?.version).toBe('3');
  });
});

describe('a grant that runs out', () => {
  const SURVEYS = ['acme/surveys', 'email'] as const;

  test('is not renewed by a page that showed it on, and is by one that showed it off', async () => {
    const her = person();
    await her.send(await her.open(), [on(...SURVEYS)]);
    const tab = await her.open();
    her.clock.advance(731 * DAY);
    const stale = await her.send(tab, [on(...SURVEYS)]);
    expect(stale.asked).toHaveLength(1);
    expect(await her.permits(...SURVEYS)).toBe(false);
    her.clock.advance(1000);
    const { asked } = await her.send(await her.open(), [on(...SURVEYS)]);
    expect(asked).toEqual([]);
    expect(await her.permits(...SURVEYS)).toBe(true);
  });
});

describe('undo', () => {
  test('takes back a grant and a preference, and asks nobody to confirm', async () => {
    const { her } = await subscribed();
    const preference = (value: string) => [{ key: 'acme/newsletter.frequency', value }];
    await her.send(await her.open(), [], { preferences: preference('weekly') });
    her.clock.advance(1000);
    const { undo } = await her.send(await her.open(), [on('acme/offers', 'sms')], {
      preferences: preference('daily'),
    });
    expect(undo?.controls).toEqual([off('acme/offers', 'sms')]);
    expect(undo?.preferences).toEqual(preference('weekly'));
  });

  test('is not offered where nothing moved, nor where it would be a grant without a notice', async () => {
    const { her, tab } = await subscribed();
    expect((await her.send(tab, [])).undo).toBeUndefined();
    const notice = { ...NOTICE, id: 'other' };
    expect((await her.send(tab, [off(...NEWS)], { notice })).undo).toBeUndefined();
  });

  test('is not offered where somebody stopped something just before it was saved', async () => {
    let busy = false;
    const her: Person = person((records) => ({
      ...records,
      append: async (stored, ...rest) => {
        if (!busy) return records.append(stored, ...rest);
        busy = false;
        await stopElsewhere(her);
        return false;
      },
    }));
    await her.send(await her.open(), [on(...NEWS), on('acme/offers', 'email')]);
    her.clock.advance(1000);
    busy = true;
    const { undo, versions } = await her.send(await her.open(), [], { stop: '*' });
    expect(versions.map(({ version }) => version.version)).toEqual([3]);
    expect(undo).toBeUndefined();
  });
});

describe('two who write at once', () => {
  /** Lets somebody else write just before the first grant of hers is stored. */
  function interrupted(act: (her: Person) => Promise<void>) {
    let her: Person | undefined;
    let done = false;
    const lie = (records: Records): Records => ({
      ...records,
      append: async (stored, ...rest) => {
        if (!done && her && stored.version.change.choices.some(({ state }) => state === 'granted')) {
          done = true;
          await act(her);
        }
        return records.append(stored, ...rest);
      },
    });
    her = person(lie);
    return her;
  }

  test('a stop that arrives between looking and storing stands: the grant is asked again', async () => {
    const her = interrupted(stopElsewhere);
    const { asked, versions } = await her.send(await her.open(), [on(...NEWS)]);
    expect([asked.length, versions.length]).toEqual([1, 0]);
    expect(await her.permits(...NEWS)).toBe(false);
  });

  test('what has nothing to do with it is stored all the same, above the other’s version', async () => {
    const her = interrupted((one) =>
      one.said('hubspot', [{ topic: 'acme/offers', channel: 'email', state: 'withdrawn' }]),
    );
    const { versions } = await her.send(await her.open(), [on(...NEWS)]);
    expect(versions.map(({ version }) => version.version)).toEqual([2]);
    expect(await her.permits(...NEWS)).toBe(true);
  });

  test.each([
    ['switched off', [off(...NEWS)], {}],
    ['stopped with everything', [], { stop: '*' }],
  ] as const)('what is %s is off although the clock was set back since', async (_, controls, rest) => {
    const { her, tab } = await subscribed();
    her.clock.advance(-3_600_000);
    await her.send(tab, controls, rest);
    expect(await her.permits(...NEWS)).toBe(false);
    await her.send(await her.open(), [on(...NEWS)]);
    expect(await her.permits(...NEWS)).toBe(true);
  });

  test.each([
    ['everything', [], { stop: '*' }],
    ['a brand', [], { stop: 'acme/*' }],
  ] as const)(
    'a stop of %s holds against a grant of another tab that came while it was on its way',
    async (_, controls, rest) => {
      let waiting = true;
      const her: Person = person((records) => ({
        ...records,
        newest: async (subject) => {
          const found = await records.newest(subject);
          if (waiting) {
            waiting = false;
            her.clock.advance(1);
            await her.send({ version: 0 }, [on(...NEWS)]);
            her.clock.advance(1);
          }
          return found;
        },
      }));
      await her.send({ version: 0 }, controls, rest);
      expect(await her.permits(...NEWS)).toBe(false);
    },
  );

  test('somebody who never ceases to write makes it give up, with the withdrawals stored', async () => {
    let her: Person | undefined;
    her = person((records) => ({
      ...records,
      append: async (stored, ...rest) =>
        stored.version.change.choices.some(({ state }) => state === 'granted')
          ? (her
              ?.said('sendgrid', [{ topic: 'orbit/events', channel: 'email', state: 'withdrawn' }])
              .then(() => false) ?? false)
          : records.append(stored, ...rest),
    }));
    await her.said('call-centre', [{ topic: 'acme/offers', channel: 'sms', state: 'granted' }], {
      actor: { kind: 'agent' },
    });
    her.clock.advance(1000);
    const change = {
      ...{ version: 1, preferences: [], notice: NOTICE },
      controls: [on(...NEWS), off('acme/offers', 'sms')],
    };
    const saved = await save(her.ports)({ subject: SUBJECT, change, settings: her.settings });
    expect(saved.kind === 'refused' && saved.refusal.type).toBe('busy');
    expect(await her.permits('acme/offers', 'sms')).toBe(false);
  });
});
