import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

/** What is wrong with a body by a vendor's own schema: where, and what; undefined: nothing. */
export type Judge = (
  definition: string,
  body: unknown,
) => { readonly pointer: string; readonly wrong: string } | undefined;

/** Reads `schemas/<id>.json`. Properties that are not named are forbidden, except in the definitions that are `open`. */
export function judgeBy(id: string, open: readonly string[] = []): Judge {
  const text = readFileSync(new URL(`./schemas/${id}.json`, import.meta.url), 'utf8');
  const document: unknown = JSON.parse(text, (key, value: unknown) =>
    open.includes(key) ? value : closed(value),
  );
  const ajv = new Ajv({ strict: false, formats: { 'date-time': isDateTime, int32: true } });
  ajv.addSchema(isObject(document) ? document : {}, id);
  return (definition, body) => {
    const validate = ajv.getSchema(`${id}#/definitions/${definition}`);
    if (!validate) throw new Error(`schemas/${id}.json defines no ${definition}`);
    if (validate(body)) return undefined;
    const [error] = validate.errors ?? [];
    return { pointer: error?.instancePath ?? '', wrong: error?.message ?? 'is not valid' };
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const closed = (value: unknown): unknown =>
  isObject(value) && value['type'] === 'object' && isObject(value['properties'])
    ? { ...value, additionalProperties: false }
    : value;

const isDateTime = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text) &&
  !Number.isNaN(Date.parse(text));
