import { isBuiltin, register } from 'node:module';

const hooks = `
export const resolve = (specifier, context, next) =>
  specifier === 'node:sqlite'
    ? { url: 'data:text/javascript,export class DatabaseSync {}', shortCircuit: true }
    : next(specifier, context);
`;

/**
 * fauxqs 2 imports `node:sqlite` for a persistence that Heed never turns on, and Node has that module only from
 * 22.5. On older ones an empty class stands in for it; elsewhere this does nothing.
 */
export const standInForSqlite = (): void => {
  if (!isBuiltin('node:sqlite')) register(`data:text/javascript,${encodeURIComponent(hooks)}`);
};
