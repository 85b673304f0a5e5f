import { randomUUID } from 'node:crypto';
import {
  type Captured,
  capture,
  enter,
  facts,
  KEY_FIELD,
  keep,
  newId,
  newOrg,
  type Org,
  type Person,
  type PersonToEnter,
  permitted,
  type SalesforceOptions,
  save,
  select,
  statusesOf,
  withKey,
} from './salesforce-org.ts';
import * as words from './salesforce-words.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';

/** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
export interface Account {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly endpoint: string;
}

export interface Salesforce extends Simulator {
  readonly secret: () => Account;
  /** Enters a Contact or Lead, with an Individual unless told otherwise. */
  readonly enter: (person: PersonToEnter) => Person;
  /** Enters a consent record that the org captured itself. */
  readonly capture: (captured: Captured) => void;
  /** The next `times` consent records meet a lock. */
  readonly lockRows: (times: number) => void;
  /** The next `times` requests exceed the daily limit. */
  readonly exceedLimit: (times: number) => void;
  /** Enters a consent record a second time: its key is not unique any longer. */
  readonly duplicate: (key: string) => void;
  readonly consents: () => readonly words.Consent[];
}

/** Tokens of one External Client App: one is good until the next is made. */
interface Session {
  readonly org: Org;
  token: string | undefined;
}

/** A Salesforce org: tokens, lookups, flags of Contacts and Leads, and consent records. */
export function simulateSalesforce(options: SalesforceOptions = {}): Salesforce {
  const account = { clientId: randomUUID(), clientSecret: randomUUID() };
  const org = newOrg(options);
  const session: Session = { org, token: undefined };
  const simulator: Simulator = simulate({
    answer: (asked) =>
      isToken(asked)
        ? grant(session, asked, { ...account, endpoint: simulator.url })
        : answer(session, asked),
    unauthorized: words.INVALID_SESSION,
    fetchesToken: isToken,
    permitted: (question) => permitted(org, question),
    facts: () => facts(org),
  });
  return Object.assign(simulator, {
    secret: () => ({ ...account, endpoint: simulator.url }),
    enter: (person: PersonToEnter) => enter(org, person),
    capture: (captured: Captured) => capture(org, captured),
    lockRows: (times: number) => {
      org.locks = times;
    },
    exceedLimit: (times: number) => simulator.fail({ ...words.LIMIT_EXCEEDED, times }),
    duplicate: (key: string) => {
      for (const row of [...withKey(org, key)]) keep(org, { ...row, id: newId(org, '0ct') });
    },
    consents: () => org.consents.map(({ fields }) => fields),
  });
}

const isToken = ({ path }: Asked): boolean => path === '/services/oauth2/token';

function grant(session: Session, { method, body }: Asked, account: Account): Answer {
  const form = new URLSearchParams(body);
  const wrong = (error: string): Answer => ({ status: 400, body: { error, error_description: error } });
  if (method !== 'POST' || form.get('grant_type') !== 'client_credentials')
    return wrong('unsupported_grant_type');
  if (form.get('client_id') !== account.clientId) return wrong('invalid_client_id');
  if (form.get('client_secret') !== account.clientSecret) return wrong('invalid_client');
  session.token = randomUUID();
  return {
    status: 200,
    body: { access_token: session.token, instance_url: account.endpoint, token_type: 'Bearer' },
  };
}

const API = /^\/services\/data\/v\d{2,3}\.0\/(.+)$/;

function answer({ org, token }: Session, asked: Asked): Answer {
  if (token === undefined || asked.headers['authorization'] !== `Bearer ${token}`)
    return words.INVALID_SESSION;
  const [resource = '', ...parts] = (API.exec(asked.path)?.[1] ?? '').split('/').map(decodeURIComponent);
  const reply = ROUTES[`${asked.method} ${resource} ${parts.length}`]?.(org, asked, parts) ?? NOT_FOUND;
  return { ...reply, headers: { 'sforce-limit-info': 'api-usage=18/15000' } };
}

const NOT_FOUND = words.refused(404, 'NOT_FOUND', 'The requested resource does not exist');
const NO_KEY = words.refused(400, 'INVALID_FIELD', 'Field name provided is not an External ID');

