import * as z from 'zod';
import type { Learned } from '../receive.ts';

/**
 * A v3 webhook (https://github.com/PagerDuty/developer-docs, docs/webhooks, 2026). Who resolved the incident matters:
 * Heed's own events resolve it too, and then there is nothing left to repair.
 */
const Notice = z.object({
  event: z.object({
    event_type: z.string(),
    agent: z.object({ type: z.string() }).nullish(),
    data: z.object({ incident_key: z.string().nullish() }).nullish(),
  }),
});

/** The lane whose incident a person has resolved: what failed there is to be sent again. */
export function repairsIn(body: unknown, prefix: string): Learned | { readonly invalid: string } {
  const notice = Notice.safeParse(body);
  if (!notice.success) return { invalid: 'This is no event of a v3 webhook.' };
  const { event_type, agent, data } = notice.data.event;
  const key = data?.incident_key ?? '';
  const resolved = event_type === 'incident.resolved' && agent?.type === 'user_reference';
  return { choices: [], ...(resolved && key.startsWith(prefix) && { repaired: key.slice(prefix.length) }) };
}
