import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toIso } from '../../lib/domain/time.ts';
import { covers } from '../../lib/domain/topic.ts';
import type { Records } from '../../lib/ports.ts';
import { type Person, person, type Tab } from './saving.ts';

/** Few of everything, so that pages, stops and grants meet. */
const PAIRS = [
  { topic: 'acme/newsletter', channel: 'email' },
  { topic: 'acme/offers', channel: 'email' },
  { topic: 'acme/offers', channel: 'sms' },
  { topic: 'orbit/newsletter', channel: 'email' },
] as const;

const pair = fc.constantFrom(...PAIRS);
const tab = fc.integer({ min: 0, max: 5 });

/** What may happen, one after another. `meanwhile`: a vendor's stop just before what the page asks for is stored. */
const act = fc.oneof(
  fc.record({ kind: fc.constant('open' as const) }),
  fc.record({
    kind: fc.constant('save' as const),
    tab,
    flipped: fc.subarray([...PAIRS], { minLength: 1 }),
    meanwhile: fc.option(pair, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('tap' as const), tab, pair, on: fc.boolean() }),
  fc.record({ kind: fc.constant('stop' as const), tab, pattern: fc.constantFrom('*', 'acme/*') }),
  fc.record({
    kind: fc.constant('vendor' as const),
    pair,
    actor: fc.constantFrom('subject' as const, 'system' as const),
  }),
  fc.record({ kind: fc.constant('import' as const), pair }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

interface Opened extends Tab {
  /** When in the story it was drawn. */
  readonly at: number;
  readonly drawnOn: readonly boolean[];
}

interface Pair {
  readonly topic: string;
  readonly channel: string;
}

const nameOf = ({ topic, channel }: Pair): string => `${topic} ${channel}`;

/** What an onlooker knows: when each was stopped last, and when the newest page was drawn that has granted it. */
class Onlooker {
  readonly stopped = new Map<string, number>();
  readonly granted = new Map<string, number>();

  stop(one: Pair, at: number): void {
    this.stopped.set(nameOf(one), at);
  }

  grant(one: Pair, drawnAt: number): void {
    this.granted.set(nameOf(one), Math.max(drawnAt, this.granted.get(nameOf(one)) ?? -1));
  }

  /** No page that was drawn after the last stop has granted it. */
  forbids(one: Pair): boolean {
    return (this.granted.get(nameOf(one)) ?? -1) < (this.stopped.get(nameOf(one)) ?? -1);
  }
}

type Meanwhile = { now: (() => Promise<void>) | undefined };

interface Scene {
  readonly her: Person;
  readonly tabs: Opened[];
  readonly at: number;
  readonly onlooker: Onlooker;
  readonly meanwhile: Meanwhile;
}

/** Lets somebody else write just before something of hers is stored that grants. */
const interrupting = (records: Records, meanwhile: Meanwhile): Records => ({
  ...records,
  append: async (stored, ...rest) => {
    const act = meanwhile.now;
    if (act && stored.version.change.choices.some(({ state }) => state === 'granted')) {
      meanwhile.now = undefined;
      await act();
    }
    return records.append(stored, ...rest);
  },
});

/** Plays a story, and says whenever something is permitted after a stop that no page drawn after it has granted. */
async function play(story: readonly Act[], lie: (records: Records) => Records): Promise<readonly string[]> {
  const meanwhile: Meanwhile = { now: undefined };
  const her = person((records) => interrupting(lie(records), meanwhile));
  const onlooker = new Onlooker();
  const tabs: Opened[] = [];
  const wrong: string[] = [];
  for (const [at, one] of story.entries()) {
    her.clock.advance(1000);
    await perform(one, { her, tabs, at, onlooker, meanwhile });
    meanwhile.now = undefined;
    const shown = await her.shown();
    const permitted = PAIRS.filter(({ topic, channel }) => shown.answer(topic, channel).state === 'granted');
    wrong.push(...permitted.filter((each) => onlooker.forbids(each)).map((each) => `${at}: ${nameOf(each)}`));
  }
  return wrong;
}

async function perform(one: Act, scene: Scene): Promise<void> {
  const { her, tabs, at } = scene;
  if (one.kind === 'open') tabs.push(await opened(her, at));
  else if (one.kind === 'vendor') await vendorStops(one, scene);
  else if (one.kind === 'import')
    await her.said('crm-import', [{ ...one.pair, state: 'granted' }], { actor: { kind: 'import' } });
  else {
    const shown = tabs[one.tab % Math.max(1, tabs.length)];
    if (shown) await sent(one, shown, scene);
  }
}

type Sending = Extract<Act, { kind: 'save' | 'tap' | 'stop' }>;

const sent = (one: Sending, shown: Opened, scene: Scene): Promise<void> => {
  if (one.kind === 'save') return saved(one, shown, scene);
  return one.kind === 'tap' ? tapped(one, shown, scene) : stopped(one, shown, scene);
};

/** One control, as a script sends it; it may have been switched by a tap before that is on its way still. */
async function tapped(one: Extract<Act, { kind: 'tap' }>, shown: Opened, scene: Scene): Promise<void> {
  const { her, at, onlooker } = scene;
  if (one.on) onlooker.grant(one.pair, shown.at);
  else onlooker.stop(one.pair, at);
  await her.tap(shown, [{ ...one.pair, on: one.on }]);
}

async function opened(her: Person, at: number): Promise<Opened> {
  const shown = await her.shown();
  return { ...(await her.open()), at, drawnOn: PAIRS.map(shown.isOn) };
}

async function vendorStops(
  { pair: one, actor }: Extract<Act, { kind: 'vendor' }>,
  { her, at, onlooker }: Pick<Scene, 'her' | 'at' | 'onlooker'>,
): Promise<void> {
  onlooker.stop(one, at);
  /** Vendors tell when it was: later than all that was before, and earlier than what is just being saved. */
  const occurredAt = toIso(her.clock.now() - 500);
  await her.said('segment', [{ ...one, state: 'withdrawn' }], { actor: { kind: actor }, occurredAt });
}

/** The whole form is sent, as a browser without a script does, and a tab may be sent more than once. */
async function saved(one: Extract<Act, { kind: 'save' }>, shown: Opened, scene: Scene): Promise<void> {
  const { her, at, onlooker, meanwhile } = scene;
  const { meanwhile: other } = one;
  if (other) meanwhile.now = () => vendorStops({ kind: 'vendor', pair: other, actor: 'system' }, scene);
  const controls = PAIRS.map((each, index) => ({
    ...each,
    on: shown.drawnOn[index] !== one.flipped.includes(each),
  }));
  for (const control of controls.filter((each) =>
    one.flipped.some((flip) => nameOf(flip) === nameOf(each)),
  )) {
    if (control.on) onlooker.grant(control, shown.at);
    else onlooker.stop(control, at);
  }
  await her.send(shown, controls);
}

async function stopped(
  { pattern }: Extract<Act, { kind: 'stop' }>,
  shown: Opened,
  { her, at, onlooker }: Scene,
): Promise<void> {
  for (const each of PAIRS) if (covers(pattern, each.topic)) onlooker.stop(each, at);
  await her.send(shown, [], { stop: pattern });
}

const honest = (records: Records): Records => records;

/** Every page looks as if it had been drawn just now. */
const drawnNow = (records: Records): Records => ({
  ...records,
  version: async (subject) => records.newest(subject),
});

const rule = (lie: (records: Records) => Records) =>
  fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 14 }), async (story) => {
    expect(await play(story, lie)).toEqual([]);
  });

test('nothing is permitted after a stop unless a page that was drawn after it granted it', async () => {
  await fc.assert(rule(honest), { numRuns: 120 });
});

test('a store that takes every page for a fresh one is caught', async () => {
  const { failed } = await fc.check(rule(drawnNow), { numRuns: 2000, seed: 20_260_501, endOnFailure: true });
  expect(failed, 'no counterexample was found').toBe(true);
});

test('what is asked for by the only page there is, with nobody else about, is permitted', async () => {
  const flips = fc.array(fc.subarray([...PAIRS]), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(flips, async (all) => {
      const her = person();
      for (const flipped of all) {
        her.clock.advance(1000);
        const shown = await opened(her, 0);
        const wanted = PAIRS.map((each, index) => shown.drawnOn[index] !== flipped.includes(each));
        const { asked } = await her.send(
          shown,
          PAIRS.map((each, index) => ({ ...each, on: wanted[index] ?? false })),
        );
        expect(asked).toEqual([]);
        expect((await opened(her, 0)).drawnOn).toEqual(wanted);
      }
    }),
    { numRuns: 50 },
  );
});
