import { acousticCampaign } from './acoustic-campaign.ts';
import { akamaiIdentityCloud } from './akamai-identity-cloud.ts';
import { amplitude } from './amplitude.ts';
import { braze } from './braze.ts';
import { customerIo } from './customer-io.ts';
import { databricks } from './databricks.ts';
import type { Destination } from './destination.ts';
import { dynamics } from './dynamics.ts';
import { eloqua } from './eloqua.ts';
import { eventbridgeBus } from './eventbridge-bus.ts';
import { hubspot } from './hubspot.ts';
import { iterable } from './iterable.ts';
import { klaviyo } from './klaviyo.ts';
import { loginradius } from './loginradius.ts';
import { mailchimp } from './mailchimp.ts';
import { marketo } from './marketo.ts';
import { mparticle } from './mparticle.ts';
import { outsystems } from './outsystems.ts';
import { pagerduty } from './pagerduty.ts';
import { pendo } from './pendo.ts';
import { quickBase } from './quick-base.ts';
import { responsys } from './responsys.ts';
import { salesforce } from './salesforce.ts';
import { sapCustomerDataCloud } from './sap-customer-data-cloud.ts';
import { sapEmarsys } from './sap-emarsys.ts';
import { sapMarketingCloud } from './sap-marketing-cloud.ts';
import { sapSalesCloud } from './sap-sales-cloud.ts';
import { segment } from './segment.ts';
import { sendgrid } from './sendgrid.ts';
import { ses } from './ses.ts';
import { sfmc } from './sfmc.ts';
import { snowflake } from './snowflake.ts';
import { webhook } from './webhook.ts';
import { workato } from './workato.ts';

/** Every destination there is, by id. */
export const destinations: Readonly<Record<string, Destination>> = {
  'acoustic-campaign': acousticCampaign,
  'akamai-identity-cloud': akamaiIdentityCloud,
  amplitude,
  braze,
  'customer-io': customerIo,
  databricks,
  dynamics,
  eloqua,
  'eventbridge-bus': eventbridgeBus,
  hubspot,
  iterable,
  klaviyo,
  loginradius,
  mailchimp,
  marketo,
  mparticle,
  outsystems,
  pagerduty,
  pendo,
  'quick-base': quickBase,
  responsys,
  salesforce,
  'sap-customer-data-cloud': sapCustomerDataCloud,
  'sap-emarsys': sapEmarsys,
  'sap-marketing-cloud': sapMarketingCloud,
  'sap-sales-cloud': sapSalesCloud,
  segment,
  sendgrid,
  ses,
  sfmc,
  snowflake,
  webhook,
  workato,
};
