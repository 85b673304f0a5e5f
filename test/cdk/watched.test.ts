import { expect, test } from 'vitest';
import * as z from 'zod';
import { checkpointer } from '../../functions/checkpoint.ts';
import { indexer } from '../../functions/index.ts';
import { functions } from '../../functions/registry.ts';
import { HOUR, MINUTE, toIso, toMs } from '../../lib/domain/time.ts';
import { SEARCH_MARK } from '../../lib/flow/index-versions.ts';
import type { Recorded } from '../../lib/ports.ts';
import { contextFor } from '../../local/context.ts';
import { aCatalogue, NOW } from '../builders.ts';
import { OPTIONS, provenLog } from '../flow/proven-log.ts';
import { marksInMemory, searchIndexInMemory } from '../memory-search.ts';
import { aStack, propertiesOf } from './synth.ts';

/** A log line that CloudWatch reads metrics from. */
const Told = z.looseObject({
  function: z.string(),
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});
type Told = z.infer<typeof Told>;

/** The metrics of one run. */
async function toldBy(run: (line: (line: unknown) => void) => Promise<unknown>): Promise<Told> {
  const lines: unknown[] = [];
  await run((line) => void lines.push(line));
  const [told, ...others] = lines.flatMap((line) => Told.safeParse(line).data ?? []);
  expect(others).toEqual([]);
  if (!told) throw new Error('nothing was told');
  return told;
}

/** A log in which nothing was proved for two hours, and a run with no time to make up for it. */
const lateCheckpoint = () =>
  toldBy(async (line) => {
    const log = provenLog();
    log.record('p-1');
    log.advance(2 * HOUR);
    log.record('p-2');
    log.advance(5 * MINUTE);
    const options = { ...OPTIONS, longest: 0, most: 1 };
    await checkpointer({ ports: log.ports, options, line })({}, contextFor('checkpoint'));
  });

/** A log whose leaves cannot be read when it is time to count them. */
const uncounted = () =>
  toldBy(async (line) => {
    const log = provenLog();
    for (let turn = 0; turn < 2; turn++) {
      log.record('p-1');
      log.advance(5 * MINUTE);
      const { archive } = log.ports;
      const get = async (name: string) => (/jsonl$/.test(name) ? undefined : archive.get(name));
      const ports = { ...log.ports, archive: { ...archive, get } };
      const quiet = turn === 0 ? () => undefined : line;
      await checkpointer({ ports, options: OPTIONS, line: quiet })({}, contextFor('checkpoint'));
    }
  });

const timelyCheckpoint = () =>
  toldBy(async (line) => {
    const log = provenLog();
    log.record('p-1');
    log.advance(5 * MINUTE);
    await checkpointer({ ports: log.ports, options: OPTIONS, line })({}, contextFor('checkpoint'));
  });

/** An index that knows what was recorded before `since`, of a record in which a version can be read, or cannot. */
const indexing = (since: number, unreadable: readonly Recorded[] = []) =>
  toldBy(async (line) => {
    const marks = marksInMemory();
    await marks.write(SEARCH_MARK, { lowWater: since, setup: '' });
    const isIn = (start: number) => (one: Recorded) =>
      Math.floor(toMs(one.recordedAt) / MINUTE) * MINUTE === start;
    const records = {
      version: async () => undefined,
      recordedIn: async (start: number) => unreadable.filter(isIn(start)),
    };
    const index = searchIndexInMemory();
    const ports = { catalogue: aCatalogue(), records, index, marks, clock: { now: () => NOW } };
    await indexer({ ports, options: { longest: -1 }, line })({}, contextFor('index'));
  });

/** Its item says nothing to search it by, and its document cannot be read. */
const unreadable = {
  ...{ subject: 'p-1', version: 1, recordedAt: toIso(NOW - MINUTE) },
  about: { topics: [], channels: [], preferences: [], identifiersChanged: [] },
};

const stack = aStack();
const alarms = propertiesOf(stack.auditing, 'AWS::CloudWatch::Alarm');

test.each([
  { alarm: 'checkpoint/behind', sounds: lateCheckpoint, quiet: timelyCheckpoint },
  { alarm: 'checkpoint/uncounted', sounds: uncounted, quiet: timelyCheckpoint },
  {
    alarm: 'index/behind',
    sounds: () => indexing(NOW - 2 * HOUR),
    quiet: () => indexing(NOW - 2 * MINUTE),
  },
  {
    alarm: 'index/missed',
    sounds: () => indexing(NOW - 2 * MINUTE, [unreadable]),
    quiet: () => indexing(NOW - 2 * MINUTE),
  },
])('$alarm hears what the function tells, and sounds when it should', async ({ alarm, sounds, quiet }) => {
  const [found, ...others] = alarms.filter((one) => one['AlarmName'] === `Heed/${alarm}`);
  expect(others).toEqual([]);
  const [loud, still] = [await sounds(), await quiet()];
  const [directive] = loud._aws.CloudWatchMetrics;
  const metric: string = found?.['MetricName'];
  expect(directive?.Metrics.map(({ Name }) => Name)).toContain(metric);
  expect(found).toMatchObject({
    Namespace: directive?.Namespace,
    Dimensions: [{ Name: directive?.Dimensions[0]?.[0], Value: loud.function }],
    ...{ Statistic: 'Maximum', ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' },
  });
  expect(loud[metric]).toBeGreaterThan(found?.['Threshold']);
  expect(still[metric]).toBeLessThanOrEqual(found?.['Threshold']);
});

test('every metric that the registry says is watched has its alarm, with what breaks for people first', () => {
  const watched = functions.flatMap((spec) => (spec.watched ?? []).map((one) => ({ ...spec, ...one })));
  expect(watched.length).toBeGreaterThan(2);
  for (const { name, alarm, metric, above, periods, impact } of watched) {
    const found = alarms.find((one) => one['AlarmName'] === `Heed/${name}/${alarm}`);
    expect(found).toMatchObject({
      MetricName: metric,
      Threshold: above,
      EvaluationPeriods: periods,
      Period: 300,
    });
    expect(found?.['AlarmDescription'].startsWith(impact)).toBe(true);
  }
});
