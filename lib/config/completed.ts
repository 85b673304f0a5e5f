import { LANGUAGES } from '../domain/language.ts';
import type { Declaration } from './declaration.ts';

/** A declaration with everything in it that it may leave out. */
export type Completed = ReturnType<typeof completed>;

export function completed(declaration: Declaration) {
  const { issuers = [], personalEvidence = [], preferenceCentre, keywords, ...declared } = declaration;
  return {
    ...declared,
    issuers,
    personalEvidence,
    audit: completedAudit(declared.audit ?? {}),
    erasure: { withinHours: 14 * 24, ...declared.erasure },
    ...(preferenceCentre && { preferenceCentre: completedCentre(preferenceCentre) }),
    ...(keywords && { keywords: completedKeywords(keywords) }),
    topics: each(declared.topics, ({ doubleOptIn, ...topic }) => ({
      ...topic,
      ...(doubleOptIn && { doubleOptIn: { withinDays: 7, ...doubleOptIn } }),
    })),
    identifiers: each(declared.identifiers, (rule) =>
      rule.type === 'email' ? { ...rule, lowerCase: rule.lowerCase ?? ('all' as const) } : rule,
    ),
    sources: each(declared.sources, ({ preferences = [], identifiers = [], owns = [], ...source }) => ({
      ...source,
      preferences,
      identifiers,
      owns,
    })),
    destinations: each(
      declared.destinations,
      ({ enabled = true, paused = false, settings = {}, ...destination }) => ({
        ...destination,
        enabled,
        paused,
        settings,
      }),
    ),
  };
}

const completedAudit = ({ signIn, ...audit }: NonNullable<Declaration['audit']>) => ({
  ...{ retentionYears: 10, signingKey: 1, earlierKeys: [], ...audit },
  ...(signIn && { signIn: { scope: 'openid audit:read preferences:read', ...signIn } }),
});

type Declared<K extends keyof Declaration> = NonNullable<Declaration[K]>;

const completedCentre = (centre: Declared<'preferenceCentre'>) => ({
  legalBasis: 'consent' as const,
  languages: [...LANGUAGES],
  origins: [],
  signal: [],
  signalSince: '2026-01-01',
  ...centre,
});

/** What Twilio answers where nobody has told it not to: https://help.twilio.com/articles/223134027 (2026-11) */
const ANSWERED_BY_TWILIO = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'HELP', 'INFO'];

const completedKeywords = (keywords: Declared<'keywords'>) => ({
  stops: ['*'],
  languages: [...LANGUAGES],
  snsTopics: [],
  answeredByTwilio: ANSWERED_BY_TWILIO,
  ...keywords,
});

const each = <T, R>(all: Readonly<Record<string, T>>, change: (one: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(all).map(([id, one]) => [id, change(one)]));

/** The brand that owns a topic: its first segment. */
export const brandOf = (topic: string): string => topic.slice(0, topic.indexOf('/'));

interface NoticeId {
  readonly id: string;
  readonly version: string;
  readonly language: string;
}

/** What a notice that Heed keeps is listed under. */
export const noticeName = ({ id, version, language }: NoticeId): string => `${id}/${version}/${language}`;
