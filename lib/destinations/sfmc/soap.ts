import { contentsOf, escaped, textOf } from '../xml.ts';

/** The place of the token in an envelope; see `placed`. */
const PLACE = '<fueloauth xmlns="http://exacttarget.com"/>';

const API = 'xmlns="http://exacttarget.com/wsdl/partnerAPI"';
const HEAD = `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Header>${PLACE}</s:Header><s:Body>`;
const FOOT = '</s:Body></s:Envelope>';

/** SOAP is told who asks by the header inside the envelope; other bodies have no place for it. */
export const placed = (token: string, body: string): string =>
  body.replace(PLACE, () => `<fueloauth xmlns="http://exacttarget.com">${escaped(token)}</fueloauth>`);

export const soapHeaders = (action: 'Create' | 'Retrieve') => ({
  'content-type': 'text/xml; charset=utf-8',
  soapaction: action,
});

const element = (name: string, text: string): string => `<${name}>${escaped(text)}</${name}>`;

/** Who is meant. The address is only needed for somebody who may have to be entered. */
export interface Target {
  readonly key: string;
  readonly email?: string;
}

const subscriber = ({ key, email }: Target, inner: string): string =>
  `<Objects xsi:type="Subscriber">${element('SubscriberKey', key)}${
    email === undefined ? '' : element('EmailAddress', email)
  }${inner}</Objects>`;

type Status = 'Active' | 'Unsubscribed';

/** A subscriber's status on one publication list. */
export const onList = (target: Target, id: number, status: Status): string =>
  subscriber(target, `<Lists><ID>${id}</ID><Status>${status}</Status><Action>upsert</Action></Lists>`);

/** A subscriber's status among all subscribers, which stands above every list. */
export const onAll = (target: Target, status: Status): string =>
  subscriber(target, `<Status>${status}</Status>`);

const OPTIONS =
  '<Options><SaveOptions><SaveOption><PropertyName>*</PropertyName><SaveAction>UpdateAdd</SaveAction></SaveOption></SaveOptions></Options>';

/** Enters or updates these subscribers, in this order. */
export const createEnvelope = (objects: readonly unknown[]): string =>
  `${HEAD}<CreateRequest ${API}>${OPTIONS}${objects.join('')}</CreateRequest>${FOOT}`;

const equals = (property: string, value: string): string =>
  `<Property>${property}</Property><SimpleOperator>equals</SimpleOperator>${element('Value', value)}`;

const either = (left: string, right: string): string =>
  `<Filter xsi:type="ComplexFilterPart"><LeftOperand xsi:type="SimpleFilterPart">${left}</LeftOperand><LogicalOperator>OR</LogicalOperator><RightOperand xsi:type="SimpleFilterPart">${right}</RightOperand></Filter>`;

/** What comes before the filter of a search, and after it. */
const searchFor = (object: string, properties: readonly string[]): string =>
  `${HEAD}<RetrieveRequestMsg ${API}><RetrieveRequest><ObjectType>${object}</ObjectType>${properties
    .map((name) => element('Properties', name))
    .join('')}`;
const SUBSCRIBERS = searchFor('Subscriber', ['SubscriberKey', 'EmailAddress', 'Status']);
const LISTS = searchFor('ListSubscriber', ['SubscriberKey', 'ListID', 'Status']);
const SEARCHED = `</RetrieveRequest></RetrieveRequestMsg>${FOOT}`;

const simple = (part: string): string => `<Filter xsi:type="SimpleFilterPart">${part}</Filter>`;

interface Sought {
  readonly key: string | undefined;
  readonly email: string | undefined;
}

/** Asks for subscribers of this key, this address, or one of both. */
export const subscribersBy = (sought: Sought): string => `${SUBSCRIBERS}${filterBy(sought)}${SEARCHED}`;

function filterBy({ key, email }: Sought): string {
  if (key === undefined) return simple(equals('EmailAddress', email ?? ''));
  if (email === undefined) return simple(equals('SubscriberKey', key));
  return either(equals('SubscriberKey', key), equals('EmailAddress', email));
}

/** Asks for what these subscribers are on each of their lists. */
export function listsOf(keys: readonly string[]): string {
  const [only = ''] = keys;
  const values = keys.map((key) => element('Value', key)).join('');
  const several = `<Property>SubscriberKey</Property><SimpleOperator>IN</SimpleOperator>${values}`;
  return `${LISTS}${simple(keys.length === 1 ? equals('SubscriberKey', only) : several)}${SEARCHED}`;
}

/** What each result of a reply holds. */
export const resultsIn = (xml: string): readonly string[] => contentsOf(xml, 'Results');

/** A subscriber as it was found. */
export interface Subscriber {
  readonly key: string;
  readonly email: string | undefined;
  readonly status: string | undefined;
}

export const subscriberIn = (xml: string): readonly Subscriber[] => {
  const key = textOf(xml, 'SubscriberKey');
  return key === undefined
    ? []
    : [{ key, email: textOf(xml, 'EmailAddress'), status: textOf(xml, 'Status') }];
};

/** A subscriber who is off a list, in one text. */
export const leaving = (key: string, list: number): string => `${list} ${key.toLowerCase()}`;

export function leftIn(xml: string): readonly string[] {
  const key = textOf(xml, 'SubscriberKey');
  const left = textOf(xml, 'Status') === 'Unsubscribed';
  return key !== undefined && left ? [leaving(key, Number(textOf(xml, 'ListID')))] : [];
}
