import { answersOf, type Because, resolvedBy } from '../domain/answer.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { maskIdentifier } from '../domain/mask.ts';
import type { HeedRecord, IdentifierChange, ResolvedState, StateRow } from '../domain/vocabulary.ts';
import type { Clock, Identifiers, Records, Seals } from '../ports.ts';
import { type Moment, recordAt } from './past.ts';

export interface ReadPorts {
  readonly catalogue: Catalogue;
  readonly records: Pick<Records, 'newest' | 'version' | 'history'>;
  readonly seals: Pick<Seals, 'open'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** A record as it is shown: answers with their reasons instead of registers, identifiers by kind. */
export interface RecordView {
  readonly subject: string;
  /** 0 for a subject nobody has spoken of. */
  readonly version: number;
  readonly recordedAt: string | null;
  readonly choices: readonly (StateRow & { readonly because: Because })[];
  readonly stopped: readonly string[];
  readonly preferences: ResolvedState['preferences'];
  readonly identifiers: Readonly<Record<string, string>>;
}

export interface RecordQuery extends Moment {
  readonly subject: string;
  /** Identifiers are shown so that their owner knows them and nobody else learns them. */
  readonly masked: boolean;
}

/** The record now, or as it stood at another moment. */
export const readRecord =
  (ports: ReadPorts) =>
  async ({ subject, masked, ...moment }: RecordQuery): Promise<RecordView> => {
    const { record, at, version } = await recordAt(ports, subject, moment);
    const identifiers = await openAll(ports.seals, subject, record.identifiers);
    return viewOf(
      { subject, record, at, version, identifiers: masked ? maskAll(identifiers) : identifiers },
      ports,
    );
  };

interface Viewed {
  readonly subject: string;
  readonly record: HeedRecord;
  /** The moment whose answers are shown, ms. */
  readonly at: number;
  readonly version: { readonly version: number; readonly recordedAt: string } | undefined;
  readonly identifiers: Readonly<Record<string, string>>;
}

export function viewOf(viewed: Viewed, { catalogue }: { readonly catalogue: Catalogue }): RecordView {
  const { subject, record, at, version, identifiers } = viewed;
  const answer = answersOf(record, catalogue, at);
  const { choices, stopped, preferences } = resolvedBy(answer, record, catalogue);
  return {
    subject,
    version: version?.version ?? 0,
    recordedAt: version?.recordedAt ?? null,
    choices: choices.map((row) => ({ ...row, because: answer(row.topic, row.channel).because })),
    stopped,
    preferences,
    identifiers,
  };
}

/** Identifiers in clear, by kind. One whose key has been destroyed is gone. */
export async function openAll(
  seals: Pick<Seals, 'open'>,
  subject: string,
  identifiers: readonly IdentifierChange[],
): Promise<Readonly<Record<string, string>>> {
  const opened = await Promise.all(
    identifiers.map(async ({ kind, sealed }) => {
      const value = sealed === null ? undefined : await seals.open(subject, sealed);
      return value === undefined ? [] : [[kind, value] as const];
    }),
  );
  return Object.fromEntries(opened.flat());
}

export const maskAll = (identifiers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(identifiers).map(([kind, value]) => [kind, maskIdentifier(kind, value)]));

/** Most subjects that one identifier is followed to. */
const MOST_HOLDERS = 100;

/** Subjects that go by a normalised identifier now. */
export const lookUp =
  (ports: { readonly identifiers: Pick<Identifiers, 'holders'>; readonly seals: Pick<Seals, 'hash'> }) =>
  async (kind: string, value: string): Promise<readonly string[]> =>
    ports.identifiers.holders(kind, await ports.seals.hash(kind, value), MOST_HOLDERS);
