/** Something to be measured: one operation, told how many came before it. */
export interface Contender {
  readonly name: string;
  /** How many operations one call amounts to. */
  readonly each?: number;
  readonly act: (turn: number) => Promise<unknown>;
}

export interface Pace {
  readonly rounds: number;
  /** Length of one contender's turn, ms. */
  readonly window: number;
}

export interface Bout extends Pace {
  readonly concurrency: number;
}

/** `perSecond` and `perCore` are medians over the rounds; so is each ratio, which is taken within a round. */
export interface Measured {
  readonly name: string;
  readonly concurrency: number;
  readonly perSecond: number;
  /** Operations for a second of this process's processor time. */
  readonly perCore: number;
  /** Milliseconds of one call. */
  readonly p50: number;
  readonly p99: number;
  /** Rate against the first contender's in the same round, and the least and most of any round. */
  readonly ratio: number;
  readonly ratios: readonly [number, number];
  /** The same of `perCore`. */
  readonly coreRatio: number;
}

interface Turn {
  readonly perSecond: number;
  readonly perCore: number;
  readonly latencies: readonly number[];
}

/** Contenders in turns, so that whatever else the machine does meets all of them alike. The first is the floor. */
export async function compare(contenders: readonly Contender[], bout: Bout): Promise<readonly Measured[]> {
  const turns = contenders.map((): Turn[] => []);
  const done = contenders.map(() => 0);
  for (let round = -1; round < bout.rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      const turn = await take(contender, done[i] ?? 0, bout);
      done[i] = (done[i] ?? 0) + turn.latencies.length;
      if (round >= 0) turns[i]?.push(turn);
    }
  }
  const [floor = []] = turns;
  return contenders.map(({ name }, i) =>
    measuredOf({ name, concurrency: bout.concurrency }, turns[i] ?? [], floor),
  );
}

/** As many loops as `concurrency`, each calling again as soon as it has its answer. */
async function take(contender: Contender, from: number, { concurrency, window }: Bout): Promise<Turn> {
  const latencies: number[] = [];
  let turn = from;
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const loop = async (): Promise<void> => {
    for (let now = performance.now(); now < begun + window; ) {
      await contender.act(turn++);
      const end = performance.now();
      latencies.push(end - now);
      now = end;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  const { user, system } = process.cpuUsage(cpu);
  const operations = latencies.length * (contender.each ?? 1);
  return {
    perSecond: operations / ((performance.now() - begun) / 1e3),
    perCore: operations / ((user + system) / 1e6),
    latencies,
  };
}

function measuredOf(
  about: Pick<Measured, 'name' | 'concurrency'>,
  turns: readonly Turn[],
  floor: readonly Turn[],
): Measured {
  const latencies = turns.flatMap((turn) => turn.latencies);
  const ratios = turns.map(({ perSecond }, i) => perSecond / (floor[i]?.perSecond ?? Number.NaN));
  const coreRatios = turns.map(({ perCore }, i) => perCore / (floor[i]?.perCore ?? Number.NaN));
  return {
    ...about,
    perSecond: median(turns.map(({ perSecond }) => perSecond)),
    perCore: median(turns.map(({ perCore }) => perCore)),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    ratio: median(ratios),
    ratios: [Math.min(...ratios), Math.max(...ratios)],
    coreRatio: median(coreRatios),
  };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** A measured contender as a row of a table. */
export const rowOf = (measured: Measured): Readonly<Record<string, string | number>> => ({
  'at once': measured.concurrency,
  what: measured.name,
  'a second': measured.perSecond,
  'p50, ms': measured.p50,
  'p99, ms': measured.p99,
  ratio: measured.ratio,
  'least ratio': measured.ratios[0],
  'greatest ratio': measured.ratios[1],
  'a processor second': measured.perCore,
  'its ratio': measured.coreRatio,
});
