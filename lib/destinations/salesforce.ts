import * as z from 'zod';
import type { Call, Delivery, DeliveryRow } from './destination.ts';
import { defineDestination, evidenceLine } from './destination.ts';
import { findPeople } from './salesforce/lookup.ts';
import { interpret, type Person, split } from './salesforce/replies.ts';

const Field = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/);
const RecordId = z.string().regex(/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/);
const ContactPoint = z.enum(['Email', 'Phone', 'MailingAddress', 'Social', 'Web']);

const Settings = z.strictObject({
  /** Topic → id of the DataUsePurpose that stands for it. */
  topics: z.record(z.string(), RecordId),
  /** Channel → kind of contact point; two channels of one kind are told apart by their engagement channel type. */
  channels: z
    .record(z.string(), z.strictObject({ type: ContactPoint, engagementChannelTypeId: RecordId.optional() }))
    .default({ email: { type: 'Email' }, phone: { type: 'Phone' }, post: { type: 'MailingAddress' } })
    .refine((channels) => allDistinct(Object.values(channels)), 'two channels are one to Salesforce'),
  apiVersion: z
    .string()
    .regex(/^\d{2,3}\.0$/)
    .default('62.0'),
  /** Write ContactPointTypeConsent rows; needs Data Protection and Privacy, and an Individual per person. */
  consents: z.boolean().default(true),
  /** Text field (255) on ContactPointTypeConsent: External Id, Unique, case-sensitive. */
  externalIdField: Field.default('PrefKey__c'),
  /** Picklist values of PrivacyConsentStatus; read them with `describe`, their spelling is unconfirmed. */
  status: z
    .strictObject({ granted: z.string(), withdrawn: z.string() })
    .default({ granted: 'OptIn', withdrawn: 'OptOut' }),
  /** Method of a change → CaptureContactPointType; `Web` for any other. */
  capturedBy: z.record(z.string(), ContactPoint).default({}),
  /** Where people are looked for by e-mail, each costs a request. */
  people: z
    .array(z.enum(['Contact', 'Lead']))
    .min(1)
    .default(['Contact', 'Lead']),
  /** Records whose global flags are kept: true when all of `flagTopics` are withdrawn, false when one is granted. */
  flags: z.enum(['none', 'contact', 'lead', 'both']).default('none'),
  flagFields: z.record(z.string(), Field).default({ email: 'HasOptedOutOfEmail', phone: 'DoNotCall' }),
  /** Left out, all mapped topics. */
  flagTopics: z.array(z.string()).min(1).optional(),
});
type Settings = z.output<typeof Settings>;

const allDistinct = (channels: readonly object[]): boolean =>
  new Set(channels.map((channel) => JSON.stringify(channel))).size === channels.length;

/** One row per person's Individual, topic and channel, replaced by every delivery. */
const consentOf = (delivery: Delivery, row: DeliveryRow, settings: Settings) => (party: string) => ({
  attributes: { type: 'ContactPointTypeConsent' },
  [settings.externalIdField]: `${delivery.subject}|${row.topic}|${row.channel}|${party}`,
  Name: `${row.topic} ${row.channel}`.slice(0, 255),
  PartyId: party,
  DataUsePurposeId: settings.topics[row.topic],
  ContactPointType: settings.channels[row.channel]?.type,
  EngagementChannelTypeId: settings.channels[row.channel]?.engagementChannelTypeId,
  PrivacyConsentStatus: settings.status[row.state],
  CaptureDate: row.occurredAt,
  CaptureSource: evidenceLine(delivery, row).slice(0, 255),
  CaptureContactPointType: settings.capturedBy[row.method] ?? 'Web',
  EffectiveFrom: row.occurredAt,
  EffectiveTo: (row.state === 'granted' && row.expiresAt) || null,
});

/** A flag stands for many topics: silence on one of them leaves it alone, unless another is granted. */
function flagsOf(
  { choices }: Delivery,
  { flagFields, flagTopics, topics }: Settings,
): Record<string, boolean> {
  const stood = flagTopics ?? Object.keys(topics);
  const flags = Object.entries(flagFields).flatMap(([channel, field]): [string, boolean][] => {
    const states = stood.map(
      (topic) => choices.find((row) => row.topic === topic && row.channel === channel)?.state,
    );
    if (states.includes('granted')) return [[field, false]];
    return states.every((state) => state === 'withdrawn') ? [[field, true]] : [];
  });
  return Object.fromEntries(flags);
}

function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const rows = delivery.choices.filter(
    ({ topic, channel }) => settings.consents && topic in settings.topics && channel in settings.channels,
  );
  const flags = settings.flags === 'none' ? {} : flagsOf(delivery, settings);
  if (rows.length + Object.keys(flags).length === 0) return [answer('skipped', 'nothing-mapped')];
  const data = `/services/data/v${settings.apiVersion}`;
  const flag = (people: readonly Person[]): readonly Call[] =>
    people
      .filter(({ object }) => settings.flags === 'both' || settings.flags === object.toLowerCase())
      .filter(() => Object.keys(flags).length > 0)
      .map(({ object, id }) => ({ method: 'PATCH', path: `${data}/sobjects/${object}/${id}`, body: flags }));
  const consent = (people: readonly Person[]): readonly Call[] => {
    const parties = [...new Set(people.flatMap(({ party }) => party ?? []))];
    if (rows.length > 0 && parties.length === 0) return [answer('failed', 'no-individual')];
    const items = rows.flatMap((row) => parties.map(consentOf(delivery, row, settings)));
    const path = `${data}/composite/sobjects/ContactPointTypeConsent/${settings.externalIdField}`;
    return items.length > 0 ? [{ method: 'PATCH', path, items, wrap, split }] : [];
  };
  return findPeople(delivery.identifiers, {
    data,
    objects: settings.people,
    then: (people) =>
      people.length === 0 ? [answer('skipped', 'no-such-record')] : [...flag(people), ...consent(people)],
  });
}

const wrap = (records: readonly unknown[]) => ({ allOrNone: false, records });
const answer = (kind: 'skipped' | 'failed', reason: string): Call => ({ outcome: { kind, reason } });

/** Tells the records that exist; nobody is created, because a consent row needs an Individual, and a person a name. */
export const salesforce = defineDestination({
  id: 'salesforce',
  title: 'Salesforce',
  kind: 'state',
  identifiedBy: ['salesforce', 'email'],
  channels: ['email', 'sms', 'phone', 'post'],
  limits: { perSecond: 10, concurrency: 4, batch: 200, settleAfter: 120 },
  impact: 'sales and service staff see, and act on, permissions that people have withdrawn',
  settings: Settings,
  secret: z.object({
    /** My Domain: https://example.my.salesforce.com, without a slash at its end. */
    url: z.url().regex(/[^/]$/),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
  }),
  topics: ({ topics, flagTopics = [] }) => [...new Set([...Object.keys(topics), ...flagTopics])],
  endpoint: (_settings, { url }) => url,
  auth: {
    kind: 'oauth-client-credentials',
    token: ({ url, clientId, clientSecret }) => ({
      url: `${url}/services/oauth2/token`,
      form: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
    }),
    /** The reply names no lifetime: a token is used until it is refused. */
    lifetime: 3600,
  },
  translate,
  interpret,
});
