import * as z from 'zod';
import { type Call, type Delivery, defineDestination } from './destination.ts';
import { RepeatedKeys } from './repeated-keys.ts';
import { type Channel, choose, type Saying, stop } from './responsys/merges.ts';
import { changesIn, secretIn } from './responsys/notices.ts';
import { expired, interpret } from './responsys/replies.ts';
import { Settings } from './responsys/settings.ts';
import { grantCalls, keyOn, rowsOn } from './responsys/told.ts';

/** What is said on one channel: first what takes away, which is made once it is known whether anything follows it. */
interface Words {
  readonly out: readonly ((goesOn: boolean) => Call)[];
  readonly grants: readonly Call[];
}

const NOTHING: Words = { out: [], grants: [] };

/** While everything is stopped on a channel nothing is granted there. */
function wordsOn(channel: Channel, delivery: Delivery, settings: Settings): Words {
  const value = keyOn(channel, delivery, settings);
  if (value === undefined) return NOTHING;
  const saying: Saying = { settings, channel, value, delivery };
  const withdrawn = rowsOn(channel, 'withdrawn', saying);
  const stopped = delivery.stoppedAll.includes(channel);
  const granted = stopped ? [] : rowsOn(channel, 'granted', saying);
  const out: ((goesOn: boolean) => Call)[] = [];
  if (stopped && settings.globalStop) out.push((goesOn) => stop(saying, withdrawn[0], goesOn));
  if (withdrawn.length > 0) out.push((goesOn) => choose(saying, withdrawn, goesOn));
  return { out, grants: granted.length > 0 ? grantCalls(saying, granted) : [] };
}

/** Stops and withdrawals of both keys first; what finds nobody ends a person's calls only where nothing follows it. */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const email = wordsOn('email', delivery, settings);
  const sms = wordsOn('sms', delivery, settings);
  const out = [...email.out, ...sms.out];
  const grants = [...email.grants, ...sms.grants];
  return [...out.map((make, n) => make(n < out.length - 1 || grants.length > 0)), ...grants];
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
    /** What Responsys repeats with its event notifications. */
    noticeSecrets: RepeatedKeys,
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
