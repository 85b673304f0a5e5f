/** Where a person's link leads, by what its token was made for. */
const PAGES = { preferences: 'p', unsubscribe: 'u', confirm: 'c' } as const;

/** What a link may be for; `access` tokens are for no page. */
export type LinkPurpose = keyof typeof PAGES;

/** The address of a token's page. `publicUrl` is where people reach Heed, without a slash at the end. */
export const linkTo = (publicUrl: string, purpose: LinkPurpose, token: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/${PAGES[purpose]}/${token}`;

/** The key and value that a one-click request carries, as the header names it. */
export const ONE_CLICK = { name: 'List-Unsubscribe', value: 'One-Click' } as const;

/** Header fields of a message, by name. */
export interface OneClickHeaders {
  readonly 'List-Unsubscribe': string;
  readonly 'List-Unsubscribe-Post': string;
}

export interface Unsubscribing {
  /** Address of an `unsubscribe` token's page: `https://…/u/<token>`. It alone says who leaves which list. */
  readonly link: string;
  /** A `mailto:` address for mail programs that know no other way. Whoever sends the message reads what comes there. */
  readonly mailto?: string | undefined;
}

/**
 * The two header fields by which a mail program offers one-click unsubscribing (RFC 8058, section 3.1:
 * https://www.rfc-editor.org/rfc/rfc8058): one `List-Unsubscribe` with exactly one HTTPS address, and one
 * `List-Unsubscribe-Post`. The message needs a valid DKIM signature that covers both fields (both in its `h=`), or mail
 * programs offer nothing; whoever signs the message has to see to that. The address cannot be folded: a program that
 * breaks long lines may do so after the comma only.
 */
export const oneClickHeaders = ({ link, mailto }: Unsubscribing): OneClickHeaders => ({
  'List-Unsubscribe': mailto === undefined ? `<${link}>` : `<${link}>, <${mailto}>`,
  'List-Unsubscribe-Post': `${ONE_CLICK.name}=${ONE_CLICK.value}`,
});
