import * as z from 'zod';
import type { Ask, Learned, ReportedChoice } from '../destination.ts';
import { heldIn, isNobody, type Record, recordIn } from './replies.ts';
import { mappedIn, type Settings } from './settings.ts';

/** A security event token: that something about a person changed, and never what. */
const Token = z.object({
  events: z.record(
    z.string(),
    z.object({
      captureClientId: z.string().optional(),
      entityType: z.string().optional(),
      sub: z.string().min(1).optional(),
      attributes: z.array(z.string()).default([]),
    }),
  ),
});

/** People whose consents somebody else than Heed changed are asked for. */
export function learnFrom(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const token = Token.safeParse(body).data;
  if (!token) return { invalid: 'not a security event of Identity Cloud' };
  const changed = Object.entries(token.events)
    .filter(([name]) => /entity(Created|Updated)$/.test(name))
    .map(([, event]) => event)
    .filter(({ entityType = settings.entityType }) => entityType === settings.entityType)
    .filter(({ captureClientId }) => captureClientId !== settings.clientId)
    .filter(({ attributes }) => attributes.length === 0 || attributes.some(isConsent));
  const ids = new Set(changed.flatMap(({ sub }) => sub ?? []));
  return { choices: [], asks: [...ids].map((uuid) => askFor(uuid, settings)) };
}

const isConsent = (attribute: string): boolean => /^\/?consents\b/.test(attribute);

const askFor = (uuid: string, settings: Settings): Ask => ({
  ...{ method: 'POST', path: '/entity' },
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ type_name: settings.entityType, uuid }).toString(),
  learn: (reply) => {
    if (isNobody(reply)) return { choices: [] };
    const record = recordIn(reply);
    return record && { choices: choicesIn(record, settings) };
  },
});

/** What the record says, but for what Heed wrote there. */
const choicesIn = (record: Record, settings: Settings): readonly ReportedChoice[] =>
  mappedIn(settings).flatMap(({ topic, channel, consent }) => {
    const held = heldIn(record, consent);
    if (!held || held.clientId === settings.clientId) return [];
    return [
      {
        identifier: { kind: 'akamai-identity-cloud', value: record.uuid },
        ...{ topic, channel, state: held.granted ? ('granted' as const) : ('withdrawn' as const) },
        ...{ occurredAt: held.updated, method: 'akamai-identity-cloud' },
      },
    ];
  });
