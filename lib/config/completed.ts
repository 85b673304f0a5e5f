import type { Declaration } from './declaration.ts';

/** A declaration with everything in it that it may leave out. */
export type Completed = ReturnType<typeof completed>;

export function completed({ issuers = [], personalEvidence = [], ...declared }: Declaration) {
  return {
    ...declared,
    issuers,
    personalEvidence,
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
