import * as z from 'zod';
import { ChangeBody } from '../domain/change.ts';

const Loose = z.object({ choices: z.array(z.unknown()).max(1000), evidence: z.unknown().optional() });

/** Withdrawals that can be read in a body that as a whole cannot: a refusal repeats them, ready to be posted. */
export function salvage(value: unknown): ChangeBody | undefined {
  const loose = Loose.safeParse(value);
  if (!loose.success) return undefined;
  const choices = loose.data.choices.flatMap((choice) => {
    const alone = ChangeBody.safeParse({ choices: [choice] });
    return alone.success ? (alone.data.choices ?? []).filter(({ state }) => state === 'withdrawn') : [];
  });
  if (choices.length === 0) return undefined;
  const whole = ChangeBody.safeParse({ choices, evidence: loose.data.evidence });
  return whole.success ? whole.data : { choices };
}
