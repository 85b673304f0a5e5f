import fc from 'fast-check';
import { expect } from 'vitest';

/** A rule that should hold of the functions it is given: the shipped ones, or broken ones to see it notice. */
export type Rule<Subject> = (subject: Subject) => fc.IProperty<unknown>;

/** The rule holds; a counterexample is printed with its seed. */
export const holds = <T>(rule: Rule<T>, subject: T, numRuns = 200): void =>
  fc.assert(rule(subject), { numRuns });

/** The rule is broken by this subject, and fast-check finds out how: a rule that cannot fail proves nothing. */
export function isCaught<T>(rule: Rule<T>, broken: T): void {
  const details = fc.check(rule(broken), { numRuns: 3_000, seed: 20_260_501 });
  expect(details.failed, 'no counterexample was found').toBe(true);
}
