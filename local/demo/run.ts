import type { HeedConfig } from '../../lib/config.ts';
import { pause } from '../pause.ts';
import { type Day, planDay } from './day.ts';
import type { DemoOptions } from './options.ts';
import { play, type Tallies } from './play.ts';
import { progressOf } from './progress.ts';
import { isWell, report } from './report.ts';
import { readRecords, settle } from './settle.ts';
import type { Stage } from './stage.ts';
import type { Vendor } from './vendors.ts';

export interface Performance {
  readonly options: DemoOptions;
  readonly config: HeedConfig;
  readonly stage: Stage;
  readonly say: (line: string) => void;
  readonly stream: NodeJS.WriteStream;
}

const DAY_MS = 24 * 3_600_000;

/** Retries come at growing intervals, as long again as it was down; and one that timed out waits for minutes. ms */
const patienceOf = (down: number): number => 2_000 * down + 240_000;

/** Plays the day and looks what became of it; true when everything is where it should be. */
export async function run({ options, config, stage, say, stream }: Performance): Promise<boolean> {
  const { people: count, seed, down } = options;
  const now = Date.now();
  const runName = `demo-${seed}-${now.toString(36)}`;
  const day = planDay({ people: count, seed, run: runName, morning: now - DAY_MS });
  const token = await stage.api.token({ scope: 'preferences:write preferences:read' });
  const tallies = await playDay({ options, config, stage, say, stream }, day, token);
  const recorded = await readRecords(day.people, stage, token);
  const progress = progressOf({ title: 'Agreeing with the record', total: day.people.length, say, stream });
  const comparisons = await settle({ recorded, stage, config, patience: patienceOf(down), progress });
  progress.end();
  say('');
  console.log(report(tallies, comparisons));
  return isWell(tallies, comparisons);
}

/** The import first; then one destination goes down, and the rest of the day goes on over it and a little beyond. */
async function playDay(
  { options, stage, say, stream }: Performance,
  day: Day,
  token: string,
): Promise<Tallies> {
  const tallies: Tallies = new Map();
  const [first = [], ...rest] = day.phases;
  const total = day.phases.flat().length;
  const progress = progressOf({ title: 'Playing the day', total, say, stream });
  let count = 0;
  const done = (): void => progress.to(++count);
  const playing = { api: stage.api, token, tallies, done };
  await play(first, 0, playing);
  const over = options.down * 1_100;
  const remaining = rest.flat().length;
  const outage = takeDown(stage.vendors.at(-1), options.down);
  for (const phase of rest) await play(phase, (over * phase.length) / Math.max(1, remaining), playing);
  await outage;
  progress.end();
  return tallies;
}

async function takeDown(vendor: Vendor | undefined, seconds: number): Promise<void> {
  if (!vendor || seconds === 0) return;
  await vendor.fail();
  try {
    await pause(seconds * 1_000);
  } finally {
    await vendor.heal();
  }
}
