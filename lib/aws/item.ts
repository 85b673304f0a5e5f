import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item as it is written. */
export type Item = Record<string, AttributeValue>;

/** An item as it is read: from a table, or from a stream, whose records have the same form. */
export type Image = Readonly<
  Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>
>;

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });
export const bytes = (value: Uint8Array): AttributeValue => ({ B: value });

export const textIn = (image: Image, name: string): string | undefined => image[name]?.S;

export function numberIn(image: Image, name: string): number | undefined {
  const digits = image[name]?.N;
  return digits === undefined ? undefined : Number(digits);
}

/** A text the item must have: one without it is not ours. */
export function textOf(image: Image, name: string): string {
  const value = textIn(image, name);
  if (value === undefined) throw new TypeError(`a stored item has no ${name}`);
  return value;
}

export function bytesOf(item: Item, name: string): Uint8Array {
  const value = item[name]?.B;
  if (value === undefined) throw new TypeError(`a stored item has no ${name}`);
  return value;
}

const WIDTH = 10;

/** A version as part of a sort key: texts sort as numbers do. */
export const padded = (version: number): string => String(version).padStart(WIDTH, '0');

export const subjectKey = (subject: string): string => `S#${subject}`;

/** The subject of a `S#<subject>` key. */
export const subjectOf = (key: string): string => key.slice(2);
