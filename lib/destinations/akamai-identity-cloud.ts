import * as z from 'zod';
import { learnFrom } from './akamai-identity-cloud/notices.ts';
import { expired, interpret } from './akamai-identity-cloud/replies.ts';
import { Settings } from './akamai-identity-cloud/settings.ts';
import { tell } from './akamai-identity-cloud/tell.ts';
import { defineDestination } from './destination.ts';

/**
 * Seconds: a notice that nobody took is sent again until a day and an hour later. One that is repeated by somebody else
 * has Heed look at the record, and no more:
 * https://techdocs.akamai.com/identity-cloud/docs/schedule-redelivery-for-a-failed-event
 */
const RETRIED_FOR = 26 * 3600;

/** Records of people who can log in; nobody is registered for a preference. Ends in 2027. */
export const akamaiIdentityCloud = defineDestination({
  id: 'akamai-identity-cloud',
  title: 'Akamai Identity Cloud (Janrain)',
  kind: 'state',
  identifiedBy: ['akamai-identity-cloud', 'email'],
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  limits: { perSecond: 5, concurrency: 2, batch: 1, settleAfter: 30 },
  impact: 'profiles say yes to what people have withdrawn, and every system that reads them believes it',
  settings: Settings,
  secret: z.object({
    /** Of an API client that may read and write entities of this type. */
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ host }) => `https://${host}`,
  auth: {
    kind: 'basic',
    credentials: ({ clientId, clientSecret }) => ({ user: clientId, password: clientSecret }),
  },
  translate: tell,
  interpret,
  expired,
  receive: {
    signature: {
      kind: 'jwt',
      token: ({ body }) => body,
      keysUrl: ({ webhook }) => webhook?.keys ?? '',
      /** An issuer that is not set equals none: every notice is refused. */
      claims: ({ webhook }) => ({ iss: webhook?.issuer ?? '' }),
      tolerance: RETRIED_FOR,
    },
    body: 'jwt',
    changes: learnFrom,
  },
});
