import * as z from 'zod';

/** Who is behind a destination: what Article 30 of the GDPR wants on record, and people may ask for (15, 19). */
export const Recipient = z.strictObject({
  name: z.string().min(1),
  /** Id of a declared purpose, or a sentence. */
  purpose: z.string().min(1),
  role: z.enum(['processor', 'controller', 'joint']),
  /** Where it keeps the data. */
  country: z.string().regex(/^[A-Z]{2}$/, 'a country is two capitals (ISO 3166-1 alpha-2), such as DE'),
  /** An e-mail address or a page. */
  contact: z.union([z.email(), z.url()], 'a contact is an e-mail address or a page (https://…)'),
  /** Categories of personal data, where the mapping does not tell. */
  data: z.array(z.string().min(1)).min(1).exactOptional(),
  /** ISO 8601 duration. */
  retention: z.string().regex(/^P/, 'an ISO 8601 duration such as P3Y').exactOptional(),
  /** What a transfer to a third country rests on. */
  safeguards: z.string().min(1).exactOptional(),
});
export type Recipient = z.output<typeof Recipient>;

interface Declared {
  readonly purposes: Readonly<Record<string, unknown>>;
  readonly destinations: Readonly<Record<string, { readonly recipient?: Recipient | undefined }>>;
}

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** What would leave a recipient without a purpose or in no country. */
export function recipientFaults({ purposes, destinations }: Declared): readonly string[] {
  return Object.entries(destinations).flatMap(([id, { recipient }]) => {
    if (!recipient) return [];
    const { purpose, country } = recipient;
    const known = Object.hasOwn(purposes, purpose) || /\s/.test(purpose);
    return [
      ...(known
        ? []
        : [`destinations.${id}.recipient: no purpose ${purpose} is declared; name one, or write a sentence`]),
      ...(regions.of(country) === undefined
        ? [`destinations.${id}.recipient: there is no country ${country}`]
        : []),
    ];
  });
}
