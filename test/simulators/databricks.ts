import { randomUUID } from 'node:crypto';
import * as words from './databricks-words.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';
import { merge } from './sql-table.ts';
import { type Warehouse, warehouseOf } from './warehouse.ts';

/** What the workspace has; what is left out may have any name. */
export interface DatabricksOptions {
  readonly warehouseId?: string;
  readonly catalog?: string;
  readonly schema?: string;
  /** How often a statement is said to be waiting or running before its end is told. */
  readonly questions?: number;
  /** How a token that is not known is refused; both were seen. */
  readonly refuses?: 401 | 403;
}

export interface Databricks extends Simulator, Pick<Warehouse, 'had' | 'rowOf' | 'versions'> {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly endpoint: string;
  };
  /** The next statements end so, and do nothing. */
  readonly endWith: (...ends: readonly words.Status[]) => void;
}

interface Workspace {
  readonly options: DatabricksOptions;
  readonly warehouse: Warehouse;
  readonly principal: { readonly clientId: string; readonly clientSecret: string };
  readonly statements: Map<string, { readonly end: words.Status; questions: number }>;
  ends: readonly words.Status[];
  token: string | undefined;
}

/** A Databricks workspace whose administrator ran `docs/databricks.sql`. */
export function simulateDatabricks(options: DatabricksOptions = {}): Databricks {
  const warehouse = warehouseOf('databricks.sql');
  const principal = { clientId: randomUUID(), clientSecret: `dose${randomUUID().replaceAll('-', '')}` };
  const workspace: Workspace = {
    ...{ options, warehouse, principal, statements: new Map(), ends: [], token: undefined },
  };
  const { permitted, facts, had, rowOf, versions } = warehouse;
  const simulator = simulate({
    answer: (asked) => (isToken(asked) ? grant(workspace, asked) : answer(workspace, asked)),
    unauthorized: unauthorized(options),
    fetchesToken: isToken,
    permitted,
    facts,
  });
  return Object.assign(simulator, {
    ...{ had, rowOf, versions },
    secret: () => ({ ...principal, endpoint: simulator.url }),
    endWith: (...ends: readonly words.Status[]) => {
      workspace.ends = ends;
    },
  });
}

const unauthorized = ({ refuses }: DatabricksOptions): Answer =>
  refuses === 403
    ? words.refused(403, '403', 'Invalid access token. [ReqId: 145ae51b-da74-40a7-ac56-0ad190834faf]')
    : words.refused(401, 'UNAUTHENTICATED', 'Credential was not sent or was of an unsupported type');

const isToken = ({ path }: Asked): boolean => path === '/oidc/v1/token';

/** The service principal proves itself in the header, and asks for all there is. */
function grant(workspace: Workspace, { method, headers, body }: Asked): Answer {
  const { clientId, clientSecret } = workspace.principal;
  const form = new URLSearchParams(body);
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const wrong = (error: string): Answer => ({ status: 400, body: { error, error_description: error } });
  if (method !== 'POST' || form.get('grant_type') !== 'client_credentials')
    return wrong('unsupported_grant_type');
  if (headers['authorization'] !== basic) return { ...wrong('invalid_client'), status: 401 };
  if (form.get('scope') !== 'all-apis') return wrong('invalid_scope');
  workspace.token = randomUUID();
  return { status: 200, body: { access_token: workspace.token, token_type: 'Bearer', expires_in: 3600 } };
}

function answer(workspace: Workspace, asked: Asked): Answer {
  const { method, path, headers } = asked;
  const { token } = workspace;
  if (token === undefined || headers['authorization'] !== `Bearer ${token}`)
    return unauthorized(workspace.options);
  if (method === 'POST' && path === '/api/2.0/sql/statements') return submit(workspace, asked);
  const [, id] = /^\/api\/2\.0\/sql\/statements\/([0-9a-f-]+)$/.exec(path) ?? [];
  if (method === 'GET' && id !== undefined) return tell(workspace, id);
  return words.refused(404, 'ENDPOINT_NOT_FOUND', `No API found for '${method} ${path}'`);
}

/** The work is done at once; that it is done, is told when it is asked. */
function submit(workspace: Workspace, asked: Asked): Answer {
  const { data } = words.Statement.safeParse(jsonOf(asked));
  if (!data) return words.refused(400, 'INVALID_PARAMETER_VALUE', 'Could not parse the request');
  const { options, statements } = workspace;
  if (options.warehouseId !== undefined && data.warehouse_id !== options.warehouseId)
    return words.refused(404, 'NOT_FOUND', `SQL warehouse ${data.warehouse_id} does not exist.`);
  const id = randomUUID();
  const end = run(workspace, data);
  if (data.wait_timeout !== '0s') return words.told(id, end);
  statements.set(id, { end, questions: options.questions ?? 1 });
  return words.told(id, { state: 'PENDING' });
}

function tell({ statements }: Workspace, id: string): Answer {
  const statement = statements.get(id);
  if (!statement) return words.refused(404, 'NOT_FOUND', `The statement ${id} was not found.`);
  if (statement.questions === 0) return words.told(id, statement.end);
  statement.questions -= 1;
  return words.told(id, { state: 'RUNNING' });
}

function run(
  workspace: Workspace,
  { catalog, schema, parameters, statement }: words.Statement,
): words.Status {
  const { options, warehouse } = workspace;
  const [end, ...ends] = workspace.ends;
  workspace.ends = ends;
  if (end) return end;
  const elsewhere =
    (options.catalog !== undefined && catalog !== options.catalog) ||
    (options.schema !== undefined && schema !== options.schema);
  if (elsewhere) return words.failed('BAD_REQUEST', `[SCHEMA_NOT_FOUND] ${catalog}.${schema}`);
  const binds = Object.fromEntries(parameters.map(({ name, value, type }) => [name, bound(value, type)]));
  try {
    merge(warehouse.tables, statement, { binds, dialect: words.dialect });
    return { state: 'SUCCEEDED' };
  } catch (fault) {
    return words.failureOf(fault);
  }
}

const bound = (value: string | undefined, type: string): string | number | null => {
  if (value === undefined) return null;
  return type === 'STRING' ? value : Number(value);
};
