import * as z from 'zod';
import type { Completed } from './completed.ts';

/** Who answers for the processing, as GDPR 13(1)(a), ISO/IEC TS 27560 and Kantara's receipts want it said. */
export const Controller = z.strictObject({
  name: z.string().min(1),
  address: z.string().min(1),
  /** Whom to ask: a role or a name. */
  contact: z.string().min(1),
  email: z.email(),
  phone: z.string().min(1),
  /** What it is: `company`, `charity`, `public authority` … */
  type: z.string().min(1),
  url: z.url().exactOptional(),
});

export const Purpose = z.strictObject({
  title: z.string(),
  /** Its IRI in the W3C's Data Privacy Vocabulary: `https://w3id.org/dpv#DirectMarketing`. */
  type: z.url().exactOptional(),
  /** Id of a declared controller; only a name where none is declared. */
  controller: z.string(),
  /** ISO 8601 duration. */
  retention: z.string().regex(/^P/, 'an ISO 8601 duration such as P3Y'),
  /** Third parties that are told. */
  recipients: z.array(z.string()),
  jurisdiction: z.array(z.string()),
  /** Kinds of data that are processed for it: `e-mail address`. */
  personalData: z.array(z.string().min(1)).exactOptional(),
  /** Where that is kept. */
  storage: z.array(z.string().min(1)).exactOptional(),
});

/** Who declares controllers wants consent records: then everything that such a record has to say is needed. */
export function processingFaults({ controllers, purposes }: Completed): readonly string[] {
  if (!controllers) return [];
  return Object.entries(purposes).flatMap(
    ([id, { controller, personalData = [], storage = [], ...rest }]) => [
      ...(Object.hasOwn(controllers, controller)
        ? []
        : [`purposes.${id}: no controller ${controller} is declared`]),
      ...(personalData.length > 0 ? [] : [`purposes.${id}: a consent record needs its personalData`]),
      ...(storage.length > 0
        ? []
        : [`purposes.${id}: a consent record needs to say where data is kept (storage)`]),
      ...(rest.jurisdiction.length > 0 ? [] : [`purposes.${id}: a consent record needs its jurisdiction`]),
    ],
  );
}
