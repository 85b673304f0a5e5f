import * as z from 'zod';
import type { LaneReported } from '../domain/event.ts';
import type { Call } from './destination.ts';
import { repairsIn } from './pagerduty/notices.ts';
import { Settings } from './pagerduty/settings.ts';
import { defineWatcher } from './watch.ts';

const MINUTE = 60_000;

/** An incident of each lane, and of each installation that shares the service. */
const dedupKey = (source: string, lane: string): string => `${source}/${lane}`;

/** An alert, opened or added to; or its end. Either may be said again: PagerDuty finds the alert by its key. */
function report({ time, data }: LaneReported, settings: Settings): readonly Call[] {
  const key = dedupKey(settings.source, data.lane);
  if (data.state === 'healthy') return [enqueue({ event_action: 'resolve', dedup_key: key })];
  const waited = Date.parse(time) - Date.parse(data.since);
  if (data.state === 'lagging' && waited < settings.laggingAfter * MINUTE) return [];
  const { gaps, held, failed, needsUserAction: needs_user_action } = data;
  return [
    enqueue({
      ...{ event_action: 'trigger', dedup_key: key, client: 'Heed' },
      payload: {
        summary: summaryOf(data).slice(0, 1024),
        ...{ source: settings.source, severity: settings.severity[data.state], timestamp: data.since },
        ...{ component: data.lane, group: 'destinations', class: data.state },
        custom_details: { impact: data.impact, since: data.since, gaps, held, failed, needs_user_action },
      },
      ...(settings.runbook !== undefined && {
        links: [{ href: settings.runbook, text: 'What to do' }],
      }),
    }),
  ];
}

const enqueue = (body: object): Call => ({ method: 'POST', path: '/v2/enqueue', body });

/** Who is affected first, as in every alarm; then how many, and nothing about any of them. */
function summaryOf({ title, impact, gaps, held, failed }: LaneReported['data']): string {
  const counts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(gaps > 0 ? [`${gaps} not answered`] : []),
    ...(held > 0 ? [`${held} held`] : []),
  ];
  return `${impact}. ${title}: ${counts.join(', ')}`;
}

/** Keeps watch over the lanes: one incident of each that fails or lags, resolved when it is well again. */
export const pagerduty = defineWatcher({
  id: 'pagerduty',
  title: 'PagerDuty',
  limits: { perSecond: 1, concurrency: 2, batch: 1, settleAfter: 0 },
  impact: 'nobody on call is told that a system goes on with permissions that people have withdrawn',
  settings: Settings,
  secret: z.object({
    /** Integration key of the Events API v2, of a service or a ruleset. */
    routingKey: z.string().length(32),
    /** Secrets of the webhook subscription, newest first; without them its notices are refused. */
    webhookSecrets: z.array(z.string().min(1)).default([]),
  }),
  endpoint: ({ endpoint }) => endpoint,
  auth: { kind: 'fields', fields: ({ routingKey }) => ({ routing_key: routingKey }) },
  report,
  receive: {
    signature: {
      kind: 'hmac',
      algorithm: 'sha256',
      header: 'x-pagerduty-signature',
      encoding: 'hex',
      prefix: 'v1=',
      keys: ({ webhookSecrets }) => webhookSecrets,
      signed: ({ body }) => body,
    },
    changes: (body, { source }) => repairsIn(body, dedupKey(source, '')),
  },
});
