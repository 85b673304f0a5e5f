import * as z from 'zod';

/** What the routes of auditors answer with, as schemas: for the API's description, and for tests that hold every answer to it. */

const Titled = z.strictObject({ id: z.string(), title: z.string() });

export const CatalogueAnswer = z.strictObject({
  topics: z.array(Titled),
  channels: z.array(z.string()),
  sources: z.array(Titled),
  identifiers: z.array(z.string()).describe('Kinds of identifiers.'),
  notices: z.array(z.string()).describe('`id/version`.'),
  destinations: z.array(Titled).describe('Those that are enabled.'),
});
