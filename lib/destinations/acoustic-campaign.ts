import * as z from 'zod';
import { grantsTo, type Maker, rowsOn, textOf, withdrawalsTo } from './acoustic-campaign/mail.ts';
import { expired, interpret } from './acoustic-campaign/replies.ts';
import { text } from './acoustic-campaign/requests.ts';
import { Settings } from './acoustic-campaign/settings.ts';
import { type Call, type Delivery, type DeliveryRow, defineDestination } from './destination.ts';

/** Withdrawals of both keys first; who is not found by one is still told by the other. */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const { email, phone } = delivery.identifiers;
  const { topics } = settings;
  const texts = (state: DeliveryRow['state']): readonly Maker[] =>
    phone === undefined
      ? []
      : rowsOn('sms', state, { choices: delivery.choices, topics }).map((row) => (goesOn) => [
          text({ settings, phone, row, source: textOf(delivery, row) }, goesOn),
        ]);
  const contact = email === undefined ? undefined : { settings, email };
  const makers = [
    ...(contact ? withdrawalsTo(contact, delivery) : []),
    ...texts('withdrawn'),
    ...(contact ? grantsTo(contact, delivery) : []),
    ...texts('granted'),
  ];
  return makers.flatMap((make, n) => make(n < makers.length - 1));
}

/** One contact a request; the organization may have ten under way at once, others’ included. */
export const acousticCampaign = defineDestination({
  id: 'acoustic-campaign',
  title: 'Acoustic Campaign',
  kind: 'state',
  identifiedBy: ['email', 'phone'],
  channels: ['email', 'sms'],
  limits: { perSecond: 8, concurrency: 6, batch: 1, settleAfter: 300 },
  impact: 'people keep getting mail and texts from Acoustic Campaign after they withdrew',
  settings: Settings,
  secret: z.object({
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    /** Does not expire unless it is revoked. */
    refreshToken: z.string().min(1),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ pod }) => `https://api-campaign-${pod}.goacoustic.com`,
  auth: {
    kind: 'oauth-refresh-token',
    token: ({ clientId, clientSecret, refreshToken }) => ({
      url: '/oauth/token',
      form: { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken },
    }),
    /** Four hours; Acoustic advises three. */
    lifetime: 10_800,
  },
  translate,
  interpret,
  expired,
});
