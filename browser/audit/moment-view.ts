import { html, nothing, type TemplateResult } from 'lit';
import { reasonWords } from '../../lib/page/staff-reasons.ts';
import {
  ACTORS,
  BECAUSE,
  CHANNELS,
  deliveryWords,
  methodWords,
  STATES,
  wordOf,
} from '../../lib/page/staff-words.ts';
import type { Deliveries, Delivery, RecordAnswer, Row } from './answers.ts';
import { type Column, table } from './pane.ts';
import { hashOf, type Query } from './route.ts';
import { texts } from './texts.ts';
import type { Moment } from './timeline.ts';
import { timeOf, timeText } from './times.ts';

/**
 * What an answer is compared with: the same moment as it is known today, which is what late arrivals changed; where the
 * moment is of today's knowledge, today. Undefined: it is today.
 */
export function versus({ validAt, knownAt }: Moment): Moment | undefined {
  if (validAt === undefined && knownAt === undefined) return undefined;
  return knownAt === undefined
    ? { validAt: undefined, knownAt: undefined }
    : { validAt: validAt ?? knownAt, knownAt: undefined };
}

/** The answers, what they are compared with, and the moment they are of: they come and go together. */
export interface Seen {
  readonly value: RecordAnswer;
  readonly other: RecordAnswer | undefined;
  readonly moment: Moment;
}

export interface MomentView extends Seen {
  readonly place: { readonly subject: string; readonly query: Query };
}

interface Compared {
  readonly row: Row | undefined;
  readonly other: Row | undefined;
  readonly topic: string;
  readonly channel: string;
}

/** The answers at a moment, each with what it rests on, and what differs from what is known today. */
export function momentView(view: MomentView): TemplateResult {
  const { value, other, moment } = view;
  const rows = compared(value, other);
  const differing = rows.filter(differs).length;
  return html`<p class="moment">${titleOf(moment)}</p>
    ${value.choices.length === 0 && rows.length > 0 ? html`<p>${texts.moment.empty}</p>` : nothing}
    ${value.stopped.length === 0 ? nothing : html`<p>${texts.moment.stopped(value.stopped.map((one) => wordOf(CHANNELS, one)).join(', '))}</p>`}
    ${other ? html`<p>${comparedWith(moment)}: ${texts.moment.changes(differing)}</p>` : nothing}
    ${table({
      ...{ caption: titleOf(moment), rows, empty: texts.moment.empty, columns: columnsOf(view) },
      marked: (row) => other !== undefined && differs(row),
    })}
    ${
      value.preferences.length === 0
        ? nothing
        : html`<dl>${value.preferences.map(({ key, value: said }) => html`<div><dt>${key}</dt><dd>${said}</dd></div>`)}</dl>`
    }`;
}

/** Which moment it is, in words. */
export function titleOf({ validAt, knownAt }: Moment): string {
  const { moment } = texts;
  const at = validAt ?? knownAt;
  return at === undefined
    ? moment.now
    : moment.at(timeText(at), knownAt === undefined ? undefined : timeText(knownAt));
}

const comparedWith = ({ knownAt }: Moment): string =>
  knownAt === undefined ? texts.moment.today : texts.moment.laterKnown;

