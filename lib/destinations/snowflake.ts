import { createHash, createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { type BatchCall, defineDestination, type Reply } from './destination.ts';
import { askAgain, interpret } from './snowflake/replies.ts';
import { Settings } from './snowflake/settings.ts';
import { tellBy } from './warehouse.ts';

/** Seconds after which Snowflake gives a statement up. */
const TIMEOUT = 60;

/**
 * Runs one of the two statements. No `requestId`: a repeat of a batch is another batch, and the statements bear any
 * repetition.
 */
function merge(
  table: 'choices' | 'versions',
  { statements, database, schema, warehouse, role, askAgainAfter }: Settings,
): Omit<BatchCall, 'items'> {
  const headers = { accept: 'application/json', 'user-agent': 'heed/1.0' };
  return {
    method: 'POST',
    path: '/api/v2/statements?async=true',
    group: table,
    headers,
    wrap: (items) => ({
      statement: statements[table],
      timeout: TIMEOUT,
      ...{ database, schema, warehouse, ...(role !== undefined && { role }) },
      bindings: { '1': { type: 'TEXT', value: JSON.stringify(items.flat()) } },
      parameters: { query_tag: 'heed' },
    }),
    /** A statement is done wholly or not at all. */
    split: () => undefined,
    follow: (reply: Reply) => askAgain(reply, headers, askAgainAfter),
  };
}

/** SHA-256 of the public key, as `DESCRIBE USER` shows it. */
function fingerprintOf(privateKey: string): string {
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return `SHA256:${createHash('sha256').update(der).digest('base64')}`;
}

/**
 * A table of every version and a table of what holds now, both by subject and without contact data. A version that
 * comes late or twice changes nothing that is newer.
 */
export const snowflake = defineDestination({
  id: 'snowflake',
  title: 'Snowflake',
  kind: 'log',
  identifiedBy: [],
  channels: 'all',
  limits: { perSecond: 10, concurrency: 2, batch: 25, settleAfter: 120 },
  impact: 'reports and audiences made from Snowflake go on with permissions that people have withdrawn',
  settings: Settings,
  secret: z.object({
    /** Login name of the user whose public key was registered. */
    user: z.string().min(1),
    /** Private RSA key, PEM (PKCS 8), without a passphrase. */
    privateKey: z.string().includes('PRIVATE KEY'),
  }),
  topics: () => 'all',
  endpoint: ({ account, host = `${account.replaceAll('_', '-')}.snowflakecomputing.com` }) =>
    `https://${host}`,
  auth: {
    kind: 'key-pair-jwt',
    assertion: ({ user, privateKey }, { account }) => {
      const name = `${account}.${user}`.toUpperCase();
      return {
        claims: { iss: `${name}.${fingerprintOf(privateKey)}`, sub: name },
        key: privateKey,
        lifetime: 600,
      };
    },
    headers: { 'x-snowflake-authorization-token-type': 'KEYPAIR_JWT' },
  },
  translate: tellBy(merge),
  interpret,
});
