import * as z from 'zod';
import type { Ask, Learned, ReportedChoice } from '../destination.ts';
import { heldIn, isNobody, isOwn, type Record, recordIn } from './replies.ts';
import { mappedIn, type Settings } from './settings.ts';

/** A security event token: that something about a person changed, and never what. `toe`: when, in seconds. */
const Token = z.object({
  toe: z.int().positive().max(99_999_999_999).optional().catch(undefined),
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
    .filter(
      ({ attributes }) => attributes.length === 0 || attributes.some((one) => isConsent(one, settings)),
    );
  const ids = new Set(changed.flatMap(({ sub }) => sub ?? []));
  const at = token.toe === undefined ? undefined : new Date(token.toe * 1000).toISOString();
  return { choices: [], asks: [...ids].map((uuid) => askFor({ uuid, at }, settings)) };
}

/** Nobody documents how an attribute within another is named: whatever may be one of these is. */
const isConsent = (attribute: string, settings: Settings): boolean =>
  attribute.includes('consents') || mappedIn(settings).some(({ consent }) => attribute.includes(consent));

interface Changed {
  readonly uuid: string;
  /** When; undefined where the token does not say. */
  readonly at: string | undefined;
}

const askFor = ({ uuid, at }: Changed, settings: Settings): Ask => ({
  ...{ method: 'POST', path: '/entity' },
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ type_name: settings.entityType, uuid }).toString(),
  learn: (reply) => {
    if (isNobody(reply)) return { choices: [] };
    const record = recordIn(reply, settings.emailAttribute);
    return record && { choices: choicesIn(record, at, settings) };
  },
});

/** What the record says, but for what Heed wrote there. A no whose time cannot be read is as old as the event. */
const choicesIn = (record: Record, at: string | undefined, settings: Settings): readonly ReportedChoice[] =>
  mappedIn(settings).flatMap(({ topic, channel, consent }) => {
    const held = heldIn(record, consent);
    const occurredAt = held?.updated ?? (held?.granted ? undefined : at);
    if (!held || occurredAt === undefined || isOwn(held, settings)) return [];
    const state = held.granted ? ('granted' as const) : ('withdrawn' as const);
    const said = { topic, channel, state, occurredAt, method: 'akamai-identity-cloud' };
    return identifiersOf(record, state).map((identifier) => ({ identifier, ...said }));
  });

/** A stop counts for whatever the person goes by: Heed may know them by their address alone. */
function identifiersOf({ uuid, email }: Record, state: string): readonly ReportedChoice['identifier'][] {
  const own = { kind: 'akamai-identity-cloud', value: uuid };
  return email === undefined || state === 'granted' ? [own] : [own, { kind: 'email', value: email }];
}