function compared(value: RecordAnswer, other: RecordAnswer | undefined): readonly Compared[] {
  const all = new Map<string, Compared>();
  for (const row of value.choices) all.set(keyOf(row), { ...nameOf(row), row, other: undefined });
  for (const row of other?.choices ?? [])
    all.set(keyOf(row), { row: undefined, ...all.get(keyOf(row)), ...nameOf(row), other: row });
  return [...all.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

type Named = Pick<Row, 'topic' | 'channel'>;
const keyOf = ({ topic, channel }: Named): string => `${topic} ${channel}`;
const nameOf = ({ topic, channel }: Named): Named => ({ topic, channel });

const stateOf = (row: Row | undefined): string => row?.state ?? 'none';
const differs = ({ row, other }: Compared): boolean => stateOf(row) !== stateOf(other);

function columnsOf({ other, moment, place }: MomentView): readonly Column<Compared>[] {
  const { columns } = texts.moment;
  const today: Column<Compared> = {
    title: comparedWith(moment),
    cell: (one) =>
      differs(one)
        ? html`<b>${stateTag(one.other)}</b>`
        : html`<span class="quiet">${texts.moment.same}</span>`,
  };
  return [
    { title: columns.topic, names: true, cell: ({ topic }) => topic },
    { title: columns.channel, cell: ({ channel }) => wordOf(CHANNELS, channel) },
    { title: columns.state, cell: ({ row }) => stateTag(row) },
    ...(other ? [today] : []),
    { title: columns.because, cell: ({ row }) => (row ? wordOf(BECAUSE, row.because) : '–') },
    { title: columns.chosen, cell: ({ row }) => timeOf(row?.occurredAt) },
    { title: columns.source, cell: ({ row }) => (row ? saidBy(row) : '–') },
    { title: columns.evidence, cell: ({ row }) => versionLink(row, place) },
  ];
}

const stateTag = (row: Row | undefined): TemplateResult =>
  html`<span class="state" data-state=${stateOf(row)}>${wordOf(STATES, stateOf(row))}</span>${row?.expiresAt === undefined ? nothing : html` <span class="hint until">${row.because === 'expired' ? texts.moment.ranOut : texts.moment.until} ${timeOf(row.expiresAt)}</span>`}`;

const saidBy = ({ source, actor, method }: Row): string =>
  `${source}, ${wordOf(ACTORS, actor)}, ${methodWords(method)}`;

function versionLink(row: Row | undefined, { subject, query }: MomentView['place']): TemplateResult | string {
  const version = row?.change?.version;
  if (version === undefined) return '–';
  const href = hashOf('person', { subject, query: { ...query, version: `${version}` } });
  return html`<a href=${href}>${texts.moment.version(version)}</a>`;
}

/** Those that have not got the newest version there is, and want it. */
export const behindIn = ({ deliveries, version: newest }: Deliveries): readonly Delivery[] =>
  deliveries.filter(({ version, behind }) => behind ?? version !== newest);

/** What each destination had. */
export const deliveriesAt = (deliveries: readonly Delivery[]): TemplateResult =>
  table({
    ...{ caption: texts.person.sections.told, rows: deliveries, empty: texts.told.nobody },
    columns: [
      { title: texts.told.destination, names: true, cell: ({ destination, title }) => title ?? destination },
      {
        title: texts.told.had,
        cell: had,
      },
      { title: texts.told.since, cell: ({ at, since }) => timeOf(since ?? at) },
      ...outcomeColumns(deliveries),
    ],
  });

function had({ version = 0, lookedDownTo }: Delivery): string {
  if (version > 0) return texts.moment.version(version);
  return lookedDownTo === undefined ? texts.told.nothing : texts.told.noneDownTo(lookedDownTo);
}

/** How it went there, where the answer says so. */
export const outcomeColumns = (deliveries: readonly Delivery[]): readonly Column<Delivery>[] =>
  deliveries.some(({ outcome }) => outcome !== undefined)
    ? [
        {
          title: texts.told.outcome,
          cell: ({ outcome, by }) => (outcome === undefined ? '–' : deliveryWords(outcome, by)),
        },
        { title: texts.told.reason, cell: reasonOf },
      ]
    : [];

/** Why it is not told; and of what is under way, how often it was tried and when it is tried again. */
function reasonOf({ reason, retrying, until, attempts }: Delivery): TemplateResult | string {
  const why = reason ?? retrying?.reason;
  const next = until ?? retrying?.until;
  const tried = retrying?.attempts ?? attempts;
  if (next === undefined) return why === undefined ? '–' : reasonWords(why);
  return html`${why === undefined ? nothing : `${reasonWords(why)}, `}${tried === undefined ? nothing : `${texts.told.tried(tried)}, `}${texts.told.again} ${timeOf(next)}`;
}
