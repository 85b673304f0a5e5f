import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import * as words from './sap-marketing-cloud-words.ts';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/** What differs from tenant to tenant, and what SAP does not document. */
export interface MarketingCloudOptions {
  /** Four digits. */
  readonly version?: string;
  readonly valueField?: words.ValueField;
  /** Marketing areas there are; left out, any is one. */
  readonly areas?: readonly string[];
  /** Whether the category is part of a permission's key. */
  readonly categoryInKey?: boolean;
  /** What becomes of a permission whose contact is not there. Unconfirmed. */
  readonly absent?: 'creates' | 'refuses';
  /** Whether the newest permission counts, or the last that came. Unconfirmed. */
  readonly counts?: 'newest' | 'last';
}

export interface MarketingCloud extends Simulator {
  readonly secret: () => Readonly<Record<'user' | 'password' | 'endpoint', string>>;
  readonly contact: (origin: string, id: string) => void;
  /** Enters a permission as another system would; `at`: ms. */
  readonly permit: (permission: Entered) => void;
  readonly notes: () => readonly (words.Key & { readonly note: string })[];
}

export interface Entered {
  readonly origin: string;
  readonly address: string;
  readonly area: string;
  readonly category?: string | undefined;
  readonly medium: string;
  readonly value: 'Y' | 'N';
  readonly at: number;
  /** Of a contact with an id of its own. */
  readonly contact?: words.Key;
}

interface Permission {
  readonly key: words.Key;
  readonly value: 'Y' | 'N';
  readonly time: number;
  readonly system: string;
  readonly note: string;
}

interface Tenant {
  readonly options: MarketingCloudOptions;
  readonly user: { readonly user: string; readonly password: string };
  /** Token by session cookie. */
  readonly sessions: Map<string, string>;
  readonly contacts: Set<string>;
  readonly permissions: Map<string, Permission>;
}

/** A tenant of SAP Marketing Cloud: contacts, and permissions of their addresses by marketing area and medium. */
export function simulateSapMarketingCloud(options: MarketingCloudOptions = {}): MarketingCloud {
  const tenant: Tenant = {
    ...{ options, user: { user: 'HEED_COMM', password: randomUUID() } },
    ...{ sessions: new Map(), contacts: new Set(), permissions: new Map() },
  };
  const simulator = simulate({
    answer: (asked) => answer(tenant, asked),
    unauthorized: words.UNAUTHORIZED,
    permitted: (question) => permitted(tenant, question),
    facts: () => facts(tenant),
  });
  return Object.assign(simulator, {
    secret: () => ({ ...tenant.user, endpoint: simulator.url }),
    contact: (origin: string, id: string) => void tenant.contacts.add(`${origin} ${id}`),
    permit: (entered: Entered) => permit(tenant, entered),
    notes: () => [...tenant.permissions.values()].map(({ key, note }) => ({ ...key, note })),
  });
}

function permit(
  { permissions }: Tenant,
  { origin, address, area, category, medium, value, at, contact }: Entered,
): void {
  const key = {
    ...{ ContactOrigin: origin, ContactID: address, ...contact },
    ...{ ContactPermissionID: address, ContactPermissionOrigin: origin },
    ...{ MarketingArea: area, CommunicationMedium: medium },
    ...(category !== undefined && { CommunicationCategory: category }),
  };
  permissions.set(nameOf(key), { key, value, time: at, system: 'CALLCENTER', note: '' });
}

const nameOf = (key: words.Key): string =>
  Object.entries(key)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ');

function answer(tenant: Tenant, asked: Asked): Answer {
  const { user, password } = tenant.user;
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  if (asked.headers['authorization'] !== basic) return words.UNAUTHORIZED;
  const base = `/sap/opu/odata/sap/API_MKT_CONTACT_SRV;v=${tenant.options.version ?? '0004'}/`;
  if (!asked.path.startsWith(base)) return words.refused(404, '/IWFND/MED/170', 'No service found');
  if (asked.method !== 'GET' && !hasToken(tenant, asked)) return words.CSRF_REQUIRED;
  const resource = decodeURIComponent(asked.path.slice(base.length));
  const [, set = '', key = ''] = /^([A-Za-z]+)(?:\((.*)\))?$/.exec(resource) ?? [];
  const reply = HANDLERS[`${asked.method} ${set}`]?.(tenant, asked, words.keyIn(key)) ?? NO_SEGMENT;
  return asked.headers['x-csrf-token']?.toLowerCase() === 'fetch' ? withSession(tenant, reply) : reply;
}

const NO_SEGMENT = words.refused(404, '/IWBEP/CM_MGW_RT/020', 'Resource not found for the segment');

/** A token is good with the cookie of its session alone. */
const hasToken = ({ sessions }: Tenant, { headers }: Asked): boolean => {
  const [, session = ''] = /(?:^|; )SAP_SESSIONID=([^;]+)/.exec(headers['cookie'] ?? '') ?? [];
  const token = sessions.get(session);
  return (
    token !== undefined &&
    headers['x-csrf-token'] === token &&
    /sap-usercontext=/.test(headers['cookie'] ?? '')
  );
};

