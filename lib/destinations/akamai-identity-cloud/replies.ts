import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';
import { isJson, type Json } from '../json.ts';
import type { Settings } from './settings.ts';

/**
 * Names of errors, whose numbers from 500 are Akamai's own:
 * https://techdocs.akamai.com/identity-cloud-entity/reference/registration-error-codes
 */
const NOBODY = 'record_not_found';
const WRONG_CLIENT = 'invalid_client_credentials';
const PASSING: ReadonlySet<unknown> = new Set(['api_limit_error', 'unexpected_error']);
const OWN = 500;

const errorIn = ({ body }: Reply): Json | undefined =>
  isJson(body) && body['stat'] === 'error' ? body : undefined;

/** Refusals may come under any status; `stat` decides. */
export function interpret(reply: Reply): Outcome | undefined {
  const { status, body } = reply;
  const fault = errorIn(reply);
  if (fault) return refused(status, fault);
  if (isJson(body) && body['stat'] === 'ok')
    return status < 300 ? undefined : { kind: 'retry', reason: `http-${status}` };
  return status < 300 ? { kind: 'retry', reason: 'unreadable-reply' } : undefined;
}

function refused(status: number, { error, code }: Json): Outcome {
  if (error === NOBODY) return { kind: 'skipped', reason: 'no-such-record' };
  const own = PASSING.has(error) || (typeof code === 'number' && code >= OWN);
  const passes = own || status >= 500 || status === 429;
  return { kind: passes ? 'retry' : 'failed', reason: reasonOf(error, 'refused') };
}

/** The client is not known (any longer), which is said under any status too. */
export const expired = (reply: Reply): boolean => errorIn(reply)?.['error'] === WRONG_CLIENT;

/** That somebody is not there is an answer, not a failure to give one. */
export const isNobody = (reply: Reply): boolean => errorIn(reply)?.['error'] === NOBODY;

const Consent = z.object({
  granted: z.boolean().nullish(),
  updated: z.string().nullish(),
  clientId: z.string().nullish(),
  context: z.string().nullish(),
});
const Entity = z.object({
  stat: z.literal('ok'),
  result: z.looseObject({ uuid: z.string(), consents: z.record(z.string(), z.unknown()).nullish() }),
});

/** A consent as it stands in the record. */
export interface Held {
  readonly granted: boolean;
  /** ISO 8601; undefined where it is written as nobody documents. */
  readonly updated: string | undefined;
  readonly clientId: string;
  readonly context: string;
}

export interface Record {
  readonly uuid: string;
  readonly email: string | undefined;
  readonly consents: Readonly<{ [name: string]: unknown }>;
}

/** `attribute`: the one that holds the address; a full stop leads into an object. */
export function recordIn({ body }: Reply, attribute: string): Record | undefined {
  const entity = Entity.safeParse(body).data?.result;
  if (!entity) return undefined;
  const email = attribute
    .split('.')
    .reduce<unknown>((inner, name) => (isJson(inner) ? inner[name] : undefined), entity);
  return {
    uuid: entity.uuid,
    email: typeof email === 'string' && email !== '' ? email : undefined,
    consents: entity.consents ?? {},
  };
}

/** Nobody has ever said what stands there without a time: it is the schema's default. */
export function heldIn({ consents }: Record, name: string): Held | undefined {
  const { granted, updated, clientId, context } = Consent.safeParse(consents[name]).data ?? {};
  if (typeof granted !== 'boolean' || !updated) return undefined;
  return { granted, updated: timeIn(updated), clientId: clientId ?? '', context: context ?? '' };
}

const TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(?:Z|([+-]\d{2}):?(\d{2}))?$/;

/** Where no zone is written, it is UTC. */
function timeIn(text: string): string | undefined {
  const [, day, time, hours = '+00', minutes = '00'] = TIME.exec(text) ?? [];
  const at = Date.parse(`${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** As Heed wrote it: a site that changes a consent may leave the client's id and the context as they were. */
export const isOwn = ({ clientId, context, updated }: Held, settings: Settings): boolean =>
  clientId === settings.clientId && updated !== undefined && context.includes(updated.slice(0, 19));
