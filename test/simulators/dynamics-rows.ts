import { randomUUID } from 'node:crypto';
import * as words from './dynamics-words.ts';
import type { Answer, Question } from './simulator.ts';

/** What differs from environment to environment. */
export interface DynamicsOptions {
  /** Topics there are, each with its purpose; left out, any id is one. */
  readonly topics?: Readonly<Record<string, string>>;
  readonly purposes?: readonly string[];
  /** Whether e-mail needs an explicit opt-in to the purpose; messages and calls always do. */
  readonly enforcement?: 'restrictive' | 'non-restrictive';
  /** Whether journeys heed the flags of contacts. */
  readonly flagsCount?: boolean;
}

export interface Consent {
  readonly id: string;
  columns: words.Columns;
  purpose: string | undefined;
  topic: string | undefined;
  modified: number;
}

export interface Contact {
  readonly id: string;
  readonly email: string;
  readonly columns: Map<string, boolean | string | null>;
}

export interface Environment {
  readonly options: DynamicsOptions;
  readonly consents: Map<string, Consent>;
  readonly contacts: Map<string, Contact>;
}

/** A row as it is given back. */
export const shown = ({ id, columns, purpose, topic, modified }: Consent) => ({
  '@odata.etag': `W/"${modified}"`,
  msdynmkt_contactpointconsent4id: id,
  msdynmkt_contactpointvalue: columns.msdynmkt_contactpointvalue,
  msdynmkt_contactpointtype: columns.msdynmkt_contactpointtype,
  msdynmkt_contactpointconsenttype: columns.msdynmkt_contactpointconsenttype ?? null,
  msdynmkt_value: columns.msdynmkt_value,
  msdynmkt_reason: columns.msdynmkt_reason ?? null,
  msdynmkt_source: columns.msdynmkt_source,
  msdynmkt_modifiedonbehalf: columns.msdynmkt_modifiedonbehalf ?? null,
  _msdynmkt_purposeid_value: purpose ?? null,
  _msdynmkt_topicid_value: topic ?? null,
  modifiedon: new Date(modified).toISOString().replace(/\.\d+Z$/, 'Z'),
  statecode: 0,
});

/** Writes over a row, or makes it: `If-Match: *` forbids the latter. */
export function upsert(environment: Environment, id: string, body: unknown, onlyUpdate: boolean): Answer {
  const row = environment.consents.get(id);
  if (!row && onlyUpdate) return words.missing(words.CONSENT, id);
  const { data: columns, error } = words.Columns.safeParse(body);
  if (!columns)
    return words.refused(
      400,
      '0x80048d19',
      `Error identified in Payload provided by the user: ${error.message}`,
    );
  const dangling = danglingIn(environment, columns);
  if (dangling) return dangling;
  const lacks = words.REQUIRED.find((name) => columns[name] === undefined);
  if (!row && lacks) return words.refused(400, '0x80040203', `${lacks} is required`);
  const made = row ?? { id, columns: {}, purpose: undefined, topic: undefined, modified: 0 };
  made.columns = { ...made.columns, ...columns };
  made.purpose = columns['msdynmkt_purposeId@odata.bind'] ?? made.purpose;
  made.topic = columns['msdynmkt_topicId@odata.bind'] ?? made.topic;
  made.modified = Date.now();
  environment.consents.set(id, made);
  return { status: 204, headers: { 'odata-version': '4.0' } };
}

function danglingIn({ options }: Environment, columns: words.Columns): Answer | undefined {
  const purpose = columns['msdynmkt_purposeId@odata.bind'];
  const topic = columns['msdynmkt_topicId@odata.bind'];
  if (purpose && options.purposes && !options.purposes.includes(purpose))
    return words.missing('msdynmkt_purpose', purpose);
  return topic && options.topics && !(topic in options.topics)
    ? words.missing('msdynmkt_topic', topic)
    : undefined;
}

/** A row that somebody made in the environment itself, as its forms and preference pages do. */
export function enterConsent(
  environment: Environment,
  { point, type, purpose, topic, value, modified }: Entered,
): Consent {
  const known = [...environment.consents.values()].find(
    (row) =>
      row.columns.msdynmkt_contactpointvalue === point &&
      row.columns.msdynmkt_contactpointtype === type &&
      row.topic === topic &&
      row.purpose === purpose,
  );
  const row = known ?? { id: randomUUID(), columns: {}, purpose, topic, modified };
  row.columns = {
    ...row.columns,
    ...{ msdynmkt_contactpointvalue: point, msdynmkt_contactpointtype: type, msdynmkt_value: value },
    ...{ msdynmkt_source: 534120004, msdynmkt_logicalreason: 534119999 },
    msdynmkt_contactpointconsenttype: topic === undefined ? words.PURPOSE : words.TOPIC,
  };
  row.modified = modified;
  environment.consents.set(row.id, row);
  return row;
}

export interface Entered {
  readonly point: string;
  readonly type: number;
  readonly purpose: string;
  readonly topic?: string | undefined;
  readonly value: number;
  readonly modified: number;
}

/**
 * Would a journey send? An opt-out of the purpose outweighs every topic; a topic's opt-in counts only where its purpose
 * is opted in. `topic` is `purpose` or `purpose/topic`.
 */
export function permitted(environment: Environment, question: Question): boolean | undefined {
  const [purpose, topic] = question.topic.split('/');
  if (isFlagged(environment, question)) return false;
  const mine = [...environment.consents.values()].filter(
    ({ columns }) =>
      columns.msdynmkt_contactpointvalue?.toLowerCase() === question.identifier.toLowerCase() &&
      String(columns.msdynmkt_contactpointtype) === question.channel,
  );
  const said = (rows: readonly Consent[]) => rows.map(({ columns }) => columns.msdynmkt_value);
  const ofPurpose = said(mine.filter((row) => row.purpose === purpose && row.topic === undefined));
  const ofTopic = topic === undefined ? ofPurpose : said(mine.filter((row) => row.topic === topic));
  if (ofPurpose.includes(words.OUT) || ofTopic.includes(words.OUT)) return false;
  if (ofTopic.length === 0) return undefined;
  const isFree = environment.options.enforcement === 'non-restrictive' && question.channel === '534120000';
  return ofTopic.includes(words.IN) && (isFree || ofPurpose.includes(words.IN));
}

const isFlagged = ({ options, contacts }: Environment, { identifier, channel }: Question): boolean =>
  options.flagsCount === true &&
  channel === '534120000' &&
  [...contacts.values()].some(
    ({ email, columns }) =>
      email.toLowerCase() === identifier.toLowerCase() && columns.get('donotbulkemail') === true,
  );
