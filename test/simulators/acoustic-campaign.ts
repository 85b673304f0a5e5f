import { randomUUID } from 'node:crypto';
import * as words from './acoustic-campaign-words.ts';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/** What differs from organization to organization, and what Acoustic does not document. */
export interface AcousticOptions {
  /** Columns of the database; left out, any name is one. */
  readonly columns?: readonly string[];
  /** Text-to-join programs; left out, any id is one. */
  readonly programs?: readonly string[];
  /** An opt-out waits in its queue until the request after it. */
  readonly queue?: boolean;
  /** Contacts have no unique key, and must be named by sync fields. */
  readonly flexible?: boolean;
  readonly everyoneIsKnown?: boolean;
}

export interface Acoustic extends Simulator {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => Readonly<Record<string, string>>;
  readonly enter: (contact: { readonly email: string; readonly phone: string }) => void;
  /** Sets a column at Acoustic itself. */
  readonly choose: (email: string, column: string, value: string) => void;
  readonly consent: (phone: string, program: string, status: string) => void;
  /** The contact opts out of the database at Acoustic itself. */
  readonly optOut: (email: string) => void;
  readonly column: (email: string, name: string) => string | undefined;
  readonly consented: (phone: string, program: string) => Consent | undefined;
}

interface Consent {
  readonly status: string;
  readonly consentDate?: string | undefined;
  readonly consentSource?: string | undefined;
}

interface Contact {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
  readonly columns: Map<string, string>;
  readonly consents: Map<string, Consent>;
  optedOut: boolean;
}

interface Database {
  readonly options: AcousticOptions;
  readonly contacts: Contact[];
  /** Opt-outs that were accepted. */
  readonly waiting: Contact[];
}

const DATABASE = '45654';

/** One Acoustic organization: its XML API, and SMS consent by REST. */
export function simulateAcoustic(options: AcousticOptions = {}): Acoustic {
  const secret = { clientId: randomUUID(), clientSecret: randomUUID(), refreshToken: randomUUID() };
  const database: Database = { options, contacts: [], waiting: [] };
  const session: { token?: string } = {};
  const simulator: Simulator = simulate({
    answer: (asked) => {
      if (isToken(asked)) return grant(session, asked, secret);
      const known =
        session.token !== undefined && asked.headers['authorization'] === `Bearer ${session.token}`;
      return known ? answer(database, asked) : SESSION_ENDED;
    },
    unauthorized: SESSION_ENDED,
    fetchesToken: isToken,
    permitted: (question) => permitted(database, question),
    facts: () => facts(database),
  });
  const byEmail = (email: string): Contact => known(database, email) ?? addContact(database, { email });
  const byPhone = (phone: string): Contact => texted(database, phone) ?? addContact(database, { phone });
  return Object.assign(simulator, {
    secret: () => ({ ...secret, endpoint: simulator.url }),
    enter: (contact: { email: string; phone: string }) => void addContact(database, contact),
    choose: (email: string, column: string, value: string) => void byEmail(email).columns.set(column, value),
    consent: (phone: string, program: string, status: string) =>
      void byPhone(phone).consents.set(program, { status }),
    optOut: (email: string) => {
      byEmail(email).optedOut = true;
    },
    column: (email: string, name: string) => known(database, email)?.columns.get(name),
    consented: (phone: string, program: string) => texted(database, phone)?.consents.get(program),
  });
}

const SESSION_ENDED = words.fault(145, 'Session has expired or is invalid');

const isToken = ({ path }: Asked): boolean => path === '/oauth/token';

function grant(
  session: { token?: string },
  { method, body }: Asked,
  secret: { readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string },
): Answer {
  const form = new URLSearchParams(body);
  const fits =
    form.get('grant_type') === 'refresh_token' &&
    form.get('client_id') === secret.clientId &&
    form.get('client_secret') === secret.clientSecret &&
    form.get('refresh_token') === secret.refreshToken;
  if (method !== 'POST' || !fits) return { status: 400, body: { error: 'invalid_grant' } };
  session.token = randomUUID();
  return { status: 200, body: { access_token: session.token, token_type: 'bearer', expires_in: 14_400 } };
}

const digits = (phone: string): string => phone.replace(/\D/g, '');

function addContact({ contacts }: Database, { email = '', phone = '' }): Contact {
  const contact: Contact = {
    ...{ id: String(33_439_394 + contacts.length), email, phone: digits(phone), optedOut: false },
    ...{ columns: new Map(), consents: new Map() },
  };
  contacts.push(contact);
  return contact;
}

const known = ({ contacts }: Database, email: string): Contact | undefined =>
  contacts.find((contact) => contact.email.toLowerCase() === email.toLowerCase());

const texted = ({ contacts }: Database, phone: string): Contact | undefined =>
  contacts.find((contact) => contact.phone !== '' && contact.phone === digits(phone));

const CONSENT = /^\/rest\/databases\/(\d+)\/consent\/SMS-(\w+)\/(\d+)$/;

function answer(database: Database, asked: Asked): Answer {
  for (const contact of database.waiting.splice(0)) contact.optedOut = true;
  const [, id, program = '', phone = ''] = CONSENT.exec(asked.path) ?? [];
  if (asked.method === 'PUT' && id !== undefined) return consent(database, asked, { id, program, phone });
  const isXml = asked.headers['content-type']?.startsWith('text/xml');
  if (asked.method !== 'POST' || asked.path !== '/XMLAPI' || !isXml)
    return { status: 404, body: 'Not Found' };
  const operation = words.operationIn(asked.body);
  if (!operation) return words.fault(51, `Invalid XML request: ${asked.body}`);
  if (operation.listId !== DATABASE) return words.fault(106, 'List ID is not valid.');
  return (
    OPERATIONS[operation.name]?.(database, operation) ??
    words.fault(51, `Invalid operation ${operation.name}`)
  );
}

