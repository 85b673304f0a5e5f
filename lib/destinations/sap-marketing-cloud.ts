import * as z from 'zod';
import { defineDestination } from './destination.ts';
import { pointsOf, tellPoints } from './sap-marketing-cloud/plan.ts';
import { interpret } from './sap-marketing-cloud/replies.ts';
import { Settings } from './sap-marketing-cloud/settings.ts';

/** Permissions of addresses and numbers, by marketing area and medium. */
export const sapMarketingCloud = defineDestination({
  id: 'sap-marketing-cloud',
  title: 'SAP Marketing Cloud',
  kind: 'state',
  identifiedBy: ['email', 'phone'],
  channels: ['email', 'sms', 'phone'],
  limits: { perSecond: 5, concurrency: 2, batch: 1, settleAfter: 300 },
  impact: 'people keep getting campaigns from SAP Marketing Cloud after they withdrew',
  settings: Settings,
  secret: z.object({
    /** A communication user of the arrangement SAP_COM_0207. */
    user: z.string().min(1),
    password: z.string().min(1),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ host, serviceVersion }) => `${host}/sap/opu/odata/sap/API_MKT_CONTACT_SRV;v=${serviceVersion}`,
  auth: { kind: 'basic', credentials: ({ user, password }) => ({ user, password }) },
  translate: (delivery, settings) => tellPoints(pointsOf({ delivery, settings })),
  interpret,
});
