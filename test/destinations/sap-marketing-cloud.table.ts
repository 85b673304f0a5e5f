import { sapMarketingCloud } from '../../lib/destinations/sap-marketing-cloud.ts';
import { type MarketingCloudOptions, simulateSapMarketingCloud } from '../simulators/sap-marketing-cloud.ts';
import type { Person, Table } from './table.ts';

const AREAS: Readonly<Record<string, string>> = {
  'acme/newsletter': 'ACME_NEWS',
  'acme/offers': 'ACME_OFFERS',
  'acme/surveys': 'ACME_SURVEYS',
};
const MEDIA: Readonly<Record<string, { readonly medium: string; readonly origin: string }>> = {
  email: { medium: 'EMAIL', origin: 'EMAIL' },
  sms: { medium: 'SMS', origin: 'MOBILE' },
  phone: { medium: 'PHONE', origin: 'PHONE' },
};

/** The tenant lacks the area of surveys. */
const TENANT: MarketingCloudOptions = { areas: ['ACME_NEWS', 'ACME_OFFERS'] };

interface Shape {
  readonly options?: MarketingCloudOptions;
  readonly settings?: object;
  readonly unknown: string;
  readonly category?: string;
}

const table = (title: string, { options, settings, unknown, category }: Shape): Table => ({
  title,
  make: () => {
    const simulator = simulateSapMarketingCloud({ ...TENANT, ...options });
    const of = (who: Person, topic: string, channel: string) => ({
      ...{ origin: '', medium: '', ...MEDIA[channel], category, area: AREAS[topic] ?? '' },
      address: channel === 'email' ? who.email : who.phone,
    });
    const isOf = (who: Person, topic: string, channel: string) => {
      const { address, area, medium } = of(who, topic, channel);
      return (key: Readonly<Record<string, string>>): boolean =>
        key['ContactPermissionID'] === address &&
        key['MarketingArea'] === area &&
        key['CommunicationMedium'] === medium;
    };
    return {
      ...{ destination: sapMarketingCloud, simulator, secret: simulator.secret },
      channels: ['email', 'sms', 'phone'],
      settings: (topics) => ({
        host: 'https://my300000-api.s4hana.ondemand.com',
        topics: Object.fromEntries(
          topics.map((topic) => [topic, category ? { area: AREAS[topic], category } : AREAS[topic]]),
        ),
        ...settings,
      }),
      enter: ({ email, phone }) => {
        simulator.contact('EMAIL', email);
        for (const origin of ['MOBILE', 'PHONE']) simulator.contact(origin, phone);
      },
      permitted: (who, topic, channel) => {
        const { address, area, medium } = of(who, topic, channel);
        const asked = category ? `${area}/${category}` : area;
        return simulator.permitted({ identifier: address, topic: asked, channel: medium });
      },
      already: (who, topic, channel) => simulator.permit({ ...of(who, topic, channel), value: 'Y', at: 1 }),
      ...{ unknown, refusedOnce: 'failed http-401', lacking: 'failed CUAN_API-012' },
      refusal: {
        cause: () =>
          simulator.fail({
            status: 400,
            body: { error: { code: '/IWBEP/CX_MGW_BUSI_EXCEPTION', message: { value: 'ada@example.com' } } },
          }),
        outcome: 'failed IWBEP-CX_MGW_BUSI_EXCEPTION',
      },
      hidden: {
        cause: () =>
          simulator.fail({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }),
        outcome: 'retry unreadable-reply',
      },
      evidence: {
        of: (who, topic, channel) => simulator.notes().find(isOf(who, topic, channel))?.note,
        holds: ['time', 'source', 'notice', 'basis'],
      },
    };
  },
});

export const tables: readonly Table[] = [
  table('sap-marketing-cloud, where the newest permission counts', {
    ...{ unknown: 'delivered', options: { counts: 'newest' } },
  }),
  table('sap-marketing-cloud of an older version, whose contacts have to be there', {
    unknown: 'skipped no-such-contact',
    options: { version: '0003', valueField: 'PermissionGranted', absent: 'refuses' },
    settings: { serviceVersion: '0003', valueField: 'PermissionGranted' },
  }),
  table('sap-marketing-cloud, permissions by category and new contacts', {
    ...{ unknown: 'delivered', category: 'NEWS' },
    options: { categoryInKey: true, absent: 'refuses', counts: 'newest' },
    settings: { createContacts: true },
  }),
];
