import { mailchimp } from '../../lib/destinations/mailchimp.ts';
import { type Mailchimp, simulateMailchimp } from '../simulators/mailchimp.ts';
import type { MailchimpOptions } from '../simulators/mailchimp-audience.ts';
import type { Case, Table } from './table.ts';

const AUDIENCE = 'a1b2c3d4e5';
const GROUPS: Readonly<Record<string, string>> = {
  'acme/newsletter': '9143cf3bd1',
  'acme/offers': '3a2a927344',
  'acme/surveys': '4d5e6f7a8b',
};
const WHOLE: Readonly<Record<string, string>> = {
  'acme/newsletter': 'b1b2c3d4e5',
  'acme/offers': 'c1b2c3d4e5',
  'acme/surveys': 'd1b2c3d4e5',
};

/** Each lacks what stands for surveys, and the audience has a group that no topic maps. */
const ACCOUNT: MailchimpOptions = {
  audiences: { [AUDIENCE]: ['9143cf3bd1', '3a2a927344', 'f9f8482517'], b1b2c3d4e5: [], c1b2c3d4e5: [] },
};

/** What the two ways of mapping have in common. `placeOf`: where a topic stands, `audience` or `audience/group`. */
const caseOf = (
  simulator: Mailchimp,
  placeOf: (topic: string) => string,
): Omit<Case, 'settings' | 'lacking' | 'enter'> => ({
  ...{ destination: mailchimp, simulator, secret: simulator.secret, channels: ['email'] },
  permitted: ({ email }, topic, channel) =>
    simulator.permitted({ identifier: email, topic: placeOf(topic), channel }),
  already: ({ email }, topic) => simulator.join(placeOf(topic), email),
  held: ({ email }) =>
    ['acme/newsletter', 'acme/offers'].some((topic) =>
      simulator.memberOf(placeOf(topic).split('/')[0] ?? '', email),
    ),
  ...{ unknown: 'delivered', refusedOnce: 'failed http-401' },
  refusal: {
    cause: () => simulator.fail({ status: 403, body: { title: 'User Disabled', detail: 'ada@example.com' } }),
    outcome: 'failed user-disabled',
  },
  hidden: {
    cause: () => simulator.fail({ status: 200, body: '<html>' }),
    outcome: 'retry unreadable-reply',
  },
  report: ({ url, who, topic, occurredAt, spoilt }) =>
    simulator.notify({
      ...{ url, type: 'unsubscribe', occurredAt, spoilt },
      data: {
        ...{ action: 'unsub', reason: 'manual', email: who.email },
        list_id: placeOf(topic).split('/')[0] ?? '',
      },
    }),
  unproved: ['body', 'age'],
});

const inGroups = (title: string, options: MailchimpOptions, lacking: string): Table => ({
  title,
  make: () => {
    const simulator = simulateMailchimp({ ...ACCOUNT, ...options });
    return {
      ...caseOf(simulator, (topic) => `${AUDIENCE}/${GROUPS[topic]}`),
      ...{ lacking, untold: ['topic'] },
      settings: (topics) => ({
        audiences: { [AUDIENCE]: Object.fromEntries(topics.map((topic) => [topic, GROUPS[topic]])) },
        evidence: { 'acme/newsletter': 'NEWSSRC' },
      }),
      enter: ({ email }) => simulator.enter(AUDIENCE, email, 'subscribed'),
      evidence: {
        of: ({ email }) => {
          const member = simulator.memberOf(AUDIENCE, email);
          return `${member?.merges.get('NEWSSRC')} ${member?.optedInAt}`;
        },
        holds: ['time', 'source', 'notice', 'basis'],
      },
    };
  },
});

/** The vendor knows everybody, and has subscribed nobody. */
const asAWhole: Table = {
  title: 'mailchimp, an audience for each topic',
  make: () => {
    const simulator = simulateMailchimp(ACCOUNT);
    return {
      ...caseOf(simulator, (topic) => WHOLE[topic] ?? ''),
      lacking: 'failed resource-not-found',
      settings: (topics) => ({
        audiences: Object.fromEntries(topics.map((topic) => [WHOLE[topic], topic])),
      }),
      enter: ({ email }) => {
        for (const audience of ['b1b2c3d4e5', 'c1b2c3d4e5'])
          simulator.enter(audience, email, 'transactional');
      },
    };
  },
};

export const tables: readonly Table[] = [
  inGroups('mailchimp, a group for each topic', {}, 'failed invalid-resource'),
  inGroups('mailchimp that passes over groups it lacks', { lackedGroups: 'ignored' }, 'failed no-such-group'),
  asAWhole,
];
