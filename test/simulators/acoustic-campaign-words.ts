import type { Answer } from './simulator.ts';

/*
 * Requests and replies of Acoustic Campaign's XML API, written by hand from its reference:
 * https://developer.goacoustic.com/acoustic-campaign/reference/updaterecipient
 * https://developer.goacoustic.com/acoustic-campaign/reference/error-codes
 */

/** One operation of an envelope. Names are case-sensitive. */
export interface Operation {
  readonly name: string;
  readonly listId: string;
  readonly text: (element: string) => string | undefined;
  readonly columns: Readonly<Record<string, string>>;
  readonly syncFields: Readonly<Record<string, string>>;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const plain = (text: string): string =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (_whole, code: string | undefined, name: string) =>
    code === undefined ? (ENTITIES[name] ?? '') : String.fromCodePoint(Number(code)),
  );

const pairsIn = (xml: string, tag: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...xml.matchAll(new RegExp(`<${tag}><NAME>([^<]*)</NAME><VALUE>([^<]*)</VALUE></${tag}>`, 'g'))].map(
      ([, name = '', value = '']) => [plain(name), plain(value)],
    ),
  );

/** Undefined for what is no envelope with one operation. Text must not hold markup. */
export function operationIn(xml: string): Operation | undefined {
  const [, name = '', content = ''] =
    /^<Envelope><Body><([A-Za-z]+)>(.*)<\/\1><\/Body><\/Envelope>$/s.exec(xml) ?? [];
  if (name === '' || /&(?!#\d+;|amp;|lt;|gt;|quot;|apos;)/.test(content)) return undefined;
  const text = (element: string): string | undefined => {
    const [, value] = new RegExp(`<${element}>([^<]*)</${element}>`).exec(content) ?? [];
    return value === undefined ? undefined : plain(value);
  };
  return {
    ...{ name, listId: text('LIST_ID') ?? '', text },
    columns: pairsIn(content, 'COLUMN'),
    syncFields: pairsIn(content, 'SYNC_FIELD'),
  };
}

const XML = { 'content-type': 'text/xml;charset=UTF-8' };

const encoded = (text: string): string => text.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`);

export const result = (success: string, rest = ''): Answer => ({
  ...{ status: 200, headers: XML },
  body: `<Envelope><Body>\n<RESULT>\n<SUCCESS>${success}</SUCCESS>${rest}\n</RESULT>\n</Body></Envelope>`,
});

export const fault = (id: number, text: string): Answer => ({
  ...{ status: 200, headers: XML },
  body: `<Envelope><Body>\n<RESULT><SUCCESS>false</SUCCESS></RESULT>\n<Fault><Request/><FaultCode/><FaultString>${encoded(text)}</FaultString><detail><error><errorid>${id}</errorid><module/><class>SP.API</class><method/></error></detail></Fault>\n</Body></Envelope>`,
});

export interface Selected {
  readonly id: string;
  readonly email: string;
  readonly optedOut: boolean;
  readonly columns: ReadonlyMap<string, string>;
}

export function selected({ id, email, optedOut, columns }: Selected): Answer {
  const cells = [...columns].map(
    ([name, value]) => `<COLUMN><NAME>${name}</NAME><VALUE>${encoded(value)}</VALUE></COLUMN>`,
  );
  const out = optedOut ? '<OptedOut>5/1/26 3:29 PM</OptedOut>' : '<OptedOut/>';
  return result(
    'TRUE',
    `<EMAIL>${encoded(email)}</EMAIL><RecipientId>${id}</RecipientId><EmailType>0</EmailType><LastModified>5/1/26 3:29 PM</LastModified><CreatedFrom>2</CreatedFrom><OptedIn>4/1/26 3:29 PM</OptedIn>${out}<COLUMNS>${cells.join('\n')}</COLUMNS>`,
  );
}
