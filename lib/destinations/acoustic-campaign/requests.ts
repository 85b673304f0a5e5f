import type { Call, DeliveryRow, Reply, SingleCall } from '../destination.ts';
import { escaped } from '../xml.ts';
import { orNobody, queued } from './replies.ts';
import type { Settings } from './settings.ts';

export type Columns = Readonly<Record<string, string>>;

/** Printable ASCII that means nothing to XML: most of what is said. */
const PLAIN = /^[ !#-%(-;=?-~]*$/;

const element = (name: string, text: string): string =>
  `<${name}>${PLAIN.test(text) ? text : escaped(text)}</${name}>`;

/** Settings let no name of a column hold what would have to be escaped. */
function pairs(tag: string, columns: Columns): string {
  let xml = '';
  for (const name in columns)
    xml += `<${tag}><NAME>${name}</NAME>${element('VALUE', columns[name] ?? '')}</${tag}>`;
  return xml;
}

const XML = { 'content-type': 'text/xml; charset=utf-8' };

const request = (operation: string, content: string, more?: Partial<SingleCall>): SingleCall => ({
  method: 'POST',
  path: '/XMLAPI',
  headers: XML,
  body: `<Envelope><Body><${operation}>${content}</${operation}></Body></Envelope>`,
  ...more,
});

/** Requests about one contact, by e-mail address. */
export interface Contact {
  readonly settings: Settings;
  readonly email: string;
}

const listOf = ({ settings }: Contact): string => `<LIST_ID>${settings.database}</LIST_ID>`;

/** Without a unique key a contact is found by what is named as such. */
const syncFields = ({ settings, email }: Contact): string =>
  settings.flexible ? `<SYNC_FIELDS>${pairs('SYNC_FIELD', { EMAIL: email })}</SYNC_FIELDS>` : '';

const QUEUED = { interpret: queued, goesOn: true };

/** Changes the columns that are named, and no other. `goesOn`: more is said of the person after this. */
export const update = (contact: Contact, columns: Columns, goesOn: boolean): SingleCall =>
  request(
    'UpdateRecipient',
    `${listOf(contact)}${element('OLD_EMAIL', contact.email)}${syncFields(contact)}${pairs('COLUMN', columns)}`,
    { goesOn },
  );

/** Of the whole database, whatever it holds. */
export const optOut = (contact: Contact): SingleCall =>
  request('OptOutRecipient', `${listOf(contact)}${element('EMAIL', contact.email)}`, QUEUED);

export const find = (contact: Contact, next: (reply: Reply) => readonly Call[]): SingleCall =>
  request(
    'SelectRecipientData',
    `${listOf(contact)}${element('EMAIL', contact.email)}${contact.settings.flexible ? pairs('COLUMN', { EMAIL: contact.email }) : ''}`,
    { lookup: true, interpret: orNobody, next },
  );

/** 2: opted in by the person. One that somebody else has added in between is not updated by this. */
export const add = (contact: Contact, columns: Columns): SingleCall =>
  request(
    'AddRecipient',
    `${listOf(contact)}<CREATED_FROM>2</CREATED_FROM><SEND_AUTOREPLY>false</SEND_AUTOREPLY><UPDATE_IF_FOUND>false</UPDATE_IF_FOUND>${syncFields(contact)}${pairs('COLUMN', { EMAIL: contact.email, ...columns })}`,
  );

export interface Texting {
  readonly settings: Settings;
  readonly phone: string;
  readonly row: DeliveryRow;
  /** Where the consent comes from. */
  readonly source: string;
}

/** Consent to one text-to-join program. The number stands in the address: the other call that takes it adds contacts. */
export function text({ settings, phone, row, source }: Texting, goesOn: boolean): SingleCall {
  const program = settings.topics[row.topic]?.sms ?? '';
  return {
    method: 'PUT',
    path: `/rest/databases/${settings.database}/consent/SMS-${program}/${phone.replace(/\D/g, '')}`,
    body: {
      status: row.state === 'granted' ? settings.smsOptIn : 'OPTED-OUT',
      ...{ consentDate: row.occurredAt, consentSource: source },
    },
    goesOn,
  };
}
