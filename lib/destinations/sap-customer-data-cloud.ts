import * as z from 'zod';
import { defineDestination } from './destination.ts';
import { claims, DIGEST, keysUrl, learnFrom, tokenOf } from './sap-customer-data-cloud/notices.ts';
import { tell } from './sap-customer-data-cloud/plan.ts';
import { interpret } from './sap-customer-data-cloud/replies.ts';
import { Settings } from './sap-customer-data-cloud/settings.ts';

/** Tells the accounts that exist, whose people log in with them; nobody is registered for a preference. */
export const sapCustomerDataCloud = defineDestination({
  id: 'sap-customer-data-cloud',
  title: 'SAP Customer Data Cloud',
  kind: 'state',
  identifiedBy: ['sap-customer-data-cloud', 'email'],
  channels: ['email', 'sms', 'phone', 'push', 'post'],
  limits: { perSecond: 5, concurrency: 3, batch: 1, settleAfter: 60 },
  impact: 'profiles say yes to what people have withdrawn, and every system that reads them believes it',
  settings: Settings,
  secret: z.object({
    /** Of an application that may search, read and write accounts. */
    userKey: z.string().min(1),
    secret: z.string().min(1),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ dataCenter }) =>
    dataCenter === 'cn1' ? 'https://accounts.cn1.gigya-api.cn' : `https://accounts.${dataCenter}.gigya.com`,
  auth: { kind: 'fields', fields: ({ userKey, secret }) => ({ userKey, secret }) },
  translate: tell,
  interpret,
  receive: {
    signature: { kind: 'jwt', token: tokenOf, keysUrl, claims, tolerance: 300, digest: DIGEST },
    changes: learnFrom,
  },
});
