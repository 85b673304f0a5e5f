/** Makes something once, when it is first asked for. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** An environment variable the stack sets. */
export function env(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

/**
 * The handler of a Lambda function. Composed while the function starts, where Lambda gives the most processor; anywhere
 * else importing it composes nothing.
 */
export function onLambda<A extends readonly unknown[], R>(make: () => (...args: A) => R): (...args: A) => R {
  const handler = once(make);
  if (process.env['AWS_LAMBDA_FUNCTION_NAME'] !== undefined) handler();
  return (...args) => handler()(...args);
}
