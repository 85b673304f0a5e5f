import { randomUUID } from 'node:crypto';
import {
  type Captured,
  capture,
  consentFields,
  enter,
  type Flagged,
  facts,
  flag,
  INTEGRATION,
  KEY_FIELD,
  keep,
  newId,
  newOrg,
  now,
  type Org,
  type Person,
  type PersonToEnter,
  people,
  permitted,
  personFields,
  type SalesforceOptions,
  save,
  statusesOf,
  withKey,
} from './salesforce-org.ts';
import * as words from './salesforce-words.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';
import * as soql from './soql.ts';

/** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
export interface Account {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly endpoint: string;
}

/** The same for an app that trusts a certificate. */
export interface CertifiedAccount {
  readonly clientId: string;
  readonly username: string;
  readonly privateKey: string;
  readonly endpoint: string;
}

export interface Salesforce extends Simulator {
  readonly secret: () => Account;
  /** Another way to be heard. */
  readonly certified: () => CertifiedAccount;
  /** Enters a Contact or Lead, with an Individual unless told otherwise. */
  readonly enter: (person: PersonToEnter) => Person;
  /** Enters a consent record that the org captured itself, or turns over the one there is. */
  readonly capture: (captured: Captured) => void;
  /** Somebody who works there sets a flag that says no. */
  readonly flag: (flagged: Flagged) => void;
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
  readonly account: Omit<Account, 'endpoint'>;
  token: string | undefined;
}

/** A Salesforce org: tokens, lookups, flags of Contacts and Leads, and consent records. */
export function simulateSalesforce(options: SalesforceOptions = {}): Salesforce {
  const account = { clientId: randomUUID(), clientSecret: randomUUID() };
  const org = newOrg(options);
  const session: Session = { org, account, token: undefined };
  const simulator: Simulator = simulate({
    answer: (asked) => (isToken(asked) ? grant(session, asked, simulator.url) : answer(session, asked)),
    unauthorized: words.INVALID_SESSION,
    fetchesToken: isToken,
    permitted: (question) => permitted(org, question),
    facts: () => facts(org),
  });
  return Object.assign(simulator, {
    secret: () => ({ ...account, endpoint: simulator.url }),
    certified: () => ({
      ...{ clientId: account.clientId, username: words.USERNAME, privateKey: words.certificate().privateKey },
      endpoint: simulator.url,
    }),
    enter: (person: PersonToEnter) => enter(org, person),
    capture: (captured: Captured) => capture(org, captured),
    flag: (flagged: Flagged) => flag(org, flagged),
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

function grant(session: Session, { method, body }: Asked, endpoint: string): Answer {
  const form = new URLSearchParams(body);
  const check = method === 'POST' ? GRANTS[form.get('grant_type') ?? ''] : undefined;
  const error = check ? check(form, session.account) : 'unsupported_grant_type';
  if (error !== undefined) return { status: 400, body: { error, error_description: error } };
  session.token = randomUUID();
  return {
    status: 200,
    body: { access_token: session.token, instance_url: endpoint, token_type: 'Bearer' },
  };
}

/** What is wrong with a request for a token, by its grant. */
const GRANTS: Readonly<
  Record<string, (form: URLSearchParams, account: Session['account']) => string | undefined>
> = {
  client_credentials: (form, { clientId, clientSecret }) => {
    if (form.get('client_id') !== clientId) return 'invalid_client_id';
    return form.get('client_secret') === clientSecret ? undefined : 'invalid_client';
  },
  'urn:ietf:params:oauth:grant-type:jwt-bearer': (form, { clientId }) =>
    words.faultInAssertion(form.get('assertion') ?? '', clientId),
};

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
  'POST composite 0': (org, asked) => several(org, asked),
  'PATCH composite 1': (org, asked, parts) => updateMany(org, asked, parts),
  'PATCH composite 3': (org, asked, parts) => upsertMany(org, asked, parts),
};

/** Most records of one reply; the rest is asked for by its locator. */
const MOST = 2000;

function query(org: Org, text: string): Answer {
  const parsed = soql.parse(text);
  if (!parsed) return words.refused(400, 'MALFORMED_QUERY', `unexpected token: ${text}`);
  const records = RECORDS[parsed.object]?.(org, parsed);
  if (!records)
    return words.refused(400, 'INVALID_TYPE', `sObject type '${parsed.object}' is not supported.`);
  const known = new Set(FIELDS[parsed.object]);
  if (org.options.individuals === false) known.delete('IndividualId');
  const unknown = soql.named(parsed).find((name) => !known.has(name));
  if (unknown) return words.refused(400, 'INVALID_FIELD', `No such column '${unknown}' on ${parsed.object}`);
  const found = soql.select(parsed, records).map((one) => words.recordOf(parsed.object, parsed.fields, one));
  if (found.length > MOST) return words.refused(400, 'INVALID_QUERY_LOCATOR', 'ask for fewer at once');
  return { status: 200, body: { totalSize: found.length, done: true, records: found } };
}

/** Several questions in one request, which counts once: a 200, and a status of each. */
function several(org: Org, asked: Asked): Answer {
  const composite = words.Composite.safeParse(jsonOf(asked)).data;
  if (!composite) return words.refused(400, 'JSON_PARSER_ERROR', 'Unexpected character');
  const compositeResponse = composite.compositeRequest.map(({ url, referenceId }) => {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    const isQuery = API.exec(pathname)?.[1] === 'query';
    const { status, body } = isQuery ? query(org, searchParams.get('q') ?? '') : NOT_FOUND;
    return { body, httpHeaders: {}, httpStatusCode: status, referenceId };
  });
  return { status: 200, body: { compositeResponse } };
}

const RECORDS: Readonly<Record<string, (org: Org, asked: soql.Query) => readonly soql.Fields[]>> = {
  Contact: (org, asked) => people(org, asked).map(personFields),
  Lead: (org, asked) => people(org, asked).map(personFields),
  ContactPointTypeConsent: (org) => org.consents.map(consentFields),
};

const STAMPS = ['Id', 'LastModifiedDate', 'LastModifiedById', 'SystemModstamp'];
const PERSON = [...STAMPS, ...words.FLAGS, 'Email', 'IndividualId'];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  ...{ Contact: PERSON, Lead: [...PERSON, 'IsConverted'] },
  ContactPointTypeConsent: [...STAMPS, ...Object.keys(words.Consent.shape)],
};

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
  person.stamp = now(INTEGRATION);
  return { status: 204 };
}

