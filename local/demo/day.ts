import type { ChangeBody } from '../../lib/domain/change.ts';
import {
  type Act,
  called,
  filledIn,
  imported,
  type Kind,
  moved,
  type Scene,
  stopped,
  typedLate,
  unsubscribed,
} from './acts.ts';
import { type Chance, chanceOf } from './chance.ts';
import { invent, type Person } from './people.ts';

export interface DayOptions {
  readonly people: number;
  readonly seed: number;
  /** Sets this run's people apart from every other's. */
  readonly run: string;
  /** When the day began, ms. */
  readonly morning: number;
}

/** Everything that will happen, in phases: within one, nobody acts twice, so that its requests may go at once. */
export interface Day {
  readonly people: readonly Person[];
  readonly phases: readonly (readonly Act[])[];
}

interface Habit {
  readonly kind: Kind;
  /** Share of the people who do it. */
  readonly share: number;
  readonly own: boolean;
  readonly body: (scene: Scene) => ChangeBody;
  readonly can?: (person: Person) => boolean;
}

const moves = ({ nextEmail }: Person): boolean => nextEmail !== undefined;

/** The day in its order. */
const HABITS: readonly Habit[] = [
  { kind: 'import', share: 0.6, own: false, body: imported },
  { kind: 'form', share: 0.7, own: true, body: filledIn },
  { kind: 'call centre', share: 0.2, own: false, body: called },
  { kind: 'one-click stop', share: 0.15, own: true, body: unsubscribed },
  { kind: 'change of address', share: 1, own: true, body: moved, can: moves },
  { kind: 'late arrival', share: 0.1, own: false, body: typedLate },
  { kind: 'stop everything', share: 0.03, own: true, body: stopped },
];

/** How often a caller misses the answer and sends the same again. */
const DUPLICATES = 0.08;

/** The same options make the same day. */
export function planDay({ people: count, seed, run, morning }: DayOptions): Day {
  const chance = chanceOf(seed);
  const people = invent(count, run, chance);
  return { people, phases: HABITS.map((habit) => phase(habit, people, { chance, morning })) };
}

interface Stage {
  readonly chance: Chance;
  readonly morning: number;
}

const phase = (habit: Habit, people: readonly Person[], stage: Stage): readonly Act[] =>
  people
    .filter((person) => (habit.can?.(person) ?? true) && stage.chance.happens(habit.share))
    .map((person) => ({
      kind: habit.kind,
      person,
      own: habit.own,
      body: habit.body({ person, ...stage }),
      twice: stage.chance.happens(DUPLICATES),
    }));
