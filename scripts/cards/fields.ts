import * as z from 'zod';

type Schema = z.core.JSONSchema.JSONSchema;
type Node = z.core.JSONSchema._JSONSchema | undefined;

/** One setting, or one part of a secret, as people are told of it. */
export interface Field {
  readonly name: string;
  readonly meaning: string | undefined;
  readonly value: string;
  readonly needed: boolean;
  /** As JSON, where there is one. */
  readonly standard: string | undefined;
}

/** What may stand in a configuration by this schema, in the order it is declared. */
export function fieldsOf(schema: z.ZodType): readonly Field[] {
  const ways = waysOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const names = [...new Set(ways.flatMap(({ properties = {} }) => Object.keys(properties)))];
  return names.map((name) => {
    const nodes = ways.map(({ properties }) => properties?.[name]).filter(isSchema);
    const standard = nodes.find((node) => node.default !== undefined)?.default;
    return {
      name,
      meaning: nodes.find(({ description }) => description)?.description,
      value: [...new Set(nodes.map(inWords))].join(' or '),
      needed: ways.every(({ required = [] }) => required.includes(name)),
      standard: standard === undefined ? undefined : JSON.stringify(standard),
    };
  });
}

/** Does a path such as `status.granted` name something that may be configured? */
export function names(schema: z.ZodType, path: string): boolean {
  let ways = waysOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  for (const name of path.split('.')) {
    ways = ways
      .map(({ properties, additionalProperties }) => properties?.[name] ?? additionalProperties)
      .filter(isSchema)
      .flatMap(waysOf);
  }
  return ways.length > 0;
}

/** The alternatives of a schema, or itself. */
const waysOf = (schema: Schema): readonly Schema[] =>
  schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [schema];

const isSchema = (node: Node | Node[]): node is Schema => typeof node === 'object' && !Array.isArray(node);

const PLAIN: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: '`true` or `false`',
  null: '`null`',
};

/** What a value looks like, in words. */
function inWords(schema: Schema): string {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return either(schema.enum.map(code));
  const ways = schema.anyOf ?? schema.oneOf;
  if (ways) return either(ways.map(inWords));
  if (schema.type === 'array') return `a list: ${nodeInWords(schema.items)}`;
  if (schema.type === 'object') return objectWords(schema);
  if (schema.format === 'uri') return 'an address (URL)';
  return PLAIN[String(schema.type)] ?? 'anything';
}

const nodeInWords = (node: Node | Node[]): string => (isSchema(node) ? inWords(node) : 'anything');

function objectWords({ properties, required = [], additionalProperties }: Schema): string {
  const parts = Object.entries(properties ?? {}).map(
    ([name, node]) =>
      `\`${name}\`${required.includes(name) ? '' : ' (may be left out)'}: ${nodeInWords(node)}`,
  );
  if (parts.length > 0) return `{ ${parts.join('; ')} }`;
  return `by name: ${nodeInWords(additionalProperties)}`;
}

const code = (value: unknown): string => `\`${value}\``;

const either = (words: readonly string[]): string =>
  [...new Set(words)].join(', ').replace(/, ([^,]*)$/, ' or $1');
