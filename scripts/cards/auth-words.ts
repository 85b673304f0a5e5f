import type { Auth, Destination, Signature } from '../../lib/destinations/destination.ts';
import { fieldsOf } from './fields.ts';

const AUTH: Readonly<Record<Exclude<Auth<unknown>['kind'], 'by-secret'>, string>> = {
  bearer: 'a bearer token',
  basic: 'user and password with each request (basic)',
  header: 'a key in a header',
  fields: 'credentials beside what is said',
  'oauth-client-credentials': 'OAuth client credentials',
  'oauth-refresh-token': 'an OAuth refresh token',
  login: 'a session, after a login',
  'jwt-bearer': 'a signed assertion exchanged for a token (JWT bearer)',
  'key-pair-jwt': 'a JWT signed with a key pair',
  signed: 'a signature over each request',
  sigv4: 'AWS Signature Version 4',
};

/** The ways in which a destination proves who sends, by what its secret may hold. */
export function authWords(destination: Destination): string {
  const kinds = new Set(secretsFor(destination).flatMap((secret) => kindOf(destination.auth, secret)));
  return [...kinds].map((kind) => AUTH[kind]).join(', or ');
}

function kindOf(auth: Auth<unknown>, secret: unknown): readonly (keyof typeof AUTH)[] {
  if (auth.kind !== 'by-secret') return [auth.kind];
  try {
    return kindOf(auth.choose(secret), secret);
  } catch {
    return [];
  }
}

/** Secrets with what must be in them, with one more field each, and with everything. */
function secretsFor({ secret }: Destination): readonly Readonly<Record<string, string>>[] {
  const fields = fieldsOf(secret);
  const must = fields.filter(({ needed }) => needed);
  const more = fields.filter(({ needed }) => !needed);
  const filled = (some: typeof fields) => Object.fromEntries(some.map(({ name }) => [name, 'x']));
  return [must, ...more.map((one) => [...must, one]), fields].map(filled);
}

const SIGNATURES: Readonly<Record<Signature<unknown, unknown>['kind'], string>> = {
  hmac: 'notices signed by HMAC',
  ecdsa: 'notices signed by ECDSA',
  jwt: 'notices proved by a JWT',
  sns: 'notices through Amazon SNS',
  'shared-secret': 'notices that nobody signs, behind a secret of their own',
};

/** How a vendor's own unsubscribes come in. */
export function reportWords({ receive, poll }: Destination): string {
  const ways = [
    ...(receive ? [SIGNATURES[receive.signature.kind]] : []),
    ...(poll ? [`asked every ${poll.every} minutes`] : []),
  ];
  return ways.length > 0 ? ways.join('; ') : 'does not';
}
