import * as z from 'zod';
import { defineWebhook, Keys, Topics, Url } from './webhook/preset.ts';

/** A method of a REST API that an OutSystems app exposes: https://success.outsystems.com/documentation/11/integration_with_external_systems/rest/expose_rest_apis/ */
export const outsystems = defineWebhook({
  id: 'outsystems',
  title: 'OutSystems',
  limits: { perSecond: 10, concurrency: 4, batch: 1, settleAfter: 0 },
  impact: 'the OutSystems app goes on with preferences that people have changed since',
  settings: z.strictObject({
    url: Url.describe(
      'The address of the method, such as https://acme.outsystemsenterprise.com/Preferences/rest/Heed/Changed.',
    ),
    topics: Topics,
  }),
  secret: z
    .object({
      user: z
        .string()
        .min(1)
        .optional()
        .describe('User of the app, where the API asks for Basic authentication.'),
      password: z.string().optional().describe('Password of that user.'),
      header: z
        .object({ name: z.string().regex(/^[A-Za-z0-9-]+$/), value: z.string().min(1) })
        .optional()
        .describe('A header that the app checks by itself in OnAuthentication, such as an API key.'),
      keys: Keys.default([]),
    })
    .refine(
      ({ user, password }) => (user === undefined) === (password === undefined),
      'a user needs a password',
    ),
  endpoint: ({ url }) => url.origin,
  path: ({ url }) => url.path,
  /** The platform reads JSON of this type alone into the input of a method. */
  contentType: 'application/json',
  proof: ({ user, password, header }) => ({
    ...(user !== undefined && {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    }),
    ...(header && { [header.name.toLowerCase()]: header.value }),
  }),
});
