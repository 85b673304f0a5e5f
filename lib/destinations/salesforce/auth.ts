import * as z from 'zod';
import type { Auth } from '../destination.ts';

/** A client secret, or a certificate's private key and the user to run as. */
export const Secret = z.union([
  z.object({
    clientId: z.string().min(1),
    username: z.string().min(1).describe('User to run as.'),
    privateKey: z.string().min(1).describe('PEM of the key whose certificate the app holds.'),
    audience: z
      .url()
      .default('https://login.salesforce.com')
      .describe('Where the user logs in; https://test.salesforce.com for a sandbox.'),
  }),
  z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
]);
type Secret = z.output<typeof Secret>;

const URL = '/services/oauth2/token';

/** The reply names no lifetime: a token is used until it is refused. */
const LIFETIME = 3600;

/** How long an assertion lives, seconds; more may be refused: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm */
const ASSERTED = 180;

export const auth: Auth<Secret> = {
  kind: 'by-secret',
  choose: (secret) =>
    'privateKey' in secret
      ? {
          kind: 'jwt-bearer',
          lifetime: LIFETIME,
          token: () => ({
            url: URL,
            assertion: {
              claims: { iss: secret.clientId, sub: secret.username, aud: secret.audience },
              key: secret.privateKey,
              lifetime: ASSERTED,
            },
          }),
        }
      : {
          kind: 'oauth-client-credentials',
          lifetime: LIFETIME,
          token: () => ({
            url: URL,
            form: { client_id: secret.clientId, client_secret: secret.clientSecret },
          }),
        },
};
