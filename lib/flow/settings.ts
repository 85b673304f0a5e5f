import * as z from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with a destination's settings, a line each, in words for somebody who has never seen its code: where it
 * is, what it must be, and what it is for.
 */
export function settingsFaults(schema: z.ZodType, raw: unknown): readonly string[] {
  const { error } = schema.safeParse(raw, { reportInput: true });
  return (error?.issues ?? []).map((issue) => {
    const what = `${whereOf(issue)} ${wordsFor(schema, issue)}`;
    const purpose = purposeOf(schema, issue.path);
    return purpose === undefined ? what : `${what}. ${purpose}`;
  });
}

const whereOf = ({ path }: Issue): string => ['settings', ...path.map(String)].join(' › ');

const TYPES: Readonly<Record<string, string>> = {
  string: 'must be a text in quotes',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must be a group of settings',
  record: 'must be a list of names with a value each',
};

function wordsFor(schema: z.ZodType, issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : (TYPES[issue.expected] ?? issue.message);
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return issue.input === undefined ? 'is missing' : 'is in none of the forms it may have';
    case 'unrecognized_keys':
      return `has no ${issue.keys.join(', ')}; there is ${namesIn(schema, issue.path).join(', ') || 'nothing'}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'must be a web address such as https://example.com' : issue.message;
    default:
      return `is not right: ${issue.message}`;
  }
}

/** The nearest description on the way to where the fault is. */
function purposeOf(schema: z.ZodType, path: readonly PropertyKey[]): string | undefined {
  const all = [schema, ...path.map((_, i) => schemaAt(schema, path.slice(0, i + 1)))];
  return all.flatMap((one) => (one?.description === undefined ? [] : [one.description])).at(-1);
}

const namesIn = (schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] => {
  const at = bare(schemaAt(schema, path));
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
};

const schemaAt = (schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined =>
  path.reduce<z.ZodType | undefined>((at, key) => within(at, key), schema);

function within(schema: z.ZodType | undefined, key: PropertyKey): z.ZodType | undefined {
  const at = bare(schema);
  if (at instanceof z.ZodObject) return typed(at.shape[String(key)]);
  if (at instanceof z.ZodRecord) return typed(at.valueType);
  return at instanceof z.ZodArray ? typed(at.element) : undefined;
}

/** What is inside a default, an option or a transformation, unless it says itself what it is for. */
function bare(schema: z.ZodType | undefined): z.ZodType | undefined {
  if (schema instanceof z.ZodPipe) return bare(typed(schema.in));
  const wrapped =
    schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault;
  return wrapped ? bare(typed(schema.unwrap())) : schema;
}

const typed = (schema: unknown): z.ZodType | undefined => (schema instanceof z.ZodType ? schema : undefined);
