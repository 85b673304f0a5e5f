import { randomUUID } from 'node:crypto';
import {
  type Contact,
  type DynamicsOptions,
  type Entered,
  type Environment,
  enterConsent,
  permitted,
  shown,
  upsert,
} from './dynamics-rows.ts';
import * as words from './dynamics-words.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';

export type { DynamicsOptions };

export interface Dynamics extends Simulator {
  readonly secret: () => Readonly<Record<'clientId' | 'clientSecret' | 'endpoint', string>> & {
    readonly webhookKeys: readonly string[];
  };
  /** Enters a contact, who needs no consents; their flags may be set. */
  readonly contact: (email: string, flags?: Readonly<Record<string, boolean | string>>) => void;
  readonly flag: (email: string, column: string) => boolean | string | null | undefined;
  /** Makes or changes a row as Dynamics' own forms do; nothing is reported. */
  readonly consent: (entered: Entered) => void;
  /** The same, reported by the webhook of a step; gives the status of the reply. */
  readonly report: (entered: Entered & { readonly url: string; readonly key?: string }) => Promise<number>;
  /** Rows as they are given back. */
  readonly rows: () => readonly ReturnType<typeof shown>[];
}

interface Session {
  readonly environment: Environment;
  readonly client: { readonly id: string; readonly secret: string };
  token: string | undefined;
}

/** A Dataverse environment with Customer Insights – Journeys, and its directory. */
export function simulateDynamics(options: DynamicsOptions = {}): Dynamics {
  const environment: Environment = { options, consents: new Map(), contacts: new Map() };
  const session: Session = {
    ...{ environment, client: { id: randomUUID(), secret: randomUUID() } },
    token: undefined,
  };
  const webhookKey = randomUUID();
  const simulator = simulate({
    answer: (asked) => (isToken(asked) ? grant(session, asked) : answer(session, asked)),
    unauthorized: words.UNAUTHORIZED,
    fetchesToken: isToken,
    permitted: (question) => permitted(environment, question),
    facts: () => facts(environment),
  });
  const contactOf = (email: string): Contact | undefined =>
    [...environment.contacts.values()].find((one) => one.email === email);
  return Object.assign(simulator, {
    secret: () => ({
      ...{ clientId: session.client.id, clientSecret: session.client.secret },
      ...{ webhookKeys: [webhookKey], endpoint: simulator.url },
    }),
    contact: (email: string, flags: Readonly<Record<string, boolean | string>> = {}) => {
      const id = randomUUID();
      environment.contacts.set(id, { id, email, columns: new Map(Object.entries(flags)) });
    },
    flag: (email: string, column: string) => contactOf(email)?.columns.get(column),
    consent: (entered: Entered) => void enterConsent(environment, entered),
    report: ({ url, key = webhookKey, ...entered }: Entered & { url: string; key?: string }) => {
      const { id, modified } = enterConsent(environment, entered);
      return post(url, key, words.context({ id, modified, value: entered.value }));
    },
    rows: () => [...environment.consents.values()].map(shown),
  });
}

async function post(url: string, key: string, body: object): Promise<number> {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'x-heed-key': key,
    'x-ms-dynamics-organization': 'acme.crm4.dynamics.com',
    'x-ms-dynamics-entity-name': words.CONSENT,
    'x-ms-dynamics-request-name': 'Update',
  };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
}

const isToken = ({ path }: Asked): boolean => /^\/[^/]+\/oauth2\/v2\.0\/token$/.test(path);

function grant(session: Session, { method, body }: Asked): Answer {
  const form = new URLSearchParams(body);
  const wrong = (error: string): Answer => ({
    status: 400,
    body: { error, error_description: `AADSTS: ${error}` },
  });
  if (method !== 'POST' || form.get('grant_type') !== 'client_credentials')
    return wrong('unsupported_grant_type');
  if (!/^https:\/\/[^/]+\/\.default$/.test(form.get('scope') ?? '')) return wrong('invalid_scope');
  if (form.get('client_id') !== session.client.id || form.get('client_secret') !== session.client.secret)
    return { ...wrong('invalid_client'), status: 401 };
  session.token = randomUUID();
  return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: session.token } };
}

const PATH = /^\/api\/data\/v9\.\d\/([a-z0-9_]+)(?:\(([0-9a-f-]{36})\))?$/;

function answer({ environment, token }: Session, asked: Asked): Answer {
  if (token === undefined || asked.headers['authorization'] !== `Bearer ${token}`) return words.UNAUTHORIZED;
  const [, set = '', id] = PATH.exec(asked.path) ?? [];
  const handle = ROUTES[`${asked.method} ${set}${id === undefined ? '' : '()'}`];
  return (
    handle?.(environment, asked, id ?? '') ??
    words.refused(404, '0x8006088a', `Resource not found for the segment '${set}'`)
  );
}

const ROUTES: Readonly<Record<string, (environment: Environment, asked: Asked, id: string) => Answer>> = {
  [`GET ${words.CONSENTS}`]: ({ consents }, asked) =>
    queried(asked, [...consents.values()].map(shown), ['msdynmkt_contactpointvalue']),
  [`GET ${words.CONSENTS}()`]: ({ consents }, _asked, id) => {
    const row = consents.get(id);
    return row ? { status: 200, body: shown(row) } : words.missing(words.CONSENT, id);
  },
  [`PATCH ${words.CONSENTS}()`]: (environment, asked, id) =>
    upsert(environment, id, jsonOf(asked), asked.headers['if-match'] === '*'),
  'GET contacts': ({ contacts }, asked) =>
    queried(
      asked,
      [...contacts.values()].map(({ id, email, columns }) => ({
        ...{ contactid: id, emailaddress1: email, new_heedstops: null },
        ...Object.fromEntries(columns),
      })),
      ['emailaddress1'],
    ),
  'PATCH contacts()': ({ contacts }, asked, id) => {
    const contact = contacts.get(id);
    if (!contact) return words.missing('contact', id);
    const flags = words.Flags.safeParse(jsonOf(asked)).data;
    if (!flags) return words.refused(400, '0x80048d19', 'An undeclared property was found in the payload');
    for (const [name, value] of Object.entries(flags)) contact.columns.set(name, value ?? null);
    return { status: 204 };
  },
};

/** Rows whose column equals a text, whatever its case; only columns that there are can be selected. */
function queried(
  { query }: Asked,
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly string[],
): Answer {
  const filter = words.parseFilter(query.get('$filter') ?? '');
  if (!filter || !columns.includes(filter.column))
    return words.refused(400, '0x80060888', `Syntax error in '${query.get('$filter')}'`);
  const strange = (query.get('$select') ?? '').split(',').find((name) => rows[0] && !(name in rows[0]));
  if (strange) return words.refused(400, '0x80060888', `Could not find a property named '${strange}'`);
  const same = (value: unknown): boolean => String(value).toLowerCase() === filter.value.toLowerCase();
  return {
    status: 200,
    body: { '@odata.context': '…', value: rows.filter((row) => same(row[filter.column])) },
  };
}

const facts = (environment: Environment) =>
  [...environment.consents.values()].map(({ columns, purpose = '', topic }) => {
    const question = {
      identifier: columns.msdynmkt_contactpointvalue ?? '',
      topic: topic === undefined ? purpose : `${purpose}/${topic}`,
      channel: String(columns.msdynmkt_contactpointtype),
    };
    return { ...question, permitted: permitted(environment, question) === true };
  });
