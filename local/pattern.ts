import * as z from 'zod';

/** Says whether an event matches. */
export type Matches = (event: unknown) => boolean;

type Fields = Readonly<Record<string, unknown>>;
type Leaf = (value: unknown) => boolean;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldOf = (event: unknown, name: string): unknown =>
  isFields(event) && Object.hasOwn(event, name) ? event[name] : undefined;

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Text = z.string().min(1);
const isScalar = (value: unknown): boolean => Scalar.safeParse(value).success;

const read = <T>(schema: z.ZodType<T>, { operand, where }: { operand: unknown; where: string }): T => {
  const parsed = schema.safeParse(operand);
  if (!parsed.success) throw new Error(`Event pattern: ${where} has an operand of the wrong kind`);
  return parsed.data;
};

const startsWith = (value: unknown, start: string): boolean =>
  typeof value === 'string' && value.startsWith(start);
const endsWith = (value: unknown, end: string): boolean => typeof value === 'string' && value.endsWith(end);
const lower = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : undefined);

const AnythingBut = z.union([
  z.strictObject({ prefix: Text }),
  z.strictObject({ suffix: Text }),
  z.union([z.string(), z.number()]).transform((one) => [one]),
  z.array(z.union([z.string(), z.number()])).min(1),
]);

const anythingBut = (operand: z.output<typeof AnythingBut>): Leaf => {
  if ('prefix' in operand) return (value) => !startsWith(value, operand.prefix);
  if ('suffix' in operand) return (value) => !endsWith(value, operand.suffix);
  const excluded = new Set<unknown>(operand);
  return (value) => !excluded.has(value);
};

type Operand = { readonly operand: unknown; readonly where: string };

/** Operators on one value. `exists` is not among them: it looks at the field. */
const operators: Readonly<Record<string, (operand: Operand) => Leaf>> = {
  prefix: (operand) => {
    const start = read(z.string(), operand);
    return (value) => startsWith(value, start);
  },
  suffix: (operand) => {
    const end = read(Text, operand);
    return (value) => endsWith(value, end);
  },
  'equals-ignore-case': (operand) => {
    const wanted = read(Text, operand).toLowerCase();
    return (value) => lower(value) === wanted;
  },
  'anything-but': (operand) => anythingBut(read(AnythingBut, operand)),
};

/** A field's values as EventBridge sees them: a scalar, or the scalars of an array. An object has none. */
const valuesOf = (field: unknown): readonly unknown[] =>
  (Array.isArray(field) ? field : [field]).filter((value) => value !== undefined && isScalar(value));

const compileOperator = (alternative: Fields, where: string): Leaf => {
  const [name = '', ...more] = Object.keys(alternative);
  if (more.length > 0) throw new Error(`Event pattern: ${where} names more than one operator at once`);
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined)
    throw new Error(`Event pattern: ${where} uses "${name}", which is not known here`);
  const leaf = operator({ operand: alternative[name], where: `${where}.${name}` });
  return (field) => valuesOf(field).some(leaf);
};

const compileAlternative = (alternative: unknown, where: string): Leaf => {
  if (isScalar(alternative)) return (field) => valuesOf(field).includes(alternative);
  if (!isFields(alternative))
    throw new Error(`Event pattern: ${where} holds neither a value nor an operator`);
  if (Object.hasOwn(alternative, 'exists') && Object.keys(alternative).length === 1) {
    const wanted = read(z.boolean(), { operand: alternative['exists'], where: `${where}.exists` });
    return (field) => valuesOf(field).length > 0 === wanted;
  }
  return compileOperator(alternative, where);
};

const compileField = (pattern: unknown, where: string): Leaf => {
  if (isFields(pattern)) {
    const matches = compileFields(pattern, where);
    return (field) => (Array.isArray(field) && field.length > 0 ? field.some(matches) : matches(field));
  }
  if (!Array.isArray(pattern) || pattern.length === 0) {
    throw new Error(`Event pattern: ${where} must be an array that is not empty, or an object`);
  }
  const alternatives = pattern.map((alternative) => compileAlternative(alternative, where));
  return (field) => alternatives.some((leaf) => leaf(field));
};

const compileOr = (pattern: unknown, where: string): Matches => {
  if (!Array.isArray(pattern) || pattern.length < 2) {
    throw new Error(`Event pattern: ${where} must hold at least two patterns`);
  }
  const branches = pattern.map((branch) => compileFields(branch, where));
  return (event) => branches.some((matches) => matches(event));
};

const compileFields = (pattern: unknown, where: string): Matches => {
  if (!isFields(pattern) || Object.keys(pattern).length === 0) {
    throw new Error(`Event pattern: ${where} must be an object that is not empty`);
  }
  const conditions = Object.entries(pattern).map(([name, inner]): Matches => {
    const at = `${where}.${name}`;
    if (name === '$or') return compileOr(inner, at);
    const matches = compileField(inner, at);
    return (event) => matches(fieldOf(event, name));
  });
  return (event) => conditions.every((matches) => matches(event));
};

/**
 * Compiles an EventBridge rule pattern: exact values, nested objects, `$or`, `prefix`, `suffix`,
 * `equals-ignore-case`, `exists` and `anything-but` (values, prefix, suffix). Anything else throws here, so that
 * a rule never silently matches, or never does.
 */
export const compilePattern = (pattern: unknown): Matches => compileFields(pattern, 'pattern');
