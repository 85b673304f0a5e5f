import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';

const Refusal = z.object({ errors: z.array(z.object({ code: z.unknown() })).min(1) });

export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status !== 400 && status !== 403) return undefined;
  const code = Refusal.safeParse(body).data?.errors[0]?.code;
  return { kind: 'failed', reason: reasonOf(code, `http-${status}`) };
}

/** A wrong key is a 403: there may be a new one. */
export const expired = ({ status }: Reply): boolean => status === 403;
