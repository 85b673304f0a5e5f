import { createHash, generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';
import * as words from './snowflake-words.ts';
import { merge } from './sql-table.ts';
import { type Warehouse, warehouseOf } from './warehouse.ts';

/** What the account has; what is left out may have any name. Names are case-sensitive. */
export interface SnowflakeOptions {
  readonly database?: string;
  readonly schema?: string;
  readonly warehouse?: string;
  readonly role?: string;
  /** How often a statement is said to be running before its end is told. */
  readonly questions?: number;
}

export interface Snowflake extends Simulator, Pick<Warehouse, 'had' | 'rowOf' | 'versions'> {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => { readonly user: string; readonly privateKey: string; readonly endpoint: string };
  /** The next `times` statements meet a table that is locked. */
  readonly lockTable: (times: number) => void;
}

interface Account {
  readonly options: SnowflakeOptions;
  readonly warehouse: Warehouse;
  /** Statements by their handle: what will be told, and after how many questions. */
  readonly statements: Map<string, { readonly end: Answer; questions: number }>;
  locks: number;
}

const USER = 'HEED';
/** Whatever the account is called. */
const NAME = new RegExp(`^[A-Z0-9_-]+\\.${USER}$`);

/** A Snowflake account whose administrator ran `docs/snowflake.sql`. */
export function simulateSnowflake(options: SnowflakeOptions = {}): Snowflake {
  const warehouse = warehouseOf('snowflake.sql');
  const account: Account = { options, warehouse, statements: new Map(), locks: 0 };
  const { permitted, facts, had, rowOf, versions } = warehouse;
  const simulator = simulate({
    answer: (asked) => answer(account, asked),
    unauthorized: UNAUTHORIZED,
    permitted,
    facts,
  });
  return Object.assign(simulator, {
    ...{ had, rowOf, versions },
    secret: () => ({ user: USER, privateKey: keys().privateKey, endpoint: simulator.url }),
    lockTable: (times: number) => {
      account.locks = times;
    },
  });
}

let pair: { readonly publicKey: string; readonly privateKey: string } | undefined;

/** Made when first asked for: it takes a tenth of a second. */
function keys() {
  pair ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return pair;
}

const UNAUTHORIZED = words.refused(401, '390144', 'JWT token is invalid.');

const Claims = z.strictObject({ iss: z.string(), sub: z.string(), iat: z.int(), exp: z.int() });

/** The token must name the account and user in capitals, and the SHA-256 of the public key that was registered. */
function isKnown({ headers }: Asked): boolean {
  const [scheme, token = ''] = (headers['authorization'] ?? '').split(' ');
  const [head = '', body = '', signature = ''] = token.split('.');
  const { publicKey } = keys();
  const signed = Buffer.from(`${head}.${body}`);
  if (scheme !== 'Bearer' || !verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url')))
    return false;
  const claims = Claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString())).data;
  const type = headers['x-snowflake-authorization-token-type'] ?? 'KEYPAIR_JWT';
  if (!claims || !NAME.test(claims.sub) || type !== 'KEYPAIR_JWT') return false;
  const der = Buffer.from(publicKey.replace(/-----[A-Z ]+-----/g, ''), 'base64');
  const fingerprint = createHash('sha256').update(der).digest('base64');
  const now = Date.now() / 1000;
  const timely = claims.iat <= now && claims.exp > now && claims.exp - claims.iat <= 3600;
  return timely && claims.iss === `${claims.sub}.SHA256:${fingerprint}`;
}

function answer(account: Account, asked: Asked): Answer {
  if (!isKnown(asked)) return UNAUTHORIZED;
  const { method, path, headers } = asked;
  if (!headers['user-agent']) return words.refused(400, '391903', 'The User-Agent header is missing.');
  if (!headers['accept']?.includes('application/json')) return words.refused(406, '391908', 'Not acceptable');
  if (method === 'POST' && path === '/api/v2/statements') return submit(account, asked);
  const [, handle] = /^\/api\/v2\/statements\/([0-9a-f-]+)$/.exec(path) ?? [];
  if (method === 'GET' && handle !== undefined) return tell(account, handle);
  return words.refused(404, '390404', 'Not found');
}

/** The work is done at once; that it is done, `GET` tells. */
function submit(account: Account, asked: Asked): Answer {
  if (!asked.headers['content-type']?.startsWith('application/json'))
    return words.refused(415, '391909', 'Unsupported media type');
  const statement = words.statementIn(jsonOf(asked));
  if (!statement) return words.refused(400, '391902', 'Unable to parse the body of the request.');
  const handle = randomUUID();
  const end = run(account, statement, handle);
  if (asked.query.get('async') !== 'true') return end;
  account.statements.set(handle, { end, questions: account.options.questions ?? 1 });
  return words.running(handle);
}

function tell({ statements }: Account, handle: string): Answer {
  const statement = statements.get(handle);
  if (!statement) return words.refused(404, '390404', `Statement ${handle} not found`);
  if (statement.questions === 0) return statement.end;
  statement.questions -= 1;
  return words.running(handle);
}

function run(account: Account, statement: words.Statement, handle: string): Answer {
  const { options } = account;
  const other = (what: 'database' | 'schema' | 'role' | 'warehouse'): boolean =>
    options[what] !== undefined && statement[what] !== options[what];
  if (other('database') || other('schema') || other('role')) return words.failed(handle, words.NO_OBJECT);
  if (other('warehouse')) return words.failed(handle, words.NO_WAREHOUSE);
  if (account.locks > 0) {
    account.locks -= 1;
    return words.failed(handle, words.LOCKED);
  }
  const binds = Object.fromEntries(
    Object.entries(statement.bindings).map(([n, { type, value }]) => [
      n,
      type === 'FIXED' ? Number(value) : value,
    ]),
  );
  try {
    const { inserted, updated } = merge(account.warehouse.tables, statement.statement, {
      binds,
      dialect: words.dialect,
    });
    return words.done(handle, inserted, updated);
  } catch (fault) {
    return words.failed(handle, words.failureOf(fault));
  }
}
