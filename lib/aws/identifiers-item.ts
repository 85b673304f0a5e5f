import * as z from 'zod';
import type { IdentifiersItem } from '../ports.ts';
import { type Image, type Item, number, numberIn, subjectKey, text, textOf } from './item.ts';

export const identifiersKey = (subject: string): Item => ({
  pk: text(subjectKey(subject)),
  sk: text('IDENTIFIERS'),
});

const sealed = { kind: z.string(), hash: z.string(), sealed: z.string() };
const Current = z.array(z.object({ ...sealed, shared: z.boolean() }));
const Retired = z.array(z.object({ ...sealed, since: z.number() }));

export const identifiersItem = (subject: string, item: IdentifiersItem): Item => ({
  ...identifiersKey(subject),
  revision: number(item.revision),
  current: text(JSON.stringify(item.current)),
  retired: text(JSON.stringify(item.retired)),
});

/** Reads an identifiers item; a subject without one goes by nothing. */
export const identifiersOf = (image: Image | undefined): IdentifiersItem =>
  image
    ? {
        revision: numberIn(image, 'revision') ?? 0,
        current: Current.parse(JSON.parse(textOf(image, 'current'))),
        retired: Retired.parse(JSON.parse(textOf(image, 'retired'))),
      }
    : { revision: 0, current: [], retired: [] };