/** Up to 200 records by their ids, of one type or several; each has its own result, in order. */
function updateMany(org: Org, asked: Asked, [kind]: readonly string[]): Answer {
  const collection = words.Collection.safeParse(jsonOf(asked)).data;
  if (kind !== 'sobjects' || !collection) return NOT_FOUND;
  const { allOrNone, records } = collection;
  if (allOrNone || records.length > 200) return words.refused(400, 'INVALID_INPUT', 'more than 200 records');
  return { status: 200, body: records.map((record) => updated(org, record)) };
}

function updated(
  org: Org,
  { attributes: { type }, id, ...fields }: words.Collection['records'][number],
): words.Saved {
  const person = org.people.get(String(id));
  if (person?.object !== type) return words.rowError('ENTITY_IS_DELETED', 'entity is deleted');
  if (person.converted)
    return words.rowError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  if (person.ruled)
    return words.rowError('FIELD_CUSTOM_VALIDATION_EXCEPTION', `${person.email} needs a phone number`);
  const flags = words.Flags.safeParse(fields).data;
  if (!flags) return words.rowError('INVALID_FIELD', `No such column on sobject of type ${type}`);
  for (const [name, value] of Object.entries(flags)) if (value !== undefined) person.flags.set(name, value);
  person.stamp = now(INTEGRATION);
  return { id: person.id, success: true, created: false, errors: [] };
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
  const keys = records.map((record) => record[KEY_FIELD]);
  const saved = records.map((record, n) =>
    keys.indexOf(keys[n]) === keys.lastIndexOf(keys[n]) ? save(org, record) : words.twice(keys[n], KEY_FIELD),
  );
  return { status: 200, body: saved };
}
