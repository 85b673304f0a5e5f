import * as z from 'zod';

const LOOKS_LIKE_PHONE = /^\+?[0-9][0-9 ().-]{6,18}[0-9]$/;

/** An opaque id. What looks like an e-mail address or a phone number is refused, so that no address becomes a key. */
export const Subject = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, 'a subject is 1 to 128 characters of A–Z a–z 0–9 . _ : -')
  .refine(
    (value) => !LOOKS_LIKE_PHONE.test(value),
    'a subject must be an opaque id; this looks like a phone number',
  )
  .describe('Opaque id of a person, 1 to 128 of A–Z a–z 0–9 . _ : -; never an address or a phone number.');
