import * as z from 'zod';
import { canonical } from '../lib/domain/digest.ts';
import { events } from '../lib/domain/event-schema.ts';
import { ExportAnswer } from '../lib/http/rights-schemas.ts';

type Node = Readonly<Record<string, unknown>>;

/** The JSON Schema of every event, by the name of its file. Members not named in it are allowed: more may come. */
export const schemas = (): Readonly<Record<string, Node>> =>
  Object.fromEntries(
    Object.entries(events).map(([type, schema]) => [
      `${type}.json`,
      { ...z.toJSONSchema(schema, { io: 'input', override: formatOnly }), $id: `${type}.json`, title: type },
    ]),
  );

/** The JSON Schemas of what is handed over as a file: no event, and kept as compatible. */
export const fileSchemas = (): Readonly<Record<string, Node>> => ({
  'export.v1.json': {
    ...z.toJSONSchema(ExportAnswer, { io: 'input', override: formatOnly }),
    ...{ $id: 'export.v1.json', title: 'heed-export/1' },
  },
});

/** A format says it; the pattern beside it is the library's own and changes with it. */
const formatOnly = ({ jsonSchema }: { readonly jsonSchema: { format?: string; pattern?: string } }): void => {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
};

/** What only explains. */
const WORDS = new Set(['description', 'title', 'examples', '$comment']);

const Schema = z.record(z.string(), z.unknown());
const Names = z.array(z.string());

/**
 * What would break somebody who reads events by the old schema, or an old event read by the new one. Only words may
 * change, and members that need not be there may be added.
 */
export function breaksOf(old: unknown, next: unknown, path = ''): readonly string[] {
  const was = Schema.safeParse(old);
  const is = Schema.safeParse(next);
  if (!was.success || !is.success) return same(old, next) ? [] : [`${path} has changed`];
  const names = new Set([...Object.keys(was.data), ...Object.keys(is.data)]);
  return [...names]
    .filter((name) => !WORDS.has(name))
    .flatMap((name) => keywordBreaks(name, { was: was.data, is: is.data, path }));
}

interface Pair {
  readonly was: Node;
  readonly is: Node;
  readonly path: string;
}

const same = (a: unknown, b: unknown): boolean => canonical([a ?? null]) === canonical([b ?? null]);

function keywordBreaks(name: string, { was, is, path }: Pair): readonly string[] {
  if (name === 'properties') return memberBreaks(Schema.parse(was[name]), Schema.parse(is[name]), path);
  if (name === 'required')
    return requiredBreaks(Names.parse(was[name] ?? []), Names.parse(is[name] ?? []), path);
  return breaksOf(was[name], is[name], `${path}/${name}`);
}

const memberBreaks = (was: Node, is: Node, path: string): readonly string[] =>
  Object.keys(was).flatMap((name) =>
    Object.hasOwn(is, name)
      ? breaksOf(was[name], is[name], `${path}/${name}`)
      : [`${path}/${name} has been removed`],
  );

const requiredBreaks = (was: readonly string[], is: readonly string[], path: string): readonly string[] => [
  ...was.filter((name) => !is.includes(name)).map((name) => `${path}/${name} is no longer always there`),
  ...is.filter((name) => !was.includes(name)).map((name) => `${path}/${name} is not in older events`),
];
