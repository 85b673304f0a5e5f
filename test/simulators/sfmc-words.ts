import type { Answer } from './simulator.ts';
import { childOf, childrenOf, type Element } from './xml-tree.ts';

/* Requests and replies of Marketing Cloud's SOAP API, as its documentation has them. */

const STATUSES = ['Active', 'Unsubscribed', 'Held', 'Bounced'] as const;
export type Status = (typeof STATUSES)[number];
const LIST_STATUSES = ['Active', 'Unsubscribed'] as const;
export type ListStatus = (typeof LIST_STATUSES)[number];

/** Undefined is success. */
export type Result = { readonly code: number; readonly message: string } | undefined;

const XML = { 'content-type': 'text/xml; charset=utf-8' };

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`;

const safe = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const fault = (code: string, text: string): Answer => ({
  ...{ status: 500, headers: XML },
  body: envelope(
    `<soap:Fault><faultcode>${code}</faultcode><faultstring>${safe(text)}</faultstring></soap:Fault>`,
  ),
});

export const UNAUTHORIZED: Answer = { status: 401, body: { message: 'Not Authorized', errorcode: 0 } };

export const problem = (status: number, errorcode: number, message: string): Answer => ({
  status,
  body: { message, errorcode, documentation: '' },
});

export function created(results: readonly Result[]): Answer {
  const wrong = results.filter((result) => result !== undefined).length;
  const some = wrong === results.length ? 'Error' : 'Has Errors';
  const parts = results.map((result, nth) =>
    result
      ? `<Results><StatusCode>Error</StatusCode><StatusMessage>${safe(result.message)}</StatusMessage><OrdinalID>${nth}</OrdinalID><ErrorCode>${result.code}</ErrorCode></Results>`
      : `<Results><StatusCode>OK</StatusCode><StatusMessage>Created Subscriber.</StatusMessage><OrdinalID>${nth}</OrdinalID><NewID>0</NewID></Results>`,
  );
  const overall = wrong === 0 ? 'OK' : some;
  return {
    ...{ status: 200, headers: XML },
    body: envelope(
      `<CreateResponse xmlns="http://exacttarget.com/wsdl/partnerAPI">${parts.join('')}<RequestID>1</RequestID><OverallStatus>${overall}</OverallStatus></CreateResponse>`,
    ),
  };
}

interface Found {
  readonly key: string;
  readonly email: string;
  readonly status: Status;
}

export const retrieved = (overall: string, results: readonly string[]): Answer => ({
  ...{ status: 200, headers: XML },
  body: envelope(
    `<RetrieveResponseMsg xmlns="http://exacttarget.com/wsdl/partnerAPI"><OverallStatus>${overall}</OverallStatus><RequestID>1</RequestID>${results.join('')}</RetrieveResponseMsg>`,
  ),
});

export const subscriberText = ({ key, email, status }: Found): string =>
  `<Results xsi:type="Subscriber"><PartnerKey xsi:nil="true" /><ObjectID xsi:nil="true" /><EmailAddress>${safe(email)}</EmailAddress><SubscriberKey>${safe(key)}</SubscriberKey><Status>${status}</Status></Results>`;

export const listText = (key: string, id: number, status: ListStatus): string =>
  `<Results xsi:type="ListSubscriber"><PartnerKey xsi:nil="true" /><Status>${status}</Status><ListID>${id}</ListID><SubscriberKey>${safe(key)}</SubscriberKey></Results>`;

export interface Saving {
  readonly key: string;
  readonly email: string | undefined;
  readonly status: Status | undefined;
  readonly lists: readonly { readonly id: number; readonly status: ListStatus }[];
}

/** A subscriber to be saved, or what is wrong with it. */
export function subscriberIn(object: Element): Saving | { readonly wrong: string } {
  const key = childOf(object, 'SubscriberKey')?.text;
  const status = statusIn(object);
  const lists = childrenOf(object, 'Lists').map((list) => ({
    id: Number(childOf(list, 'ID')?.text),
    status: childOf(list, 'Status')?.text,
    action: childOf(list, 'Action')?.text,
  }));
  const read = lists.flatMap(({ id, status: text, action }) => {
    const on = LIST_STATUSES.find((one) => one === text);
    return on && Number.isInteger(id) && action === 'upsert' ? [{ id, status: on }] : [];
  });
  if (object.attributes['type'] !== 'Subscriber' || !key)
    return { wrong: 'A subscriber needs a SubscriberKey.' };
  if (read.length < lists.length || status === 'unknown')
    return { wrong: `A status of ${key} is not known.` };
  return { key, email: childOf(object, 'EmailAddress')?.text, status, lists: read };
}

function statusIn(object: Element): Status | 'unknown' | undefined {
  const text = childOf(object, 'Status')?.text;
  return text === undefined ? undefined : (STATUSES.find((one) => one === text) ?? 'unknown');
}

interface Wanted {
  readonly property: string;
  readonly value: string;
}

/** The parts of a filter, of which one has to hold; undefined where it says anything else. */
export function filterIn(filter: Element | undefined): readonly Wanted[] | undefined {
  if (filter?.attributes['type'] === 'SimpleFilterPart') return partIn(filter);
  if (childOf(filter, 'LogicalOperator')?.text !== 'OR') return undefined;
  const left = filterIn(childOf(filter, 'LeftOperand'));
  const right = filterIn(childOf(filter, 'RightOperand'));
  return left && right && [...left, ...right];
}

function partIn(part: Element): readonly Wanted[] | undefined {
  const property = childOf(part, 'Property')?.text ?? '';
  const values = childrenOf(part, 'Value').map(({ text }) => text);
  const operator = values.length === 1 ? 'equals' : 'IN';
  const known = property === 'SubscriberKey' || property === 'EmailAddress';
  const right = known && !values.includes('') && childOf(part, 'SimpleOperator')?.text === operator;
  return right && values.length > 0 ? values.map((value) => ({ property, value })) : undefined;
}

export const propertyOf = ({ key, email }: Found, property: string): string | undefined =>
  property === 'SubscriberKey' ? key : email;
