import * as z from 'zod';
import {
  type Call,
  type Delivery,
  type DeliveryRow,
  defineDestination,
  evidenceLine,
} from './destination.ts';
import { choose, type Key, stop } from './responsys/merges.ts';
import { changesIn, secretIn } from './responsys/notices.ts';
import { expired, interpret } from './responsys/replies.ts';
import { Settings } from './responsys/settings.ts';
import { grantCalls, toldOn } from './responsys/told.ts';

/** Stops and withdrawals of both keys first; what finds nobody ends a person's calls only where nothing follows it. */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const told = [...toldOn('email', delivery, settings), ...toldOn('sms', delivery, settings)];
  const textOf = (row: DeliveryRow): string =>
    [evidenceLine(delivery, row), ...(row.legalBasis ? [row.legalBasis] : [])].join('; ');
  const saying = (key: Key, [row]: readonly DeliveryRow[]) => ({
    ...{ settings, key, reason: row ? textOf(row) : `${delivery.subject}:${delivery.version}` },
  });
  const out = told.flatMap(({ key, withdrawn: rows, stopped }) => [
    ...(stopped ? [(goesOn: boolean) => stop(saying(key, rows), goesOn)] : []),
    ...(rows.length > 0 ? [(goesOn: boolean) => choose({ settings, key, rows, textOf }, goesOn)] : []),
  ]);
  const grants = told.filter(({ granted }) => granted.length > 0);
  return [
    ...out.map((make, n) => make(n < out.length - 1 || grants.length > 0)),
    ...grants.flatMap(({ key, granted: rows }) =>
      grantCalls(saying(key, rows), { settings, key, rows, textOf }),
    ),
  ];
}

const Login = z.object({ authToken: z.string().min(1), endPoint: z.url() });

/** Members are found by address or number; one is added only for a grant on e-mail. */
export const responsys = defineDestination({
  id: 'responsys',
  title: 'Oracle Responsys',
  kind: 'state',
  identifiedBy: ['email', 'phone'],
  channels: ['email', 'sms'],
  limits: { perSecond: 3, concurrency: 2, batch: 200, settleAfter: 120 },
  impact: 'people keep getting Responsys campaigns after they withdrew',
  settings: Settings,
  secret: z.object({
    /** Of a user with web services rights to the list and its extension table. */
    user: z.string().min(1),
    password: z.string().min(1),
    /** What Responsys repeats with its event notifications, newest first. Without one every notice is refused. */
    noticeSecrets: z.array(z.string().min(16)).default([]),
  }),
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ loginUrl }) => loginUrl,
  auth: {
    kind: 'login',
    token: ({ user, password }) => ({
      url: '/rest/api/v1.3/auth/token',
      form: { user_name: user, password, auth_type: 'password' },
    }),
    /** A token lives three hours. */
    lifetime: 10_000,
    read: (body) => {
      const { data } = Login.safeParse(body);
      return data && { token: data.authToken, endpoint: data.endPoint };
    },
    header: (token) => ({ authorization: token }),
  },
  translate,
  interpret,
  expired,
  receive: {
    signature: { kind: 'shared-secret', given: secretIn, keys: ({ noticeSecrets }) => noticeSecrets },
    changes: changesIn,
  },
});
