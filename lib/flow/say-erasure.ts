import { ERASURE, saysErasure } from '../domain/event.ts';
import { toIso } from '../domain/time.ts';
import type { Evidence, Standing } from '../domain/vocabulary.ts';
import type { Stored } from '../ports.ts';
import { type AcceptPorts, recordChange } from './accept.ts';

/** The newest version is the erasure's own: what others stopped after it is told with the next one. */
export const tells = ({ version }: Stored): boolean =>
  version.standing?.state === 'erasing' && saysErasure(version.change.evidence);

interface Saying {
  readonly method: string;
  readonly withdraws: boolean;
  readonly state: Standing['state'];
}

export const STARTED: Saying = { method: ERASURE, withdraws: true, state: 'erasing' };
/** She may have been asked about an address before: the next grant looks. */
export const STOPPED: Saying = { method: 'erasure-stopped', withdraws: false, state: 'unconfirmed' };

/** Heed's own word about an erasure, as a version. */
export async function say(
  ports: AcceptPorts,
  { subject, newest }: { readonly subject: string; readonly newest: Stored | undefined },
  { method, withdraws, state }: Saying,
): Promise<void> {
  const before = newest?.version.standing;
  const choices = withdraws ? [{ topic: '*', channel: '*', state: 'withdrawn' as const }] : [];
  const accepted = await recordChange(ports)(
    { subject, body: { choices: [...choices] }, saidNow: true, standing: { ...before, state } },
    { choices, preferences: [], identifiers: [], personal: {}, evidence: ownWord(method, ports.clock.now()) },
  );
  if (accepted.kind === 'refused')
    throw new Error(`an erasure could not be recorded: ${accepted.refusal.type}`);
}

const ownWord = (method: string, at: number): Evidence => ({
  ...{ source: 'heed', actor: { kind: 'system' }, method },
  occurredAt: toIso(at),
});
