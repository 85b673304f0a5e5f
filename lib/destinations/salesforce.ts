import * as z from 'zod';
import type { Call, Delivery, DeliveryRow } from './destination.ts';
import { defineDestination, evidenceLine } from './destination.ts';
import { findPeople } from './salesforce/lookup.ts';
import { interpret, type Person, split } from './salesforce/replies.ts';
import { Settings } from './salesforce/settings.ts';

/**
 * One row per Individual, topic and channel, replaced by every delivery: also by that of another subject who shares the
 * address, so that there is one answer to be read, and it is the most restrictive one.
 */
const consentOf = (delivery: Delivery, row: DeliveryRow, settings: Settings) => (party: string) => ({
  attributes: { type: 'ContactPointTypeConsent' },
  [settings.externalIdField]: `${party}|${row.topic}|${row.channel}`,
  Name: settings.topics[row.topic]?.name,
  PartyId: party,
  DataUsePurposeId: settings.topics[row.topic]?.dataUsePurposeId,
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
    tell: (people) =>
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
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
  }),
  topics: ({ topics, flagTopics = [] }) => [...new Set([...Object.keys(topics), ...flagTopics])],
  endpoint: ({ instanceUrl }) => instanceUrl,
  auth: {
    kind: 'oauth-client-credentials',
    token: ({ clientId, clientSecret }) => ({
      url: '/services/oauth2/token',
      form: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
    }),
    /** The reply names no lifetime: a token is used until it is refused. */
    lifetime: 3600,
  },
  translate,
  interpret,
});
