import * as z from 'zod';

/** How many of something stand on a page, as a query parameter; 50 where it is left out. */
export function pageLimit(what: string, most = 200) {
  const range = `a number from 1 to ${most}`;
  return z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/, range)
    .transform(Number)
    .refine((limit) => limit <= most, range)
    .default(50)
    .describe(`${what} on the page, 1 to ${most}; 50 where it is left out.`);
}

/** The number of a version as a query parameter. */
export const versionNumber = () =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,9}$/, 'the number of a version')
    .transform(Number);
