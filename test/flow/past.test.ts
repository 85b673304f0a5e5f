import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answersOf } from '../../lib/domain/answer.ts';
import { decide } from '../../lib/domain/decide.ts';
import { canonical, sha256 } from '../../lib/domain/digest.ts';
import { LATE } from '../../lib/domain/late.ts';
import { toIso, toMs } from '../../lib/domain/time.ts';
import type { Change, Version } from '../../lib/domain/vocabulary.ts';
import { accept } from '../../lib/flow/accept.ts';
import { type PastPorts, type RecordThen, recordAt } from '../../lib/flow/past.ts';
import type { Records } from '../../lib/ports.ts';
import { aBody, granted, NOW, withdrawn } from '../builders.ts';
import { PAIRS } from '../domain/arbitraries.ts';
import { oracle } from '../domain/oracle.ts';
import { memory } from '../memory.ts';
import {
  anyTelling,
  CATALOGUE,
  everyWord,
  firstBrought,
  foldedUp,
  type Moment,
  momentsIn,
  type Telling,
  type Told,
  timed,
  toldBy,
} from './told.ts';

const LATEST = NOW + 1e12;
const clock = { now: () => LATEST };
const about = { topics: [], channels: [], preferences: [], identifiersChanged: [] };

/** Stores what is told, as accept does. */
async function stored(records: Records, telling: Telling): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const { change, now } of timed(telling)) {
    const previous = await records.newest('ada');
    const decision = decide(previous, change, { subject: 'ada', now, catalogue: CATALOGUE });
    if (decision.kind === 'unchanged') told.push({ change, recordedAt: now });
    else {
      const { version } = decision;
      const document = canonical(version);
      const whole = { version, document, digest: sha256(document), remembered: [] };
      expect(await records.append(whole, { about })).toBe(true);
      told.push({ change, recordedAt: toMs(version.recordedAt), version: version.version });
    }
  }
  return told;
}

type Reading = (ports: PastPorts, subject: string, moment: Moment) => ReturnType<typeof recordAt>;

/** Each answer is what all that was told and chosen by then adds up to, in whatever order it came. */
const addsUp = (reading: Reading) =>
  fc.asyncProperty(
    anyTelling,
    fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 8, maxLength: 8 }),
    fc.infiniteStream(fc.nat()),
    async (telling, asked, chance) => {
      const { records } = memory();
      const told = await stored(records, telling);
      const moments = [undefined, ...momentsIn(told)];
      for (const [valid, known] of asked) {
        const moment = { validAt: moments[valid % moments.length], knownAt: moments[known % moments.length] };
        const then = await reading({ records, clock }, 'ada', moment);
        const counted = toldBy(told, moment);
        const changes = shuffled(
          counted.map(({ change }) => change),
          chance,
        );
        const record = foldedUp(changes);
        expect(canonical(then.record)).toBe(canonical(record));
        const at = moment.validAt ?? moment.knownAt ?? LATEST;
        expect(then.at).toBe(at);
        sameAnswers(then, changes, record.restriction?.restricted ?? false);
        expect(partOf(then.origins, record)).toEqual(firstBrought(counted, record));
        expect(then.version).toBe(newestOf(told, moment.knownAt));
      }
    },
  );

/** The answers, next to an oracle that knows every word there was. A restriction masks what is granted. */
function sameAnswers({ record, at }: RecordThen, changes: readonly Change[], restricted: boolean): void {
  const answer = answersOf(record, CATALOGUE, at);
  const chosen = oracle()(everyWord(changes), CATALOGUE, at);
  for (const { topic, channel } of PAIRS) {
    const { state } = chosen(topic, channel);
    expect(answer(topic, channel).state).toBe(state === 'granted' && restricted ? 'withdrawn' : state);
  }
}

const partOf = (origins: Readonly<Record<string, number>>, { evidence }: { readonly evidence: object }) =>
  Object.fromEntries(Object.keys(evidence).map((id) => [id, origins[id]]));

const newestOf = (told: readonly Told[], knownAt = Number.POSITIVE_INFINITY): number =>
  Math.max(0, ...told.filter(({ recordedAt }) => recordedAt <= knownAt).map(({ version = 0 }) => version));

