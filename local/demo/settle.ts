import * as z from 'zod';
import type { HeedConfig } from '../../lib/config.ts';
import { pause } from '../pause.ts';
import { type Comparison, compare, type Recorded } from './compare.ts';
import type { Person } from './people.ts';
import type { Progress } from './progress.ts';
import type { Stage } from './stage.ts';

const Record = z.object({
  choices: z.array(z.object({ topic: z.string(), channel: z.string(), state: z.string() })),
  identifiers: z.object({ email: z.string().optional() }),
});

const AT_ONCE = 16;

/** Reads every person's record from the API. */
export async function readRecords(
  people: readonly Person[],
  { api }: Stage,
  token: string,
): Promise<readonly Recorded[]> {
  const recorded: Recorded[] = [];
  let next = 0;
  const reader = async (): Promise<void> => {
    for (let person = people[next++]; person; person = people[next++]) {
      const { body } = await api.get(`/v1/subjects/${person.subject}`, token);
      const { choices, identifiers } = Record.parse(body);
      recorded.push({ person, email: identifiers.email, rows: choices });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return recorded;
}

export interface Settling {
  readonly recorded: readonly Recorded[];
  readonly stage: Stage;
  readonly config: HeedConfig;
  /** How long to wait, ms. */
  readonly patience: number;
  readonly progress: Progress;
}

const LOOK_EVERY = 2_000;

/** Looks at every vendor until all agree with the record, or for as long as there is patience; gives the last look. */
export async function settle(settling: Settling): Promise<readonly Comparison[]> {
  const end = Date.now() + settling.patience;
  for (;;) {
    const comparisons = await look(settling);
    const differing = comparisons.flatMap(({ disagreements }) => disagreements.map(({ subject }) => subject));
    settling.progress.to(settling.recorded.length - new Set(differing).size);
    if (differing.length === 0 || Date.now() > end) return comparisons;
    await pause(LOOK_EVERY);
  }
}

const look = ({ recorded, stage, config }: Settling): Promise<readonly Comparison[]> =>
  Promise.all(
    stage.vendors.map(async ({ id, dictionary, facts }) => {
      const offered = { topics: Object.keys(config.topics), channels: config.channels };
      return compare(recorded, { destination: id, dictionary, facts: await facts() }, offered);
    }),
  );
