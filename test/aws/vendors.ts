import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import config from '../../heed.config.ts';
import { simulateHubspot } from '../simulators/hubspot.ts';
import { simulateSalesforce } from '../simulators/salesforce.ts';
import type { Question, Simulator } from '../simulators/simulator.ts';
import { simulateWebhook } from '../simulators/webhook.ts';

/** A person as the vendors know them. */
export interface Customer {
  readonly subject: string;
  readonly email: string;
}

/** One simulated vendor, asked in Heed's words. */
export interface Vendor {
  readonly id: string;
  readonly simulator: Simulator;
  readonly secret: () => object;
  /** Would it send this person e-mail on this topic? undefined: it was never told. */
  readonly mails: (customer: Customer, topic: string) => boolean | undefined;
}

const settingsOf = (id: string): unknown => config.destinations[id]?.settings;

const subscriptions = z.looseObject({ subscriptions: z.record(z.string(), z.number()) });
const purposes = z.looseObject({ topics: z.record(z.string(), z.string()) });

const vendor = (
  id: string,
  simulator: Simulator & { readonly secret: () => object },
  question: (customer: Customer, topic: string) => Question,
): Vendor => ({
  id,
  simulator,
  secret: simulator.secret,
  mails: (customer, topic) => simulator.permitted(question(customer, topic)),
});

const hubspot = (): Vendor => {
  const types = subscriptions.parse(settingsOf('hubspot')).subscriptions;
  return vendor('hubspot', simulateHubspot(), ({ email }, topic) => ({
    identifier: email,
    topic: String(types[topic]),
    channel: 'EMAIL',
  }));
};

const salesforce = (): Vendor => {
  const { topics } = purposes.parse(settingsOf('salesforce'));
  return vendor('salesforce', simulateSalesforce({ everyoneIsKnown: true }), ({ email }, topic) => ({
    identifier: email,
    topic: topics[topic] ?? '',
    channel: 'Email',
  }));
};

const webhook = (): Vendor =>
  vendor('webhook', simulateWebhook(), ({ subject }, topic) => ({
    identifier: subject,
    topic,
    channel: 'email',
  }));

const VENDORS = { hubspot, salesforce, webhook };

/** The destinations that the scenario knows the words of. */
export const KNOWN = ['hubspot', 'salesforce', 'webhook'] as const;

/** Starts a simulator for each destination and gives Heed the credentials it wants. */
export const startVendors = async (secretPrefix: string): Promise<readonly Vendor[]> => {
  const vendors = KNOWN.map((id) => VENDORS[id]());
  const client = new SecretsManagerClient({});
  for (const { id, simulator, secret } of vendors) {
    await simulator.start();
    const SecretString = JSON.stringify(secret());
    await client.send(new PutSecretValueCommand({ SecretId: `${secretPrefix}${id}`, SecretString }));
  }
  return vendors;
};
