import { MAX_CHOICES } from '../domain/bounds.ts';
import type { ChangeBody } from '../domain/change.ts';
import type { Fault, Refusal } from '../domain/refusal.ts';
import type { HttpResponse } from './message.ts';

/** Every problem there is: its stable name, status and title. `type` is `/problems/<name>`. */
export const problems = {
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'invalid-query': { status: 400, title: 'A query parameter is missing or malformed' },
  'invalid-header': { status: 400, title: 'A header is malformed' },
  'missing-token': { status: 401, title: 'A bearer token is needed' },
  'invalid-token': { status: 401, title: 'The bearer token is not valid' },
  'invalid-signature': { status: 401, title: 'The signature is not valid' },
  'insufficient-scope': { status: 403, title: 'The token lacks the scope' },
  'wrong-purpose': { status: 403, title: 'The token was made for another purpose' },
  'wrong-subject': { status: 403, title: 'The token was made for another subject' },
  'forbidden-source': { status: 403, title: 'The caller may not say this' },
  'second-person': { status: 403, title: 'It takes a second person' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'unknown-destination': { status: 404, title: 'No such destination takes notices' },
  'grant-decided': { status: 409, title: 'The audit grant is not open any more' },
  erasing: { status: 409, title: 'The subject is being erased' },
  'on-hold': { status: 409, title: 'A legal hold forbids it' },
  'version-conflict': { status: 412, title: 'The record has another version' },
  'too-large': { status: 413, title: 'Too large' },
  'pack-too-large': { status: 413, title: 'The pack does not fit into an answer' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON' },
  'invalid-subject': { status: 422, title: 'The subject is not an opaque id' },
  suppressed: { status: 422, title: 'The identifier was erased' },
  'invalid-change': { status: 422, title: 'The change is not valid' },
  'invalid-request': { status: 422, title: 'The request is not valid' },
  'invalid-notice': { status: 422, title: 'The notice is not valid' },
  'idempotency-mismatch': { status: 422, title: 'The Idempotency-Key was used for something else' },
  unexpected: { status: 500, title: 'Something went wrong here' },
  busy: { status: 503, title: 'Busy: try again' },
} as const;

export type ProblemType = keyof typeof problems;

export interface ProblemDetails {
  readonly detail?: string;
  readonly errors?: readonly Fault[];
  /** Withdrawals that were not stored, ready to be posted on their own. */
  readonly withdrawals?: ChangeBody;
  readonly version?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An RFC 9457 problem document. */
export function problem(type: ProblemType, details: ProblemDetails = {}): HttpResponse {
  const { status, title } = problems[type];
  const { errors, withdrawals, version, headers } = details;
  const detail = detailOf(details);
  const document = {
    type: `/problems/${type}`,
    title,
    status,
    ...(detail !== undefined && { detail }),
    ...(errors && {
      errors: errors.map(({ path, message }) => ({ path: redacted(path), message: redacted(message) })),
    }),
    ...(withdrawals && { withdrawals }),
    ...(version !== undefined && { version }),
  };
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...CHALLENGE[type],
      ...headers,
    },
    body: JSON.stringify(document),
  };
}

/** What is said beside the title: that withdrawals were lost with the rest is never left to be noticed. */
function detailOf({ detail, withdrawals }: ProblemDetails): string | undefined {
  if (!withdrawals) return detail;
  const many = (withdrawals.choices?.length ?? 0) > MAX_CHOICES;
  const how = many ? `in changes of at most ${MAX_CHOICES}` : 'as they stand here';
  const lost = `The withdrawals in it were not stored either: post them ${how}.`;
  return detail === undefined ? lost : `${detail} ${lost}`;
}

/** Headers that the status obliges to: RFC 9110 wants a challenge with every 401, a caller a time with 503. */
const CHALLENGE: Partial<Record<ProblemType, Readonly<Record<string, string>>>> = {
  'missing-token': { 'www-authenticate': 'Bearer realm="heed"' },
  'invalid-token': { 'www-authenticate': 'Bearer realm="heed", error="invalid_token"' },
  'invalid-signature': { 'www-authenticate': 'Signature realm="heed"' },
  busy: { 'retry-after': '1' },
};

/** Without what looks like an address: a caller may have put one where a name belongs. */
export const redacted = (text: string): string =>
  text.replace(/[^\s.]*@\S*/g, '…').replace(/\+?\d{7,}/g, '…');

/** A refusal of the domain, as a problem. */
export const refused = ({ type, ...details }: Refusal): HttpResponse => problem(type, details);
