import type { Scenario } from './scenario.ts';
import { addressed } from './scenarios/addressed.ts';
import { course, kept } from './scenarios/course.ts';
import { erasing } from './scenarios/erased.ts';
import { scope } from './scenarios/scope.ts';
import { together } from './scenarios/together.ts';
import { trouble } from './scenarios/trouble.ts';

/** All that is asked of a destination. */
export const scenarios: readonly Scenario[] = [
  ...course,
  ...kept,
  ...scope,
  ...addressed,
  ...together,
  ...trouble,
  ...erasing,
];
