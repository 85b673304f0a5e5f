import * as z from 'zod';
import { askAgain, expired, interpret } from './databricks/replies.ts';
import { Settings } from './databricks/settings.ts';
import { type BatchCall, defineDestination, type Reply } from './destination.ts';
import { tellBy } from './warehouse.ts';

/** An event is a text to the statement, and stays one in its column. */
const told = (name: string, value: unknown): unknown => (name === 'event' ? JSON.stringify(value) : value);

/**
 * Runs one of the two statements. It is not waited for (a warehouse that sleeps takes minutes to wake) but asked after.
 */
function merge(
  table: 'choices' | 'versions',
  { statements, warehouseId, catalog, schema, askAgainAfter }: Settings,
): Omit<BatchCall, 'items'> {
  const headers = { 'user-agent': 'heed/1.0' };
  return {
    method: 'POST',
    path: '/api/2.0/sql/statements',
    group: table,
    headers,
    wrap: (items) => ({
      warehouse_id: warehouseId,
      ...{ catalog, schema, statement: statements[table] },
      parameters: [{ name: 'told', value: JSON.stringify(items.flat(), told), type: 'STRING' }],
      ...{ wait_timeout: '0s', disposition: 'INLINE', format: 'JSON_ARRAY' },
    }),
    /** A statement is done wholly or not at all. */
    split: () => undefined,
    follow: (reply: Reply) => askAgain(reply, headers, askAgainAfter),
  };
}

/**
 * A table of every version and a table of what holds now, both by subject and without contact data. A version that
 * comes late or twice changes nothing that is newer.
 */
export const databricks = defineDestination({
  id: 'databricks',
  title: 'Databricks',
  kind: 'log',
  identifiedBy: [],
  channels: 'all',
  limits: { perSecond: 10, concurrency: 2, batch: 25, settleAfter: 120 },
  impact: 'reports and audiences made from Databricks go on with permissions that people have withdrawn',
  settings: Settings,
  secret: z.object({
    /** Application id of the service principal. */
    clientId: z.string().min(1),
    /** One of its OAuth secrets. */
    clientSecret: z.string().min(1),
  }),
  topics: () => 'all',
  endpoint: ({ host }) => `https://${host}`,
  auth: {
    kind: 'oauth-client-credentials',
    token: ({ clientId, clientSecret }) => ({
      url: '/oidc/v1/token',
      form: { scope: 'all-apis' },
      basic: { user: clientId, password: clientSecret },
    }),
    lifetime: 3600,
  },
  translate: tellBy(merge),
  interpret,
  expired,
});
