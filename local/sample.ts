import * as z from 'zod';
import type { HeedConfig } from '../lib/config.ts';
import type { ChangeBody, EvidenceBody } from '../lib/domain/change.ts';
import { checkRights } from '../lib/domain/rights.ts';
import { DAY, toIso } from '../lib/domain/time.ts';
import { covers } from '../lib/domain/topic.ts';
import { linkTo } from '../lib/http/one-click.ts';
import { apiAt } from './demo/api.ts';
import type { Engine } from './engine.ts';

/** Somebody invented, whose page can be opened at once. */
export const SAMPLE = 'sample';

export interface SampleOptions {
  readonly config: HeedConfig;
  /** Where her link leads; the engine's own address where it is left out. */
  readonly publicUrl?: string | undefined;
}

const Read = z.object({ version: z.number() });

/**
 * Gives the link to a sample person's page. Where nobody has spoken of her yet, her old consents are imported as those of
 * real people are: through the API. Undefined where she would be told to a real vendor, where nobody may import, and
 * where there are no pages.
 */
export async function samplePage(
  { url, app }: Pick<Engine, 'url' | 'app'>,
  { config, publicUrl = url }: SampleOptions,
): Promise<string | undefined> {
  const change = sampleChange(config, app.clock.now());
  const invented = app.laneList.every(({ destination }) => app.standIns.has(destination.id));
  if (!change || !invented) return undefined;
  const api = apiAt(url);
  try {
    const token = await api.token({ scope: 'preferences:write preferences:read' });
    const { body } = await api.get(`/v1/subjects/${SAMPLE}`, token);
    if (Read.parse(body).version === 0) await record(change, api.post, token);
    return linkTo(publicUrl, 'preferences', await api.token({ subject: SAMPLE }));
  } finally {
    await api.close();
  }
}

type Post = ReturnType<typeof apiAt>['post'];

async function record(change: ChangeBody, post: Post, token: string): Promise<void> {
  const { status } = await post(`/v1/subjects/${SAMPLE}/changes`, change, { token });
  if (status !== 201)
    throw new Error(`The sample person could not be recorded (${status}); --no-sample leaves it out`);
}

/** What an old system knew of her: an identifier of every kind, so that every destination knows whom it is told of, and some consents. */
export function sampleChange(config: HeedConfig, now: number): ChangeBody | undefined {
  const evidence = evidenceOf(config, now);
  if (!evidence) return undefined;
  const body = { choices: choicesOf(config), identifiers: identifiersOf(config) };
  const context = { catalogue: config.catalogue, caller: { sources: ['*'] }, now };
  const source = Object.keys(config.sources).find(
    (one) => checkRights(body, { ...evidence, source: one }, context).length === 0,
  );
  return source === undefined ? undefined : { ...body, evidence: { ...evidence, source } };
}

/** She was shown the oldest text that is kept, a month ago. */
function evidenceOf({ preferenceCentre, notices }: HeedConfig, now: number): EvidenceBody | undefined {
  const name = Object.keys(notices).find((one) => one.startsWith(`${preferenceCentre?.notice.id}/`));
  const [id, version, language] = name?.split('/') ?? [];
  if (!preferenceCentre || id === undefined || version === undefined || language === undefined)
    return undefined;
  return {
    ...{ actor: { kind: 'import' }, method: 'file', legalBasis: preferenceCentre.legalBasis },
    occurredAt: toIso(now - 30 * DAY),
    notice: { id, version, language },
  };
}

/** Two channels of each topic that can be had without a confirmation; nothing that browsers' signals are about. */
function choicesOf({ topics, channels, preferenceCentre }: HeedConfig): NonNullable<ChangeBody['choices']> {
  const signalled = preferenceCentre?.signal ?? [];
  return Object.entries(topics)
    .filter(([topic, { retired = false }]) => !retired && !signalled.some((one) => covers(one, topic)))
    .flatMap(([topic, { offeredOn = channels, doubleOptIn }]) =>
      offeredOn
        .filter((channel) => channel !== '*' && !doubleOptIn?.channels.includes(channel))
        .slice(0, 2)
        .map((channel) => ({ topic, channel, state: 'granted' as const })),
    );
}

const VALUES = { email: 'sample@example.com', phone: '+4520100100', id: 'id-sample' } as const;

const identifiersOf = ({ identifiers }: HeedConfig): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(identifiers).map(([kind, { type }]) => [kind, VALUES[type]]));
