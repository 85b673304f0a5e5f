import * as z from 'zod';
import type { Auth } from '../destination.ts';

const User = { company: z.string().min(1), user: z.string().min(1), password: z.string().min(1) };
const Client = { clientId: z.string().min(1), clientSecret: z.string().min(1) };

/** One of three ways in; an `endpoint` beside it moves all requests. */
export const Secret = z.union([
  /** An app of AppCloud Developer that a user has authorised; `redirectUri`: the one it was registered with. */
  z.object({ ...Client, refreshToken: z.string().min(1), redirectUri: z.string().optional() }),
  /** Such an app, and a user of its own for Heed. */
  z.object({ ...Client, ...User }),
  /** A user alone, by Basic authentication. */
  z.object(User),
]);
export type Secret = z.output<typeof Secret>;

const TOKENS = 'https://login.eloqua.com/auth/oauth2/token';
/** An access token lives eight hours; one that was refused is fetched anew. */
const LIFETIME = 8 * 3600;

const nameOf = ({ company, user }: { readonly company: string; readonly user: string }): string =>
  `${company}\\${user}`;

function waysIn(secret: Secret): Auth<Secret> {
  if ('refreshToken' in secret) {
    const { clientId, clientSecret, refreshToken, redirectUri } = secret;
    const form = {
      refresh_token: refreshToken,
      scope: 'full',
      ...(redirectUri && { redirect_uri: redirectUri }),
    };
    const basic = { user: clientId, password: clientSecret };
    return { kind: 'oauth-refresh-token', lifetime: LIFETIME, token: () => ({ url: TOKENS, form, basic }) };
  }
  const { password } = secret;
  if ('clientId' in secret) {
    const form = { grant_type: 'password', scope: 'full', username: nameOf(secret), password };
    const basic = { user: secret.clientId, password: secret.clientSecret };
    return { kind: 'login', lifetime: LIFETIME, token: () => ({ url: TOKENS, form, basic }) };
  }
  return { kind: 'basic', credentials: () => ({ user: nameOf(secret), password }) };
}

export const auth: Auth<Secret> = { kind: 'by-secret', choose: waysIn };
