import { simulateAcoustic } from './acoustic-campaign.ts';
import { simulateAkamaiIdentityCloud } from './akamai-identity-cloud.ts';
import { simulateAmplitude } from './amplitude.ts';
import { simulateBraze } from './braze.ts';
import { simulateCustomerIo } from './customer-io.ts';
import { simulateDatabricks } from './databricks.ts';
import { simulateDynamics } from './dynamics.ts';
import { simulateEloqua } from './eloqua.ts';
import { simulateEventBus } from './eventbridge-bus.ts';
import { simulateHubspot } from './hubspot.ts';
import { simulateIterable } from './iterable.ts';
import { simulateKlaviyo } from './klaviyo.ts';
import { simulateLoginradius } from './loginradius.ts';
import { simulateMailchimp } from './mailchimp.ts';
import { simulateMarketo } from './marketo.ts';
import { simulateMparticle } from './mparticle.ts';
import { simulateOutsystems } from './outsystems.ts';
import { simulatePagerduty } from './pagerduty.ts';
import { simulatePendo } from './pendo.ts';
import { simulateQuickBase } from './quick-base.ts';
import { simulateResponsys } from './responsys.ts';
import { simulateSalesforce } from './salesforce.ts';
import { simulateSapCustomerDataCloud } from './sap-customer-data-cloud.ts';
import { simulateSapEmarsys } from './sap-emarsys.ts';
import { simulateSapMarketingCloud } from './sap-marketing-cloud.ts';
import { simulateSapSalesCloud } from './sap-sales-cloud.ts';
import { simulateSegment } from './segment.ts';
import { simulateSendgrid } from './sendgrid.ts';
import { simulateSes } from './ses.ts';
import { simulateSfmc } from './sfmc.ts';
import type { Simulator } from './simulator.ts';
import { simulateSnowflake } from './snowflake.ts';
import { simulateWebhook } from './webhook.ts';
import { simulateWorkato } from './workato.ts';

/** A vendor to stand in for a destination, and what Heed must have to be heard by it. */
export type StandIn = Simulator & { readonly secret: () => unknown };

/** A simulator of every destination, by id. */
export const simulators: Readonly<Record<string, () => StandIn>> = {
  'acoustic-campaign': () => simulateAcoustic({ everyoneIsKnown: true }),
  'akamai-identity-cloud': () => simulateAkamaiIdentityCloud({ everyoneIsKnown: true }),
  amplitude: () => simulateAmplitude(),
  braze: () => simulateBraze({ everyoneIsKnown: true }),
  'customer-io': () => simulateCustomerIo(),
  databricks: () => simulateDatabricks({ questions: 0 }),
  dynamics: () => simulateDynamics(),
  eloqua: () => simulateEloqua({ everyoneIsKnown: true }),
  'eventbridge-bus': () => simulateEventBus(),
  hubspot: () => simulateHubspot(),
  iterable: () => simulateIterable(),
  klaviyo: () => simulateKlaviyo(),
  loginradius: () => simulateLoginradius({ everyoneIsKnown: true }),
  mailchimp: () => simulateMailchimp(),
  marketo: () => simulateMarketo({ everyoneIsKnown: true }),
  mparticle: () => simulateMparticle(),
  outsystems: () => simulateOutsystems(),
  pagerduty: () => simulatePagerduty(),
  pendo: () => simulatePendo({ everyoneIsKnown: true }),
  'quick-base': () => simulateQuickBase(),
  responsys: () => simulateResponsys({ everyoneIsKnown: true }),
  salesforce: () => simulateSalesforce({ everyoneIsKnown: true }),
  'sap-customer-data-cloud': () => simulateSapCustomerDataCloud({ everyoneIsKnown: true }),
  'sap-emarsys': () => simulateSapEmarsys({ everyoneIsKnown: true }),
  'sap-marketing-cloud': () => simulateSapMarketingCloud(),
  'sap-sales-cloud': () => simulateSapSalesCloud({ everyoneIsKnown: true }),
  segment: () => simulateSegment(),
  sendgrid: () => simulateSendgrid(),
  ses: () => simulateSes(),
  sfmc: () => simulateSfmc({ dataExtension: 'heed-consents' }),
  snowflake: () => simulateSnowflake({ questions: 0 }),
  webhook: () => simulateWebhook(),
  workato: () => simulateWorkato(),
};
