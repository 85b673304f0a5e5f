import * as z from 'zod';
import type { Auth } from '../destination.ts';

const previousClientSecrets = z
  .array(z.string().min(1))
  .max(5)
  .default([])
  .describe('Those before it, newest first: notices under them are taken as long as they stand here.');

/** The token of a private app, or what a public app was given when it was installed. */
export const Secret = z.union([
  z.object({
    token: z.string().min(1).describe('Access token of a private app.'),
    clientSecret: z
      .string()
      .min(1)
      .optional()
      .describe('Of the app whose webhooks report unsubscribes. Without it every notice is refused.'),
    previousClientSecrets,
  }),
  z.object({
    clientId: z.string().min(1).describe('Of a public app.'),
    clientSecret: z.string().min(1).describe('Of that app; it also signs its webhooks.'),
    previousClientSecrets,
    refreshToken: z.string().min(1).describe('Given to the app when it was installed in the account.'),
  }),
]);
type Secret = z.output<typeof Secret>;

/** Version 1 of this address goes in February 2027. */
const URL = '/oauth/2026-03/token';

export const auth: Auth<Secret> = {
  kind: 'by-secret',
  choose: (secret) =>
    'token' in secret
      ? { kind: 'bearer', token: () => secret.token }
      : {
          kind: 'oauth-refresh-token',
          lifetime: 1800,
          token: () => ({
            url: URL,
            form: {
              client_id: secret.clientId,
              client_secret: secret.clientSecret,
              refresh_token: secret.refreshToken,
            },
          }),
        },
};