const shuffled = <T>(all: readonly T[], chance: fc.Stream<number>): readonly T[] =>
  [...chance.take(all.length)]
    .map((by, i) => ({ by, one: all[i] }))
    .sort((a, b) => a.by - b.by)
    .flatMap(({ one }) => (one === undefined ? [] : [one]));

const lying = (lie: (records: PastPorts['records']) => Partial<PastPorts['records']>): Reading => {
  return (ports, subject, moment) =>
    recordAt({ ...ports, records: { ...ports.records, ...lie(ports.records) } }, subject, moment);
};

const shifted =
  (shift: (moment: Moment) => Partial<Moment>): Reading =>
  async (ports, subject, moment) => ({
    ...(await recordAt(ports, subject, { ...moment, ...shift(moment) })),
    at: moment.validAt ?? moment.knownAt ?? LATEST,
  });

const later = (moment: number | undefined): number | undefined =>
  moment === undefined ? undefined : moment + 1;

describe('the record at a moment', () => {
  test('is what was told and chosen by then, to the millisecond, whatever came late', async () => {
    await fc.assert(addsUp(recordAt), { numRuns: 60 });
  });

  test.each<readonly [string, Reading]>([
    ['late arrivals are ignored', lying(() => ({ late: async () => [] }))],
    [
      'the list of late arrivals begins a millisecond too late',
      lying(({ late }) => ({ late: (subject, moment) => late(subject, toIso(toMs(moment) - 1)) })),
    ],
    [
      'what was recorded soon after is ignored',
      lying(({ raw }) => ({
        raw: async (subject, page) => (page.limit === 4 ? [] : raw(subject, page)),
      })),
    ],
    [
      'only what came more than two minutes late is listed as late',
      lying(({ late, several }) => ({
        late: async (subject, moment) => {
          const all = await several(subject, await late(subject, moment));
          return all
            .filter((one) => one.stored && latenessOf(one.stored.version) > 2 * LATE)
            .map(({ version }) => version);
        },
      })),
    ],
    [
      'what is valid is asked of the next millisecond',
      shifted(({ validAt }) => ({ validAt: later(validAt) })),
    ],
    [
      'what is known is asked of the next millisecond',
      shifted(({ knownAt }) => ({ knownAt: later(knownAt) })),
    ],
    ['all that is known now counts', shifted(() => ({ knownAt: undefined }))],
  ])('is wrong, and caught, where %s', async (_, reading) => {
    const details = await fc.check(addsUp(reading), { numRuns: 2_000, seed: 20_260_501, endOnFailure: true });
    expect(details.failed, 'no counterexample was found').toBe(true);
  });
});

/** A clock that is set back a little whenever anybody looks at it. */
function losing() {
  let time = NOW;
  return { now: () => (time -= 7), sleep: async () => undefined, chance: () => 0 };
}

describe('nothing is chosen after it was recorded', () => {
  const store = memory();
  const ports = { ...store, catalogue: CATALOGUE, clock: losing() };
  const body = (occurredAt?: string) =>
    aBody({
      choices: [occurredAt ? granted('acme/newsletter', 'email') : withdrawn('acme/newsletter', 'email')],
      evidence: { occurredAt },
    });

  test.each([
    ['a grant of this moment', body(toIso(NOW)), {}],
    ['a stop that says no time', body(), {}],
    ['what is said now', body(), { saidNow: true }],
    ['what is said now and outlasts what was stored meanwhile', body(), { saidNow: true, outlasts: true }],
  ])('whatever the clock does: %s', async (_, said, how) => {
    for (let again = 0; again < 3; again++) {
      await accept(ports)({ subject: 'ada', body: said, caller: { sources: ['*'] }, ...how });
      const newest = await store.records.newest('ada');
      expect(latenessOf(newest?.version ?? missing())).toBeGreaterThanOrEqual(0);
    }
  });

  test('a time that a clock took back is kept as the claim that it was', async () => {
    const newest = await store.records.version('ada', 1);
    const { occurredAt, claimedAt } = newest?.version.change.evidence ?? {};
    expect(occurredAt).toBe(newest?.version.recordedAt);
    expect(toMs(claimedAt ?? '')).toBeGreaterThan(toMs(occurredAt ?? ''));
  });
});

function missing(): never {
  throw new Error('nothing was stored');
}

const latenessOf = ({ recordedAt, change }: Version): number =>
  toMs(recordedAt) - toMs(change.evidence.occurredAt);
