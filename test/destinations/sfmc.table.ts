import { sfmc } from '../../lib/destinations/sfmc.ts';
import { type SfmcOptions, simulateSfmc } from '../simulators/sfmc.ts';
import type { Table } from './table.ts';

const LISTS: Readonly<Record<string, number>> = {
  'acme/newsletter': 4711,
  'acme/offers': 4712,
  'acme/surveys': 4713,
};

/** The account lacks list 4713, and has one that no topic maps. */
const UNIT: SfmcOptions = { lists: [4711, 4712, 4799], dataExtension: 'heed-consents', accountId: '1476456' };

const table = (title: string, more: object, keyIs: 'customer' | 'email' = 'customer'): Table => ({
  title,
  make: () => {
    const simulator = simulateSfmc(UNIT);
    const keyOf = (who: { readonly customer: string; readonly email: string }): string => who[keyIs];
    return {
      /** Where keys are addresses, a customer number finds nobody. */
      destination: keyIs === 'email' ? { ...sfmc, identifiedBy: ['email'] } : sfmc,
      ...{ simulator, secret: simulator.secret, channels: ['email'] },
      settings: (topics) => ({
        ...{ subdomain: 'mc-1', accountId: '1476456', subscriberKey: keyIs, globalLists: [4700] },
        lists: Object.fromEntries(topics.map((topic) => [topic, LISTS[topic]])),
        ...more,
      }),
      enter: (who) => simulator.enter({ key: keyOf(who), email: who.email }),
      permitted: (who, topic, channel) => {
        const answers = [who.customer, who.email].map((identifier) =>
          simulator.permitted({ identifier, topic: String(LISTS[topic]), channel }),
        );
        return answers.includes(true) || (answers.includes(false) ? false : undefined);
      },
      held: (who) => simulator.status(keyOf(who)) !== undefined,
      already: (who, topic) => simulator.subscribe(keyOf(who), LISTS[topic] ?? 0, 'Active'),
      ...{ unknown: 'delivered', refusedOnce: 'delivered', lacking: 'failed error-13005' },
      refusal: {
        cause: () => simulator.fail({ status: 403, body: { message: 'ada@example.com', errorcode: 3 } }),
        outcome: 'failed http-403',
      },
      hidden: {
        cause: () =>
          simulator.fail({
            ...{ status: 200, times: 1, headers: { 'content-type': 'text/xml' } },
            body: '<RetrieveResponseMsg><OverallStatus>Error: ada@example.com</OverallStatus></RetrieveResponseMsg>',
          }),
        outcome: 'retry search-failed',
      },
      batch: { people: 10, requests: 12 },
      ...('evidence' in more && {
        evidence: {
          of: (who, topic) =>
            JSON.stringify(
              simulator
                .rows()
                .find(({ keys }) => keys['SubscriberKey'] === keyOf(who) && keys['Topic'] === topic),
            ),
          holds: ['time', 'source', 'notice', 'basis'] as const,
        },
      }),
      report: ({ url, who, topic, occurredAt, spoilt }) => {
        const composite = {
          jobId: '1722201',
          batchId: '15607',
          listId: String(LISTS[topic]),
          subscriberId: '1',
        };
        const info = {
          to: who.email,
          domain: 'example.com',
          unsubscribeDate: occurredAt,
          unsubscribeMethod: 'Click',
        };
        const event = { eventCategoryType: 'EngagementEvents.EmailUnsubscribe', timestampUTC: occurredAt };
        return simulator.notify(url, [{ ...event, composite, info }], spoilt === 'age' ? undefined : spoilt);
      },
      unproved: ['age'],
      untold: ['customer'],
    };
  },
});

export const tables: readonly Table[] = [
  table('sfmc, with evidence in a data extension', { evidence: { dataExtension: 'heed-consents' } }),
  table('sfmc, whose subscriber keys are addresses', {}, 'email'),
];
