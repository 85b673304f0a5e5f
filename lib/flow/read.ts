import { answersOf, type Because, resolvedBy } from '../domain/answer.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { maskIdentifier } from '../domain/mask.ts';
import type { HeedRecord, IdentifierChange, ResolvedState, StateRow } from '../domain/vocabulary.ts';
import type { Seals } from '../ports.ts';
import { type KnownByPorts, livingHolders } from './known-by.ts';
import { type Moment, type PastPorts, recordAt } from './past.ts';
import { forHerself, type Provenance, provenanceOf } from './provenance.ts';

export interface ReadPorts extends PastPorts {
  readonly catalogue: Catalogue;
  readonly seals: Pick<Seals, 'open'>;
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

/** The same with where each answer comes from. */
export interface SourcedRecordView extends RecordView {
  readonly choices: readonly (RecordView['choices'][number] & Partial<Provenance>)[];
  /** Set where it rests on a version that cannot be relied on, so that everything reads as withdrawn. */
  readonly broken?: number;
}

export interface RecordQuery extends Moment {
  readonly subject: string;
  /** Identifiers are shown so that their owner knows them and nobody else learns them. */
  readonly masked: boolean;
}

/** The record now, or as it stood at another moment. */
export const readRecord =
  (ports: ReadPorts) =>
  async ({ subject, masked, ...moment }: RecordQuery): Promise<SourcedRecordView> => {
    const then = await recordAt(ports, subject, moment);
    const { record, at, broken } = then;
    const opened = await openAll(ports.seals, subject, record.identifiers);
    const identifiers = masked ? maskAll(opened) : opened;
    const view = viewOf({ subject, record, at, version: then, identifiers }, ports);
    const answer = answersOf(record, ports.catalogue, at);
    const choices = view.choices.map((row) => {
      const source = provenanceOf(answer(row.topic, row.channel), then, ports.catalogue);
      return { ...row, ...(source && (masked ? hers(source) : source)) };
    });
    return { ...view, choices, ...(broken !== undefined && { broken }) };
  };

const hers = (source: Provenance): Provenance => ({ ...source, evidence: forHerself(source.evidence) });

interface Viewed {
  readonly subject: string;
  readonly record: HeedRecord;
  /** The moment whose answers are shown, ms. */
  readonly at: number;
  readonly version: { readonly version: number; readonly recordedAt: string | null } | undefined;
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

export interface Found {
  /** What the identifier is known by: its keyed hash. */
  readonly hash: string;
  readonly subjects: readonly string[];
  /** There are more. */
  readonly more: boolean;
}

/** Subjects that go by a normalised identifier now. */
export const lookUp =
  (ports: Pick<KnownByPorts, 'identifiers' | 'seals'>) =>
  async (kind: string, value: string): Promise<Found> => {
    const hash = await ports.seals.hash(kind, value);
    const subjects = await livingHolders(ports.identifiers, { kind, hash }, MOST_HOLDERS + 1);
    return { hash, subjects: subjects.slice(0, MOST_HOLDERS), more: subjects.length > MOST_HOLDERS };
  };
