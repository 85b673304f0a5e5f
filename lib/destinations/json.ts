/*
 * For replies that are read at every delivery: looks at what the vendor sent without copying it, as a schema would.
 */

/** A JSON object, of which nothing else is known. */
export type Json = Readonly<Record<string, unknown>>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects in a list; undefined where it is no list, or holds something else. */
export const objectsIn = (list: unknown): readonly Json[] | undefined =>
  Array.isArray(list) && list.every(isJson) ? list : undefined;

export const textIn = (object: Json, name: string): string | undefined => {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
};
