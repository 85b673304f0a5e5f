import * as z from 'zod';

const Count = z.number().int().nonnegative();

/** How one destination's lane fares. */
export const LaneStanding = z.object({
  lane: z.string().describe('The destination.'),
  title: z.string(),
  impact: z.string().describe('What breaks for people while it is in trouble.'),
  state: z
    .enum(['healthy', 'lagging', 'failing'])
    .describe('`failing`: somebody has to act. `lagging`: changes are waiting.'),
  since: z.iso.datetime().describe('Since when it has been in trouble, or well again.'),
  gaps: Count.describe('Newest choices it has not answered.'),
  held: Count,
  failed: Count,
  needsUserAction: Count,
});

export type LaneStanding = z.infer<typeof LaneStanding>;

/** How a lane fared when it was last looked at. */
export interface Health {
  readonly at: string;
  /** When it was last in trouble. */
  readonly troubledAt: string;
  readonly standing: LaneStanding;
}
