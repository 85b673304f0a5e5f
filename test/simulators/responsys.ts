import { randomUUID } from 'node:crypto';
import {
  addMember,
  findMembers,
  type List,
  type Member,
  memberBy,
  mergeExtension,
  mergeMembers,
  newList,
  permitted,
  type ResponsysOptions,
  tellAll,
} from './responsys-list.ts';
import * as words from './responsys-words.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';

export type { ResponsysOptions };

/** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
interface Account {
  readonly user: string;
  readonly password: string;
  readonly noticeSecrets: readonly string[];
  readonly endpoint: string;
}

export interface ResponsysNotice {
  readonly url: string;
  /** Address or number of the member that the event is about. */
  readonly who: string;
  readonly event: 'EMAIL_OPTOUT' | 'EMAIL_COMPLAINT' | 'EMAIL_OPTIN' | 'SMS_OPT_OUT';
  /** Another password than the one that was agreed, to be refused. */
  readonly password?: string;
}

export interface Responsys extends Simulator {
  readonly secret: () => Account;
  /** Adds a member, opted in on both channels. */
  readonly enter: (member: { readonly email?: string; readonly phone?: string }) => void;
  /** Subscribes a member at Responsys itself. */
  readonly choose: (who: string, column: string, value: string) => void;
  /** The member opts out at Responsys itself. */
  readonly optOut: (who: string, channel: 'EMAIL' | 'MOBILE') => void;
  /** A cell of the list or of the extension table. */
  readonly cell: (who: string, column: string) => string | undefined;
  /** Sends an event notification; gives the status of the reply. */
  readonly notify: (notice: ResponsysNotice) => Promise<number>;
  readonly members: () => readonly Member[];
}

/** Where requests go after the login, beside the login host: a path stands for another host here. */
const POD = '/pod2';

/** One Responsys account: a profile list, its extension table, and event notifications. */
export function simulateResponsys(options: ResponsysOptions = {}): Responsys {
  const account = { user: 'heed_api', password: randomUUID(), noticeSecrets: [randomUUID()] };
  const list = newList(options);
  const session = { token: undefined as string | undefined };
  const unauthorized =
    options.sessionEnds === 'http-401' ? { ...words.NO_SESSION, status: 401 } : words.NO_SESSION;
  const simulator: Simulator = simulate({
    answer: (asked) => {
      if (isLogin(asked)) return login(session, asked, { ...account, endpoint: simulator.url });
      if (session.token === undefined || asked.headers['authorization'] !== session.token)
        return unauthorized;
      return answer(list, asked);
    },
    unauthorized,
    fetchesToken: isLogin,
    permitted: (question) => permitted(list, question),
    facts: () => tellAll(list),
  });
  const known = (who: string): Member => memberBy(list, who) ?? addMember(list, { EMAIL_ADDRESS_: who });
  return Object.assign(simulator, {
    secret: () => ({ ...account, endpoint: simulator.url }),
    enter: ({ email = '', phone = '' }) =>
      void addMember(list, { EMAIL_ADDRESS_: email, MOBILE_NUMBER_: phone.replace('+', ''), ...OPTED_IN }),
    choose: (who: string, column: string, value: string) => void known(who).extension.set(column, value),
    optOut: (who: string, channel: string) => void known(who).cells.set(`${channel}_PERMISSION_STATUS_`, 'O'),
    cell: (who: string, column: string) => known(who).extension.get(column) ?? known(who).cells.get(column),
    notify: (notice: ResponsysNotice) =>
      notify(known(notice.who), { password: account.noticeSecrets[0] ?? '', ...notice }),
    members: () => [...list.members.values()],
  });
}

const OPTED_IN = { EMAIL_PERMISSION_STATUS_: 'I', MOBILE_PERMISSION_STATUS_: 'I' };

const isLogin = ({ path }: Asked): boolean => path === '/rest/api/v1.3/auth/token';

function login(
  session: { token: string | undefined },
  { method, headers, body }: Asked,
  account: Account,
): Answer {
  const form = new URLSearchParams(body);
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (method !== 'POST' || !isForm || form.get('auth_type') !== 'password')
    return words.problem(400, 'INVALID_PARAMETER', 'Invalid auth_type');
  if (form.get('user_name') !== account.user || form.get('password') !== account.password)
    return words.problem(401, 'AUTHENTICATION_FAILED', `Authentication failed for ${form.get('user_name')}`);
  session.token = randomUUID();
  return {
    status: 200,
    body: { authToken: session.token, issuedAt: Date.now(), endPoint: `${account.endpoint}${POD}` },
  };
}

const LIST = `${POD}/rest/api/v1.3/lists/`;

function answer(list: List, asked: Asked): Answer {
  const [name = '', ...rest] = asked.path.startsWith(LIST) ? asked.path.slice(LIST.length).split('/') : [];
  if (decodeURIComponent(name) !== list.name)
    return words.problem(404, 'LIST_NOT_FOUND', `no such resource: ${asked.path}`);
  if (asked.method !== 'POST' || !asked.headers['content-type']?.startsWith('application/json'))
    return words.problem(415, 'INVALID_REQUEST_CONTENT', 'Content-Type must be application/json');
  const body = jsonOf(asked);
  if (rest.join('/') === 'members')
    return asked.query.get('action') === 'get' ? findMembers(list, body) : mergeMembers(list, body);
  if (rest.join('/') === `listExtensions/${encodeURIComponent(list.extension)}/members`)
    return mergeExtension(list, body);
  return words.problem(404, 'EXTENSION_NOT_FOUND', `no such resource: ${asked.path}`);
}

async function notify(
  { riid, cells }: Member,
  { url, event, password }: ResponsysNotice & { readonly password: string },
): Promise<number> {
  const customerId = cells.get('CUSTOMER_ID_');
  const channelType = event.startsWith('SMS') ? 'SMS' : 'Email';
  const body = [
    { riid, ...(customerId && { customerId }), failureType: event, channelType, optionalData: null },
  ];
  const headers = {
    'content-type': 'application/json',
    authorization: `Basic ${Buffer.from(`heed:${password}`).toString('base64')}`,
  };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
}
