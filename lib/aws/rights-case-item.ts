import * as z from 'zod';
import type { RightsCase } from '../flow/rights-case.ts';

const By = z.object({
  client: z.string(),
  issuer: z.string().exactOptional(),
  person: z.string().exactOptional(),
  grant: z.string().exactOptional(),
});
const noted = { by: By, reason: z.string().exactOptional(), reference: z.string().exactOptional() };

const Told = z.object({
  destination: z.string(),
  outcome: z.enum([
    ...(['delivered', 'skipped', 'held', 'needs-user-action', 'failed', 'pending', 'overtaken'] as const),
    'not-concerned',
  ]),
  how: z.enum(['erase', 'suppress']),
  at: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  reference: z.string().exactOptional(),
});

const Erasure = z.object({
  id: z.string(),
  state: z.enum(['telling', 'erased', 'done', 'stopped']),
  requestedAt: z.string(),
  due: z.string(),
  until: z.string(),
  with: z.string().exactOptional(),
  ...noted,
  version: z.number().exactOptional(),
  since: z.string().exactOptional(),
  placed: z.number().exactOptional(),
  repeated: z.boolean().exactOptional(),
  told: z.array(Told),
  erased: z
    .object({
      version: z.number(),
      at: z.string(),
      digest: z.string(),
      suppressed: z.array(z.string()),
    })
    .exactOptional(),
  certificate: z.string().exactOptional(),
});

const Hold = z.object({ action: z.enum(['place', 'release', 'refused']), at: z.string(), ...noted });

const Case = z.object({ erasure: Erasure.exactOptional(), holds: z.array(Hold) });

/** Reads what a case's item holds. */
export const caseOf = (json: string): Pick<RightsCase, 'erasure' | 'holds'> => Case.parse(JSON.parse(json));
