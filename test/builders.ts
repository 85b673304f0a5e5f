import type { Catalogue } from '../lib/domain/catalogue.ts';
import type { ChangeBody, EvidenceBody } from '../lib/domain/change.ts';
import { type DecideContext, type Decision, decide, type Predecessor } from '../lib/domain/decide.ts';
import { canonical, sha256 } from '../lib/domain/digest.ts';
import { EMPTY_RECORD } from '../lib/domain/registers.ts';
import { MINUTE, toIso } from '../lib/domain/time.ts';
import type {
  ActorKind,
  Change,
  Choice,
  ChoiceState,
  Evidence,
  HeedRecord,
  IdentifierChange,
  Preference,
  Version,
} from '../lib/domain/vocabulary.ts';

/** The moment tests play at, ms. */
export const NOW = Date.UTC(2026, 4, 1, 12);

/** A time so many minutes after that moment (before it, if negative), as Heed keeps times. */
export const minute = (offset: number): string => toIso(NOW + offset * MINUTE);

export const SHOWN = sha256('We may write to you about our products.');

const choice =
  (state: ChoiceState) =>
  (topic: string, channel: string): Choice => ({ topic, channel, state });

export const granted = choice('granted');
export const withdrawn = choice('withdrawn');
export const pending = choice('pending');

export function aCatalogue(overrides: Partial<Catalogue> = {}): Catalogue {
  const topic = { title: 'A topic', purpose: 'marketing' };
  const everything = {
    title: 'A source',
    topics: ['*'],
    channels: ['*'],
    states: ['granted', 'withdrawn', 'pending'] as const,
    preferences: ['*'],
    identifiers: ['*'],
  };
  return {
    topics: {
      'acme/newsletter': { ...topic, brand: 'acme' },
      'acme/offers': { ...topic, brand: 'acme' },
      'acme/surveys': { ...topic, brand: 'acme', expiresAfterDays: 730 },
      'acme/clubs/cycling': { ...topic, brand: 'acme' },
      'acme/fax-news': { ...topic, brand: 'acme', retired: true },
      'orbit/newsletter': { ...topic, brand: 'orbit' },
    },
    channels: ['email', 'sms', 'phone'],
    preferenceKeys: {
      'acme/newsletter.frequency': { title: 'How often', values: ['daily', 'weekly'] },
      'interest.cycling': { title: 'Cycling', values: ['like', 'dislike'] },
    },
    identifiers: {
      email: { type: 'email', lowerCase: 'all' },
      phone: { type: 'phone', defaultCountry: 'DK' },
      crm: { type: 'id' },
    },
    notices: { 'marketing/3/en': SHOWN },
    sources: {
      form: { ...everything, actors: ['subject'] },
      desk: { ...everything, actors: ['agent', 'subject'] },
      crm: { ...everything, actors: ['system', 'import'] },
      mailer: {
        ...everything,
        actors: ['subject', 'system'],
        topics: ['acme/*'],
        channels: ['email'],
        states: ['granted', 'withdrawn'],
        preferences: ['acme/newsletter.frequency'],
        identifiers: ['email'],
      },
    },
    personalEvidence: [],
    schemas: 'https://schemas.acme.example/heed',
    ...overrides,
  };
}

export const anEvidence = (overrides: Partial<Evidence> = {}): Evidence => ({
  source: 'form',
  actor: { kind: 'subject' },
  method: 'form',
  occurredAt: minute(0),
  legalBasis: 'consent',
  notice: { id: 'marketing', version: '3', language: 'en', sha256: SHOWN },
  ...overrides,
});

/** A change in few words: `actor` and `at` (minutes after the moment tests play at) stand for their evidence. */
export interface ChangeShape {
  readonly choices?: readonly Choice[];
  readonly preferences?: readonly Preference[];
  readonly identifiers?: readonly IdentifierChange[];
  readonly restricted?: boolean;
  readonly actor?: ActorKind;
  readonly source?: string;
  readonly at?: number;
  readonly evidence?: Partial<Evidence>;
}

export const aChange = ({ actor = 'subject', source, at = 0, evidence, ...parts }: ChangeShape): Change => ({
  choices: parts.choices ?? [],
  preferences: parts.preferences ?? [],
  identifiers: parts.identifiers ?? [],
  ...(parts.restricted !== undefined && { restricted: parts.restricted }),
  evidence: anEvidence({
    actor: { kind: actor },
    occurredAt: minute(at),
    ...(source !== undefined && { source }),
    ...evidence,
  }),
});

/** An identifier as a change states it; its hash and ciphertext are made from the value, so that they are fixed. */
export const anIdentifier = (kind: string, value: string | null): IdentifierChange => ({
  kind,
  hash: value === null ? null : sha256(`${kind} ${value}`),
  sealed: value === null ? null : `sealed:${sha256(value)}`,
});

export interface VersionShape {
  readonly subject?: string;
  readonly version?: number;
  readonly change?: Change;
  readonly previous?: Version;
  readonly catalogue?: Catalogue;
  readonly now?: number;
}

/** A version as `decide` makes it of a change (a newsletter grant unless told otherwise) after its predecessor. */
export function aVersion(shape: VersionShape = {}): Version {
  const { change = aChange({ choices: [granted('acme/newsletter', 'email')] }) } = shape;
  const decision = deciding(shape)(shape.previous, change);
  if (decision.kind !== 'version') throw new Error('this change makes no version');
  return { ...decision.version, ...(shape.version !== undefined && { version: shape.version }) };
}

/** `decide` with its surroundings filled in. */
export const deciding =
  ({ catalogue = aCatalogue(), subject = 'ada', now = NOW, ...rest }: Partial<DecideContext> = {}) =>
  (previous: Version | undefined, change: Change): Decision =>
    decide(previous && asPredecessor(previous), change, { ...rest, catalogue, subject, now });

export const asPredecessor = (version: Version): Predecessor => ({
  version,
  digest: sha256(canonical(version)),
});

/** Versions of one subject after these changes, in this order of arrival. Changes already known make none. */
export function aHistory(
  changes: readonly Change[],
  context: Partial<DecideContext> = {},
): readonly Version[] {
  const versions: Version[] = [];
  for (const change of changes) {
    const decision = deciding(context)(versions.at(-1), change);
    if (decision.kind === 'version') versions.push(decision.version);
  }
  return versions;
}

/** The record after these changes, in this order of arrival. */
export const aRecord = (...changes: readonly Change[]): HeedRecord =>
  aHistory(changes).at(-1)?.record ?? EMPTY_RECORD;

/** A body with all the evidence a grant needs; `evidence` replaces parts of it, undefined leaves one out. */
export const aBody = ({
  evidence,
  ...parts
}: Omit<ChangeBody, 'evidence'> & { readonly evidence?: Partial<EvidenceBody> } = {}): ChangeBody => ({
  ...(Object.keys(parts).length === 0 ? { choices: [granted('acme/newsletter', 'email')] } : parts),
  evidence: {
    source: 'form',
    actor: { kind: 'subject' },
    method: 'form',
    occurredAt: minute(0),
    legalBasis: 'consent',
    notice: { id: 'marketing', version: '3', language: 'en' },
    ...evidence,
  },
});
