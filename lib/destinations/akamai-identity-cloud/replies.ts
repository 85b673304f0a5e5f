import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';

const Said = z.object({ stat: z.enum(['ok', 'error']), error: z.unknown().optional() });

/** By name: the numbers beside them are unconfirmed. */
const NOBODY = 'record_not_found';
const PASSING: ReadonlySet<unknown> = new Set(['api_limit_error', 'unexpected_error', 'timestamp_mismatch']);

/** Refusals may come under any status; `stat` decides. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  const said = Said.safeParse(body).data;
  if (!said) return status < 300 ? { kind: 'retry', reason: 'unreadable-reply' } : undefined;
  if (said.stat === 'ok') return status < 300 ? undefined : { kind: 'retry', reason: `http-${status}` };
  if (said.error === NOBODY) return { kind: 'skipped', reason: 'no-such-record' };
  const reason = reasonOf(said.error, 'refused');
  return { kind: PASSING.has(said.error) || status >= 500 || status === 429 ? 'retry' : 'failed', reason };
}

const Consent = z.object({
  granted: z.boolean().nullish(),
  updated: z.string().nullish(),
  clientId: z.string().nullish(),
});
const Entity = z.object({
  stat: z.literal('ok'),
  result: z.object({ uuid: z.string(), consents: z.record(z.string(), z.unknown()).nullish() }),
});

/** A consent as it stands in the record. */
export interface Held {
  readonly granted: boolean;
  /** ISO 8601. */
  readonly updated: string;
  readonly clientId: string | undefined;
}

export type Record = { readonly uuid: string; readonly consents: Readonly<{ [name: string]: unknown }> };

export function recordIn({ body }: Reply): Record | undefined {
  const entity = Entity.safeParse(body).data?.result;
  return entity && { uuid: entity.uuid, consents: entity.consents ?? {} };
}

/** Nobody has ever said what stands there without a time: it is the schema's default. */
export function heldIn({ consents }: Record, name: string): Held | undefined {
  const { granted, updated, clientId } = Consent.safeParse(consents[name]).data ?? {};
  const at = Date.parse(`${updated ?? ''}`.replace(' +0000', 'Z').replace(' ', 'T'));
  if (typeof granted !== 'boolean' || Number.isNaN(at)) return undefined;
  return { granted, updated: new Date(at).toISOString(), clientId: clientId ?? undefined };
}

/** That somebody is not there is an answer, not a failure to give one. */
export const isNobody = ({ body }: Reply): boolean => Said.safeParse(body).data?.error === NOBODY;
