import { preferencesOf } from './answer.ts';
import { type Catalogue, declared, expandPairs } from './catalogue.ts';
import { type ControlKey, controlName, type PageChange, type PageFault } from './page-change.ts';
import { type Shown, shownIn } from './shown.ts';
import { covers, coversChannel } from './topic.ts';
import type { Choice, ChoiceEntry, HeedRecord, Preference } from './vocabulary.ts';

/** The version a page was drawn from. */
export interface Drawn {
  readonly record: HeedRecord;
  /** When it was recorded, ms: the page was drawn then or later. */
  readonly at: number;
}

export interface Sides {
  readonly catalogue: Catalogue;
  /** Missing where there is no such version. */
  readonly drawn: Drawn | undefined;
  readonly newest: HeedRecord;
  /** ms */
  readonly now: number;
  /**
   * Only what she touched is named, as scripts do. An earlier tap may hold already although its answer was lost, or may be
   * on its way still: what she switches on is compared with what holds too, and what she switches off is off.
   */
  readonly touched: boolean;
}

/** What a page asks for, compared with what it showed and with what holds now. */
export interface Differences {
  /** They go first, and nothing stands in their way. */
  readonly withdrawals: readonly Choice[];
  readonly grants: readonly Choice[];
  readonly preferences: readonly Preference[];
  /** Grants that meet a withdrawal of which the page knew nothing: to be asked again. */
  readonly asked: readonly ControlKey[];
  /** Of these, some meet a grant that ran out while the page was open, and no version says so yet. */
  readonly ranOut: boolean;
  readonly faults: readonly PageFault[];
}

type Looked = Omit<Sides, 'drawn' | 'now'> & {
  readonly drawn: HeedRecord | undefined;
  /** What the page showed when its version was recorded, what it would show of it now, and what holds now. */
  readonly atFirst: Shown;
  readonly atLast: Shown;
  readonly holds: Shown;
};

/** Only what differs from the version that was shown was chosen. */
export function differences(change: PageChange, sides: Sides): Differences {
  const looked = look(sides);
  const withdrawals = withdrawalsIn(change, looked);
  const wanted = wantedIn(change, looked);
  const preferences = change.preferences.filter((one) => chosen(one, looked));
  const faults = [
    ...wanted.flatMap((control) => controlFaults(control, looked)),
    ...preferences.flatMap((one) => preferenceFaults(one, looked)),
    ...(sides.drawn === undefined && wanted.length > 0
      ? [{ field: 'version', code: 'version' as const }]
      : []),
  ];
  const open = wanted.filter((control) => !stands(control, looked));
  const late = open.filter((control) => ranOutSince(control, looked));
  const asked = open.filter((control) => late.includes(control) || stoppedSince(control, looked));
  const grants = open.filter((control) => !asked.includes(control));
  return {
    ...{ withdrawals, asked, preferences, faults, ranOut: late.length > 0 },
    grants: grants.map(({ topic, channel }) => ({ topic, channel, state: 'granted' })),
  };
}

function look({ drawn, newest, catalogue, now, touched }: Sides): Looked {
  const holds = shownIn(newest, catalogue, now);
  return {
    ...{ newest, catalogue, touched, holds, drawn: drawn?.record },
    atFirst: drawn ? shownIn(drawn.record, catalogue, drawn.at) : holds,
    atLast: drawn ? shownIn(drawn.record, catalogue, now) : holds,
  };
}

/** A control that is named twice is off if it is off once. */
const once = (controls: PageChange['controls'], on: boolean): readonly ControlKey[] => {
  const off = new Set(controls.filter((one) => !one.on).map(controlName));
  const byName = new Map(controls.map((one) => [controlName(one), one]));
  return [...byName]
    .filter(([name]) => off.has(name) !== on)
    .map(([, { topic, channel }]) => ({ topic, channel }));
};

/**
 * What is switched off, and everything under a stop. Where it cannot be known what was shown, off means off. One that she
 * has said before is said again: no page that was drawn in between may lift it unasked.
 */
