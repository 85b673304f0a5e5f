import type { Destination } from './destination.ts';
import { hubspot } from './hubspot.ts';
import { salesforce } from './salesforce.ts';
import { sendgrid } from './sendgrid.ts';
import { webhook } from './webhook.ts';

/** Every destination there is, by id. */
export const destinations: Readonly<Record<string, Destination>> = {
  hubspot,
  salesforce,
  sendgrid,
  webhook,
};
