import * as z from 'zod';

/**
 * Keys of vendors that sign nothing and repeat one with each notice: too long to be guessed, and of characters that a path,
 * a header and a password hold alike. Newest first, so that the old and the new one count while they rotate. Without one
 * every notice is refused.
 */
export const RepeatedKeys = z
  .array(
    z.string().regex(/^[A-Za-z0-9_-]{20,200}$/, 'must be 20 to 200 letters, digits, hyphens and underscores'),
  )
  .max(5)
  .default([]);