function withdrawalsIn({ controls, stop }: PageChange, looked: Looked): readonly Choice[] {
  const { atFirst, atLast, touched, catalogue } = looked;
  const wasOn = (one: ControlKey): boolean => atFirst.isOn(one) || atLast.isOn(one);
  const stopping = stop === undefined ? [] : [{ topic: stop, channel: '*' }];
  const switched = once(controls, false)
    .filter(({ topic }) => stop === undefined || !covers(stop, topic))
    .filter((one) => touched || isForeign(one, catalogue) || wasOn(one));
  return [...stopping, ...switched].map(({ topic, channel }) => ({ topic, channel, state: 'withdrawn' }));
}

/** A topic or channel that was shown once and is declared no more: a stop keeps its words. */
const isForeign = (control: ControlKey, catalogue: Catalogue): boolean =>
  expandPairs(catalogue, control).length === 0;

/** What is switched on and was shown off. */
const wantedIn = ({ controls }: PageChange, { atLast, holds, touched }: Looked): readonly ControlKey[] =>
  once(controls, true).filter((one) => !atLast.isOn(one) || (touched && !holds.isOn(one)));

const liveIn = (catalogue: Catalogue, control: ControlKey): readonly ControlKey[] =>
  expandPairs(catalogue, control).filter(({ topic }) => !declared(catalogue.topics, topic)?.retired);

/** She has said so since, or asked for it, from another page. */
const stands = (control: ControlKey, { catalogue, holds }: Looked): boolean =>
  liveIn(catalogue, control).every((pair) => {
    const { state, entry } = holds.answer(pair.topic, pair.channel);
    return (state === 'granted' && entry?.speaker === 'person') || holds.awaited(pair) !== undefined;
  });

/** Somebody has withdrawn it, and the page did not know. */
function stoppedSince(control: ControlKey, { drawn, newest, catalogue }: Looked): boolean {
  const fresh = newest.choices.filter(
    (entry) => entry.state === 'withdrawn' && !drawn?.choices.some((known) => isSame(known, entry)),
  );
  return liveIn(catalogue, control).some(({ topic, channel }) =>
    fresh.some((entry) => covers(entry.topic, topic) && coversChannel(entry.channel, channel)),
  );
}

const isSame = (a: ChoiceEntry, b: ChoiceEntry): boolean =>
  a.change === b.change && a.speaker === b.speaker && a.topic === b.topic && a.channel === b.channel;

/** It was on when the version was recorded and has run out since: the page may have shown either. */
const ranOutSince = (control: ControlKey, { atFirst, holds, catalogue }: Looked): boolean =>
  atFirst.isOn(control) &&
  liveIn(catalogue, control).some(
    ({ topic, channel }) =>
      atFirst.answer(topic, channel).state === 'granted' &&
      holds.answer(topic, channel).because === 'expired',
  );

function controlFaults(control: ControlKey, { catalogue }: Looked): readonly PageFault[] {
  const { topic, channel } = control;
  const field = controlName(control);
  const known = declared(catalogue.topics, topic);
  if (!known || known.retired) return [{ field, code: 'topic' }];
  return channel === '*' || catalogue.channels.includes(channel) ? [] : [{ field, code: 'channel' }];
}

/** It differs from what was shown, and she has not said so since. */
function chosen({ key, value }: Preference, { drawn, newest, touched }: Looked): boolean {
  const shown = preferencesOf((touched ? undefined : drawn) ?? newest).find((one) => one.key === key);
  const said = newest.preferences.some(
    (entry) => entry.speaker === 'person' && entry.key === key && entry.value === value,
  );
  return shown?.value !== value && !said;
}

function preferenceFaults({ key, value }: Preference, { catalogue }: Looked): readonly PageFault[] {
  const known = declared(catalogue.preferenceKeys, key);
  if (!known) return [{ field: key, code: 'preference' }];
  return known.values.includes(value) ? [] : [{ field: key, code: 'value' }];
}