const notThere = (email: string): Answer => words.fault(128, `${email} is not a member of the list.`);

const OPERATIONS: Readonly<Record<string, (database: Database, operation: words.Operation) => Answer>> = {
  UpdateRecipient: (database, operation) => {
    const email = operation.text('OLD_EMAIL') ?? '';
    const wrong = wrongIn(database, operation);
    if (wrong) return wrong;
    const contact = find(database, email);
    if (!contact) return notThere(email);
    setColumns(contact, operation.columns);
    return words.result('TRUE', `<RecipientId>${contact.id}</RecipientId>`);
  },
  AddRecipient: (database, operation) => {
    const { EMAIL: email = '', ...columns } = operation.columns;
    const wrong = wrongIn(database, operation);
    if (wrong) return wrong;
    if (email === '') return words.fault(121, 'Unable to add a recipient. No EMAIL provided.');
    if (operation.text('CREATED_FROM') !== '2') return words.fault(116, 'ERR_INVALID_CREATED_FROM');
    const there = known(database, email);
    if (there && operation.text('UPDATE_IF_FOUND') !== 'true')
      return words.fault(122, `Unable to add ${email}. The recipient already exists.`);
    const contact = there ?? addContact(database, { email });
    setColumns(contact, columns);
    return words.result('TRUE', `<RecipientId>${contact.id}</RecipientId>`);
  },
  /** Answers another word than its neighbours, and applies it in its own time. */
  OptOutRecipient: (database, operation) => {
    const contact = find(database, operation.text('EMAIL') ?? '');
    if (!contact) return notThere(operation.text('EMAIL') ?? '');
    if (database.options.queue) database.waiting.push(contact);
    else contact.optedOut = true;
    return words.result('SUCCESS');
  },
  SelectRecipientData: (database, operation) => {
    const contact = find(database, operation.text('EMAIL') ?? '');
    return contact ? words.selected(contact) : notThere(operation.text('EMAIL') ?? '');
  },
};

const find = (database: Database, email: string): Contact | undefined =>
  known(database, email) ?? (database.options.everyoneIsKnown ? addContact(database, { email }) : undefined);

function wrongIn({ options }: Database, { columns, syncFields }: words.Operation): Answer | undefined {
  if (options.flexible && !('EMAIL' in syncFields))
    return words.fault(211, 'Required unique key column values were not provided.');
  const own = ['EMAIL', 'OPT_OUT'];
  const strange = Object.keys(columns).find(
    (name) => options.columns && !own.includes(name) && !options.columns.includes(name),
  );
  return strange === undefined
    ? undefined
    : words.fault(314, `Column "${strange}" is not found in the list.`);
}

function setColumns(contact: Contact, columns: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(columns)) {
    if (name === 'OPT_OUT') contact.optedOut = value !== 'false';
    else contact.columns.set(name, value);
  }
}

interface Asking {
  readonly id: string;
  readonly program: string;
  readonly phone: string;
}

function consent(database: Database, asked: Asked, { id, program, phone }: Asking): Answer {
  const { status, consentDate, consentSource } = Object(jsonOf(asked));
  const { programs, everyoneIsKnown } = database.options;
  if (id !== DATABASE) return { status: 404, body: { errors: [{ message: 'Database not found' }] } };
  if (status !== 'OPTED-IN' && status !== 'OPTED-OUT')
    return { status: 400, body: { errors: [{ message: `status ${status}` }] } };
  if (programs && !programs.includes(program))
    return { status: 400, body: { errors: [{ message: program }] } };
  if (consentDate !== undefined && Number.isNaN(Date.parse(consentDate)))
    return { status: 400, body: { errors: [{ message: 'consentDate' }] } };
  const contact = texted(database, phone) ?? (everyoneIsKnown ? addContact(database, { phone }) : undefined);
  if (!contact) return { status: 404, body: { errors: [{ message: `No contact found for ${phone}` }] } };
  contact.consents.set(program, { status, consentDate, consentSource });
  return { status: 200, body: { data: [], meta: {} } };
}

/** A topic is a column (email) or a program (sms). */
function permitted(database: Database, { identifier, topic, channel }: Question): boolean | undefined {
  if (channel === 'sms') {
    const status = texted(database, identifier)?.consents.get(topic)?.status;
    return status === undefined ? undefined : status === 'OPTED-IN';
  }
  const contact = known(database, identifier);
  if (contact?.optedOut || (contact && database.waiting.includes(contact))) return false;
  const value = contact?.columns.get(topic);
  return value === undefined ? undefined : value === 'Yes';
}

const facts = (database: Database) =>
  database.contacts.flatMap(({ email, phone, columns, consents, optedOut }) => [
    ...[...columns]
      .filter(([, value]) => value === 'Yes' || value === 'No')
      .map(([topic, value]) => ({
        ...{ identifier: email, topic, channel: 'email', permitted: value === 'Yes' && !optedOut },
      })),
    ...[...consents].map(([topic, { status }]) => ({
      ...{ identifier: phone, topic, channel: 'sms', permitted: status === 'OPTED-IN' },
    })),
  ]);
