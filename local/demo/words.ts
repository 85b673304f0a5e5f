import * as z from 'zod';
import type { HeedConfig } from '../../lib/config.ts';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { salesforce } from '../../lib/destinations/salesforce.ts';

/** What a simulator says of one person, topic and channel, in its vendor's words. */
export const Fact = z.object({
  identifier: z.string(),
  topic: z.string(),
  channel: z.string(),
  permitted: z.boolean(),
});
export type Fact = z.output<typeof Fact>;

/** How a vendor calls a topic and channel; undefined where it has no word for them. */
export type Words = (topic: string, channel: string) => Pick<Fact, 'topic' | 'channel'> | undefined;

export interface Dictionary {
  /** By what it knows people. */
  readonly by: 'subject' | 'email';
  readonly words: Words;
}

/** The vendors' own words for what the configuration maps, by destination. */
export function dictionaries({ destinations }: HeedConfig): Readonly<Record<string, Dictionary>> {
  const { subscriptions } = hubspot.settings.parse(
    destinations['hubspot']?.settings ?? { subscriptions: {} },
  );
  const crm = salesforce.settings.parse(destinations['salesforce']?.settings ?? NO_ORG);
  return {
    webhook: { by: 'subject', words: (topic, channel) => ({ topic, channel }) },
    hubspot: {
      by: 'email',
      words: (topic, channel) => {
        const id = subscriptions[topic];
        return id === undefined || channel !== 'email' ? undefined : { topic: String(id), channel: 'EMAIL' };
      },
    },
    salesforce: {
      by: 'email',
      words: (topic, channel) => {
        const purpose = crm.topics[topic];
        const point = crm.channels[channel];
        return purpose && point && { topic: purpose.dataUsePurposeId ?? purpose.name, channel: point.type };
      },
    },
  };
}

const NO_ORG = { instanceUrl: 'https://none.example', topics: {} };
