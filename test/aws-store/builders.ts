import { setTimeout as sleep } from 'node:timers/promises';
import config from '../../heed.config.ts';
import { decide } from '../../lib/domain/decide.ts';
import { canonical, sha256 } from '../../lib/domain/digest.ts';
import { toIso } from '../../lib/domain/time.ts';
import type { Change, ChoiceState, Version } from '../../lib/domain/vocabulary.ts';
import type { Findable, IdentifiersItem, IdentifiersMove, Records, Stored } from '../../lib/ports.ts';

export const START = Date.parse('2026-05-01T10:00:00.000Z');

/** A person's choice on the newsletter, `step` seconds after the start. */
export const aChange = (
  step: number,
  state: ChoiceState = step % 2 === 0 ? 'withdrawn' : 'granted',
): Change => ({
  choices: [{ topic: 'acme/newsletter', channel: 'email', state }],
  preferences: [],
  identifiers: [],
  evidence: {
    source: 'preference-center',
    actor: { kind: 'subject' },
    method: 'form',
    occurredAt: toIso(START + step * 1_000),
    legalBasis: 'consent',
    notice: { id: 'marketing', version: '3', language: 'en', sha256: 'a'.repeat(64) },
  },
});

/** What `decide` makes of a change after `previous`, ready to be stored. */
export function aVersion(subject: string, change: Change, previous?: Stored): Stored {
  const now = Date.parse(change.evidence.occurredAt) + 5;
  const decision = decide(previous, change, { subject, now, catalogue: config.catalogue });
  if (decision.kind === 'unchanged') throw new Error('this change is in the record already');
  return sealed(decision.version);
}

export function sealed(version: Version, remembered: readonly string[] = []): Stored {
  const document = canonical(version);
  return { version, document, digest: sha256(document), remembered };
}

export const aFindable = (change: Partial<Findable> = {}): Findable => ({
  about: { topics: ['acme/newsletter'], channels: ['email'], preferences: [], identifiersChanged: [] },
  ...change,
});

/** Read, decide, write, again until it holds: what accept does. */
export async function record(records: Records, subject: string, change: Change): Promise<Stored> {
  for (let attempt = 0; ; attempt++) {
    const stored = aVersion(subject, change, await records.newest(subject));
    if (await records.append(stored, aFindable())) return stored;
    await backOff(attempt);
  }
}

/** Losers of a race try again at different moments. */
export const backOff = (attempt: number): Promise<void> =>
  sleep(Math.random() * Math.min(500, 8 * 2 ** attempt));

/** A move that replaces everything a subject goes by with these e-mail hashes. */
export function aMove(before: IdentifiersItem, hashes: readonly string[], version: number): IdentifiersMove {
  const names = hashes.map((hash) => ({ kind: 'email', hash }));
  const kept = before.current.filter(({ hash }) => hashes.includes(hash));
  const left = before.current.filter(({ hash }) => !hashes.includes(hash));
  const gained = names.filter(({ hash }) => !kept.some((entry) => entry.hash === hash));
  return {
    item: {
      revision: before.revision + 1,
      current: [
        ...kept,
        ...gained.map((name) => ({ ...name, sealed: `sealed-${name.hash}`, shared: false })),
      ],
      retired: [
        ...before.retired,
        ...left.map(({ kind, hash, sealed: text }) => ({ kind, hash, sealed: text, since: version })),
      ],
    },
    gained,
    lost: left.map(({ kind, hash }) => ({ kind, hash })),
  };
}
