import * as z from 'zod';
import type { Ask, Learned, Poll, ReportedChoice } from '../destination.ts';
import { dataOf, optedOut, queryPath } from './lookup.ts';
import { flaggedIn, type OptOut, optOutsIn, ROW_FIELDS, Stamped } from './opt-outs.ts';
import type { Settings } from './settings.ts';

/** Records of one question: the Individuals of a page fit in the address of the next. */
const PAGE = 200;

/** A transaction may show what it changed only when it ends; that long, ms, is read once more. */
const OVERLAP = 10 * 60_000;

/** Records of one object that may hold opt-outs, in the order of their last change. */
interface Feed {
  readonly object: string;
  readonly fields: string;
  readonly where: string;
  /** What they say at once, and whose opt-outs are to be looked up. */
  readonly read: (records: readonly Stamped[]) => {
    readonly choices: readonly ReportedChoice[];
    readonly optOuts: readonly OptOut[];
  };
}

function feedsOf(settings: Settings): readonly Feed[] {
  const { optOuts, consents, flags, flagFields } = settings;
  if (!optOuts) return [];
  const rows: Feed = {
    object: 'ContactPointTypeConsent',
    fields: ROW_FIELDS,
    where: optedOut(settings),
    read: (records) => ({ choices: [], optOuts: optOutsIn(records, settings) }),
  };
  const fields = Object.values(flagFields);
  const flagged = (['Contact', 'Lead'] as const)
    .filter((object) => flags === 'both' || flags === object.toLowerCase())
    .map(
      (object): Feed => ({
        object,
        fields: `Id, Email, LastModifiedById, LastModifiedDate, SystemModstamp, ${fields.join(', ')}`,
        where: `(${fields.map((field) => `${field} = true`).join(' OR ')})`,
        read: (records) => ({
          choices: records.flatMap((record) => spokenBy([record], flaggedIn(record, settings))),
          optOuts: [],
        }),
      }),
    );
  return [...(consents ? [rows] : []), ...flagged];
}

/** How far a round has come: it reads each feed from `since` on, and the next round begins at `next`. */
const Mark = z.object({
  since: z.iso.datetime(),
  next: z.iso.datetime().optional(),
  /** The object whose records are read; settings may have left it out since, and the round begins anew. */
  feed: z.string().optional().catch(undefined),
  /** Last record that was read of this feed: when it was changed, and its id. */
  after: z.tuple([z.iso.datetime(), z.string()]).optional(),
});
type Mark = z.output<typeof Mark>;

/** Salesforce has no notices: its consent rows and flags are asked for instead, oldest change first. */
export const poll: Poll<Settings> = {
  every: 5,
  ask: (cursor, settings, now) => {
    const feeds = feedsOf(settings);
    const { after, ...mark } = Mark.parse(
      cursor === undefined ? { since: seconds(now) } : JSON.parse(cursor),
    );
    const going = feeds.find(({ object }) => object === mark.feed);
    const feed = going ?? feeds[0];
    if (!feed) return [];
    const overlapped = seconds(now - OVERLAP);
    const next = mark.next ?? (overlapped > mark.since ? overlapped : mark.since);
    return [page({ feed, feeds, settings, mark: { ...mark, next, ...(going && after && { after }) } })];
  },
};

/** Salesforce keeps whole seconds. */
const seconds = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString();

interface Page {
  readonly feed: Feed;
  readonly feeds: readonly Feed[];
  readonly settings: Settings;
  readonly mark: Mark;
}

function page({ feed, feeds, settings, mark }: Page): Ask {
  const { since, after } = mark;
  const changed = after
    ? `(SystemModstamp > ${after[0]} OR (SystemModstamp = ${after[0]} AND Id > '${after[1]}'))`
    : `SystemModstamp >= ${since}`;
  const soql = `SELECT ${feed.fields} FROM ${feed.object} WHERE ${feed.where} AND ${changed} ORDER BY SystemModstamp, Id LIMIT ${PAGE}`;
  const data = dataOf(settings);
  return {
    method: 'GET',
    path: queryPath(data, soql),
    learn: ({ status, body }) => {
      const records = status === 200 ? Found.safeParse(body).data?.records : undefined;
      if (!records) return undefined;
      const { choices, optOuts } = feed.read(records);
      const asks = optOuts.length > 0 ? OBJECTS.map((object) => whose(data, object, optOuts)) : [];
      const following = feeds[feeds.indexOf(feed) + 1];
      return { choices, asks, ...onward({ ...mark, feed: feed.object }, records, following) };
    },
  };
}

const Found = z.object({ records: z.array(Stamped) });

/** Where the round goes on, or the next one begins. */
function onward(
  mark: Mark,
  records: readonly Stamped[],
  following: Feed | undefined,
): Pick<Learned, 'cursor' | 'more'> {
  const { since, next } = mark;
  const last = records.at(-1);
  if (last && records.length >= PAGE)
    return { cursor: JSON.stringify({ ...mark, after: [last.SystemModstamp, last.Id] }), more: true };
  return following
    ? { cursor: JSON.stringify({ since, next, feed: following.object }), more: true }
    : { cursor: JSON.stringify({ since: next }) };
}

/** A person has one record or several, whatever kinds of record are told. */
const OBJECTS = ['Contact', 'Lead'] as const;

const People = z.object({
  records: z.array(z.object({ Id: z.string(), Email: z.string().nullish(), IndividualId: z.string() })),
  done: z.boolean().default(true),
  nextRecordsUrl: z.string().optional(),
});

/** Asks who the Individuals of these opt-outs are. */
function whose(data: string, object: string, optOuts: readonly OptOut[]): Ask {
  const parties = [...new Set(optOuts.map(({ party }) => `'${party}'`))].join(',');
  const soql = `SELECT Id, Email, IndividualId FROM ${object} WHERE IndividualId IN (${parties})`;
  const from = (path: string): Ask => ({
    method: 'GET',
    path,
    learn: ({ status, body }) => {
      const found = status === 200 ? People.safeParse(body).data : undefined;
      if (!found) return undefined;
      const { records, done, nextRecordsUrl: rest } = found;
      const choices = optOuts.flatMap((optOut) => {
        const theirs = records.filter(({ IndividualId }) => IndividualId === optOut.party);
        return spokenBy(theirs, optOut.choices);
      });
      return { choices, ...(!done && rest !== undefined && { asks: [from(rest)] }) };
    },
  });
  return from(queryPath(data, soql));
}

/** Reported by record id and by address: Heed may know a person by either. */
const spokenBy = (
  records: readonly { readonly Id: string; readonly Email?: unknown }[],
  choices: OptOut['choices'],
): readonly ReportedChoice[] =>
  records.flatMap(({ Id, Email }) =>
    [
      { kind: 'salesforce', value: Id },
      ...(typeof Email === 'string' ? [{ kind: 'email', value: Email }] : []),
    ].flatMap((identifier) => choices.map((choice) => ({ ...choice, identifier }))),
  );