/** Method, resource and how many more parts the path has. */
const ROUTES: Readonly<Record<string, (org: Org, asked: Asked, parts: readonly string[]) => Answer>> = {
  'GET query 0': (org, asked) => query(org, asked.query.get('q') ?? ''),
  'GET sobjects 2': (org, _asked, parts) => describe(org, parts),
  'PATCH sobjects 2': (org, asked, parts) => update(org, asked, parts),
  'PATCH sobjects 3': (org, asked, parts) => upsertOne(org, asked, parts),
  'PATCH composite 3': (org, asked, parts) => upsertMany(org, asked, parts),
};

function query(org: Org, soql: string): Answer {
  const parsed = words.parseSelect(soql);
  if (!parsed) return words.refused(400, 'MALFORMED_QUERY', `unexpected token: ${soql}`);
  if (!['Contact', 'Lead'].includes(parsed.object) || !['Id', 'Email'].includes(parsed.field))
    return words.refused(400, 'INVALID_TYPE', `not supported: ${parsed.object}.${parsed.field}`);
  const records = select(org, parsed).map(({ object: type, id, individual }) => ({
    attributes: { type, url: `/services/data/v62.0/sobjects/${type}/${id}` },
    Id: id,
    IndividualId: individual ?? null,
  }));
  return { status: 200, body: { totalSize: records.length, done: true, records } };
}

function describe(org: Org, [object, what]: readonly string[]): Answer {
  if (object !== words.CONSENT || what !== 'describe') return NOT_FOUND;
  const picklistValues = statusesOf(org).map((value) => ({ value, label: value, active: true }));
  const fields = [{ name: 'PrivacyConsentStatus', type: 'picklist', picklistValues }];
  return { status: 200, body: { name: object, fields } };
}

function update(org: Org, asked: Asked, [object, id = '']: readonly string[]): Answer {
  const person = org.people.get(id);
  if (!person || person.object !== object) return NOT_FOUND;
  const flags = words.Flags.safeParse(jsonOf(asked));
  if (!flags.success)
    return words.refused(400, 'INVALID_FIELD', `No such column on sobject of type ${object}`);
  for (const [name, value] of Object.entries(flags.data))
    if (value !== undefined) person.flags.set(name, value);
  return { status: 204 };
}

/** 300 when the key is not unique: the body lists the records. */
function upsertOne(org: Org, asked: Asked, [object, field, key = '']: readonly string[]): Answer {
  if (object !== words.CONSENT || field !== KEY_FIELD) return NO_KEY;
  const twins = withKey(org, key);
  if (twins.length > 1)
    return { status: 300, body: twins.map(({ id }) => `/services/data/v62.0/sobjects/${object}/${id}`) };
  const saved = save(org, { attributes: { type: object }, [KEY_FIELD]: key, ...objectOf(asked) });
  if (saved.success) return { status: saved.created ? 201 : 200, body: saved };
  return {
    status: 400,
    body: saved.errors.map(({ statusCode: errorCode, message, fields }) => ({ message, errorCode, fields })),
  };
}

const objectOf = (asked: Asked): object => Object(jsonOf(asked));

/** Up to 200 records of one type; each has its own result, in order. */
function upsertMany(org: Org, asked: Asked, [kind, object, field]: readonly string[]): Answer {
  if (kind !== 'sobjects') return NOT_FOUND;
  if (object !== words.CONSENT || field !== KEY_FIELD) return NO_KEY;
  const collection = words.Collection.safeParse(jsonOf(asked)).data;
  if (!collection) return words.refused(400, 'JSON_PARSER_ERROR', 'Unexpected character');
  const { allOrNone, records } = collection;
  if (allOrNone) return words.refused(400, 'INVALID_INPUT', 'this simulator rolls nothing back');
  if (records.length > 200) return words.refused(400, 'INVALID_INPUT', 'more than 200 records');
  if (records.some(({ attributes }) => attributes.type !== object))
    return words.refused(400, 'INVALID_INPUT', 'all records must be of the type in the address');
  return { status: 200, body: records.map((record) => save(org, record)) };
}
