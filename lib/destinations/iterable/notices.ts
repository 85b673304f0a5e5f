import * as z from 'zod';
import type { Ask, InboundNotice, Learned, ReportedChoice } from '../destination.ts';
import type { Settings } from './settings.ts';
import { CHANNELS } from './tell.ts';
import { typesIn } from './users.ts';

/** Of `Authorization: Basic`, the password: webhooks of Iterable's sign nothing. */
export function passwordIn({ headers }: InboundNotice): string | undefined {
  const [, credentials = ''] = /^Basic ([A-Za-z0-9+/=]+)$/.exec(headers['authorization'] ?? '') ?? [];
  const text = Buffer.from(credentials, 'base64').toString();
  return text.includes(':') ? text.slice(text.indexOf(':') + 1) : undefined;
}

const Ids = z.array(z.int()).nullish();
const Notice = z.object({
  eventName: z.string(),
  email: z.string().nullish(),
  userId: z.string().nullish(),
  dataFields: z
    .object({
      createdAt: z.string().nullish(),
      unsubSource: z.string().nullish(),
      messageTypeId: z.int().nullish(),
      messageTypeIds: Ids,
      channelId: z.int().nullish(),
      channelIds: Ids,
    })
    .nullish(),
});
type Notice = z.output<typeof Notice>;

/** `2026-05-01 10:00:00 +00:00` */
const timeOf = (text: string): number => Date.parse(text.replace(' ', 'T').replace(' ', ''));

/** All that somebody goes by: Heed may know them by one of it alone. Who has no address is given one that nobody reads. */
function identifiersOf({ email, userId }: Notice): readonly ReportedChoice['identifier'][] {
  const identifiers: ReportedChoice['identifier'][] = [];
  if (email && !email.endsWith('@placeholder.email')) identifiers.push({ kind: 'email', value: email });
  if (userId) identifiers.push({ kind: 'customer', value: userId });
  return identifiers;
}

/** An address that bounces is no choice of anybody's; what came by the API is Heed's own, unless it is said not to be. */
const isChoice = (source: string, { apiUnsubscribes }: Settings): boolean =>
  !/bounce/i.test(source) && (apiUnsubscribes || !/api$/i.test(source));

/**
 * https://support.iterable.com/hc/en-us/articles/208013936-System-Webhooks. Whoever leaves a channel leaves its types:
 * which those are has to be asked. Lists are no topics of ours, and that somebody joined one says nothing of them.
 */
export function changesIn(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const notice = Notice.safeParse(body).data;
  if (!notice) return { invalid: 'not a notice of Iterable' };
  const { dataFields } = notice;
  const method = ENDS[notice.eventName];
  if (!method || !dataFields || !isChoice(dataFields.unsubSource ?? '', settings)) return { choices: [] };
  const identifiers = identifiersOf(notice);
  const at = timeOf(dataFields.createdAt ?? '');
  if (identifiers.length === 0 || Number.isNaN(at)) return { invalid: 'names nobody, or no time' };
  const left = (types: readonly number[]): readonly ReportedChoice[] =>
    topicsOf(types, settings).flatMap((about) =>
      identifiers.map((identifier) => ({
        ...{ identifier, ...about, method },
        ...{ state: 'withdrawn' as const, occurredAt: new Date(at).toISOString() },
      })),
    );
  const types = all(dataFields.messageTypeId, dataFields.messageTypeIds);
  const channels = all(dataFields.channelId, dataFields.channelIds);
  return {
    choices: left(types),
    asks: types.length === 0 && channels.length > 0 ? [typesOf(channels, left)] : [],
  };
}

const ENDS: Readonly<Record<string, string>> = {
  emailUnSubscribe: 'iterable-unsubscribe',
  emailComplaint: 'iterable-complaint',
};

const all = (
  one: number | null | undefined,
  many: readonly number[] | null | undefined,
): readonly number[] => [...new Set([...(many ?? []), ...(one ? [one] : [])])];

const topicsOf = (types: readonly number[], { messageTypes }: Settings) =>
  Object.entries(messageTypes).flatMap(([topic, own]) =>
    CHANNELS.filter((channel) => types.includes(own[channel] ?? -1)).map((channel) => ({ topic, channel })),
  );

const typesOf = (
  channels: readonly number[],
  left: (types: readonly number[]) => readonly ReportedChoice[],
): Ask => ({
  method: 'GET',
  path: '/api/messageTypes',
  learn: (reply) => {
    const types = typesIn(reply);
    const ended =
      types && [...types].flatMap(([type, channel]) => (channels.includes(channel) ? [type] : []));
    return ended && { choices: left(ended) };
  },
});