function withSession({ sessions }: Tenant, reply: Answer): Answer {
  const session = randomUUID();
  const token = randomUUID();
  sessions.set(session, token);
  const cookies = [
    `SAP_SESSIONID=${session}; path=/; secure; HttpOnly`,
    'sap-usercontext=sap-client=100; path=/; Expires=Wed, 21 Oct 2037 07:28:00 GMT',
  ];
  return { ...reply, headers: { ...reply.headers, 'x-csrf-token': token, 'set-cookie': cookies.join(', ') } };
}

type Handler = (tenant: Tenant, asked: Asked, key: words.Key | undefined) => Answer;

const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET MarketingPermissions': (tenant, { query }) => {
    const filter = words.filterIn(query.get('$filter') ?? '');
    if (!filter) return words.refused(400, '/IWBEP/CM_MGW_EXPR_OSQL/000', 'Invalid filter');
    const found = [...tenant.permissions.values()].filter(
      ({ key }) =>
        key['ContactPermissionID'] === filter.id && key['ContactPermissionOrigin'] === filter.origin,
    );
    return { status: 200, body: { d: { results: found.map((one) => shown(tenant, one)) } } };
  },
  'PATCH MarketingPermissions': (tenant, asked, key) => change(tenant, asked, key),
  'PATCH ContactOriginData': (tenant, asked, key) => {
    if (!key || !words.Origin.safeParse(jsonOf(asked)).success)
      return words.refused(400, '/IWBEP/CM_MGW_RT/021', `Error while parsing ${asked.body}`);
    tenant.contacts.add(`${key['ContactOrigin']} ${key['ContactID']}`);
    return { status: 204 };
  },
};

const shown = ({ options }: Tenant, { key, value, time, system, note }: Permission) => ({
  ...{ CommunicationCategory: '', ...key, [options.valueField ?? 'ContactPermission']: value },
  ...{ PermissionUTCDateTime: `/Date(${time}+0000)/`, PermissionSourceSystem: system },
  ...{ PermissionNoteText: note, PermissionIsImplicit: false, IsConfirmationRequired: false },
});

const KEY = [
  ...['CommunicationMedium', 'ContactID', 'ContactOrigin'],
  ...['ContactPermissionID', 'ContactPermissionOrigin', 'MarketingArea'],
];

function change(tenant: Tenant, asked: Asked, key: words.Key | undefined): Answer {
  const {
    areas,
    categoryInKey = false,
    valueField = 'ContactPermission',
    absent = 'creates',
  } = tenant.options;
  const names = [...(categoryInKey ? ['CommunicationCategory'] : []), ...KEY].sort().join();
  if (!key || Object.keys(key).sort().join() !== names)
    return words.refused(400, '/IWCOR/CX_DS_KEY_SYNTAX_ERROR', 'The key predicate is not valid');
  const body = words.PERMISSION[valueField].safeParse(jsonOf(asked)).data;
  if (!body) return words.refused(400, '/IWBEP/CM_MGW_RT/021', `Error while parsing for ${key['ContactID']}`);
  if (areas && !areas.includes(key['MarketingArea'] ?? ''))
    return words.refused(
      400,
      'CUAN_API/012',
      `Area ${key['MarketingArea']} of ${key['ContactID']} is not there`,
    );
  const contact = `${key['ContactOrigin']} ${key['ContactID']}`;
  if (!tenant.contacts.has(contact) && absent === 'refuses')
    return words.refused(404, 'CUAN_API/003', `Contact ${contact} does not exist`);
  tenant.contacts.add(contact);
  keep(tenant, key, body);
  return { status: 204 };
}

function keep(
  { permissions, options }: Tenant,
  key: words.Key,
  body: z.output<(typeof words.PERMISSION)[words.ValueField]>,
): void {
  const before = permissions.get(nameOf(key));
  if (options.counts === 'newest' && before && before.time >= body.PermissionUTCDateTime) return;
  permissions.set(nameOf(key), {
    ...{ key, value: body.value, time: body.PermissionUTCDateTime },
    ...{ system: body.PermissionSourceSystem ?? '', note: body.PermissionNoteText ?? '' },
  });
}

/** Would a campaign for this area (or area/category) by this medium reach the address? Any refusal outweighs a permission. */
function permitted({ permissions }: Tenant, { identifier, topic, channel }: Question): boolean | undefined {
  const [area, category] = topic.split('/');
  const said = [...permissions.values()].filter(
    ({ key }) =>
      key['ContactPermissionID'] === identifier &&
      key['MarketingArea'] === area &&
      key['CommunicationMedium'] === channel &&
      (category === undefined || key['CommunicationCategory'] === category),
  );
  return said.length === 0 ? undefined : said.every(({ value }) => value === 'Y');
}

const facts = (tenant: Tenant) =>
  [...tenant.permissions.values()].map(({ key, value }) => ({
    identifier: key['ContactPermissionID'] ?? '',
    topic: [key['MarketingArea'], key['CommunicationCategory']].filter(Boolean).join('/'),
    channel: key['CommunicationMedium'] ?? '',
    permitted: value === 'Y',
  }));
