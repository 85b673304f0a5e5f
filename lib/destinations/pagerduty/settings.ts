import * as z from 'zod';

const Severity = z.enum(['critical', 'error', 'warning', 'info']);

export const Settings = z.strictObject({
  /** Part of each incident's key: changing it orphans incidents that are open. */
  source: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, 'letters, digits, full stops, hyphens and underscores, at most 100')
    .default('heed')
    .describe('What PagerDuty calls this installation; give each its own name if several share a service.'),
  /** The host of accounts in the EU is not confirmed. */
  endpoint: z
    .url({ protocol: /^https?$/ })
    .transform((text) => new URL(text).origin)
    .default('https://events.pagerduty.com')
    .describe('Where events go; accounts in PagerDuty’s EU region name their own host here.'),
  severity: z
    .strictObject({ failing: Severity.default('critical'), lagging: Severity.default('warning') })
    .default({ failing: 'critical', lagging: 'warning' })
    .describe('How urgent it is that a system refuses changes, and that changes wait for it.'),
  laggingAfter: z
    .int()
    .min(0)
    .max(1440)
    .default(15)
    .describe('Minutes for which changes have to wait before anybody is called.'),
  runbook: z.url().optional().describe('A page that says what to do; every incident links to it.'),
});
export type Settings = z.output<typeof Settings>;
