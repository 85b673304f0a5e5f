import { preferencesOf } from '../domain/answer.ts';
import { type Catalogue, declared, expandPairs } from '../domain/catalogue.ts';
import type { PageChange } from '../domain/page-change.ts';
import { type Shown, shownIn } from '../domain/shown.ts';
import { toMs } from '../domain/time.ts';
import { covers, coversChannel } from '../domain/topic.ts';
import type { HeedRecord } from '../domain/vocabulary.ts';
import type { Stored } from '../ports.ts';
import { noticeFaults, type SaveSettings } from './shown-evidence.ts';

export interface Undoing {
  readonly change: PageChange;
  readonly before: { readonly record: HeedRecord; readonly version: number };
  readonly catalogue: Catalogue;
  readonly settings: SaveSettings;
}

/**
 * The page that takes back what these versions saved, drawn from the last of them. Undefined where nothing moved, where
 * it would be a grant and nobody knows what was shown for it, or where somebody else wrote in between: what they stopped
 * would be lifted unseen.
 */
export function undoOf(versions: readonly Stored[], undoing: Undoing): PageChange | undefined {
  const { change, before, catalogue, settings } = undoing;
  const last = versions.at(-1)?.version;
  if (last?.version !== before.version + versions.length) return undefined;
  const at = toMs(last.recordedAt);
  const was = shownIn(before.record, catalogue, at);
  const controls = flipped(versions, { was, is: shownIn(last.record, catalogue, at), catalogue });
  const preferences = preferencesBack(versions, before.record);
  const unknown = noticeFaults(change.notice, catalogue, settings).length > 0;
  if (controls.length + preferences.length === 0 || (unknown && controls.some(({ on }) => on)))
    return undefined;
  return {
    version: last.version,
    controls: [...controls],
    preferences: [...preferences],
    notice: change.notice,
  };
}

interface Flipping {
  readonly was: Shown;
  readonly is: Shown;
  readonly catalogue: Catalogue;
}

/** One channel each: a control for all of them may have been on for some. A retired topic cannot be switched on again. */
function flipped(versions: readonly Stored[], { was, is, catalogue }: Flipping): PageChange['controls'] {
  const said = versions.flatMap(({ version }) => version.change.choices);
  return expandPairs(catalogue, { topic: '*', channel: '*' })
    .filter((pair) =>
      said.some(({ topic, channel }) => covers(topic, pair.topic) && coversChannel(channel, pair.channel)),
    )
    .map((pair) => ({ ...pair, on: was.isOn(pair) }))
    .filter((pair) => is.isOn(pair) !== pair.on)
    .filter(({ topic, on }) => !(on && declared(catalogue.topics, topic)?.retired));
}

/** To what they were before. One that said nothing before cannot be unsaid. */
function preferencesBack(versions: readonly Stored[], before: HeedRecord): PageChange['preferences'] {
  const old = new Map(preferencesOf(before).map(({ key, value }) => [key, value]));
  return versions
    .flatMap(({ version }) => version.change.preferences)
    .flatMap(({ key, value }) => {
      const back = old.get(key);
      return back === undefined || back === value ? [] : [{ key, value: back }];
    });
}
