import type { Language } from '../domain/language.ts';
import type { AnswerState } from '../domain/vocabulary.ts';

/**
 * What a preference centre shows one person, in words of one language: the hosted page is rendered from it, and the web
 * component renders it itself. Plain JSON; it holds no contact data but masked identifiers.
 */
export interface PageModel {
  readonly language: Language;
  readonly direction: 'ltr' | 'rtl';
  /** The version that is shown; 0 for a person nobody has spoken of. What is saved names it. */
  readonly version: number;
  readonly notice: ShownNotice;
  /** Whose page it is, as far as she must know it again: masked. */
  readonly identifiers: readonly { readonly label: string; readonly value: string }[];
  readonly brands: readonly BrandModel[];
  /** Preferences that belong to no topic. */
  readonly preferences: readonly PreferenceModel[];
  readonly stop: StopModel;
  /** What changed last, when, and where it came from; missing where nothing has. */
  readonly last?: string;
  /** Nothing of what she chose may be used for now, in words. */
  readonly restriction?: string;
  /** The browser's opt-out signal was read, and what became of it. */
  readonly signal?: SignalModel;
  /** Words that a script needs beside these. */
  readonly words: ScriptWords;
}

/** The notice as it is shown: its whole text, and what proves which text it was. */
export interface ShownNotice {
  readonly id: string;
  readonly version: string;
  readonly language: string;
  /** SHA-256 (hex) of the exact bytes of `text`. */
  readonly sha256: string;
  readonly text: string;
}

export interface BrandModel {
  readonly id: string;
  readonly title: string;
  readonly stop: StopModel;
  readonly topics: readonly TopicModel[];
}

/** A button that withdraws everything under a pattern, on every channel. */
export interface StopModel {
  /** `*` or `acme/*` */
  readonly pattern: string;
  readonly label: string;
  /** Nothing under it is permitted or asked for: it would change no answer. It can be pressed all the same. */
  readonly done: boolean;
}

export interface TopicModel {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly controls: readonly ControlModel[];
  /** Preferences of this topic. */
  readonly preferences: readonly PreferenceModel[];
}

/** One switch: may this topic be told by this channel? */
export interface ControlModel {
  readonly topic: string;
  /** `*`: all channels at once. */
  readonly channel: string;
  /** `E-mail` */
  readonly label: string;
  /** Its whole name, for who does not see what stands around it: `Newsletter by e-mail`. The label is in it (WCAG 2.5.3). */
  readonly name: string;
  readonly state: AnswerState;
  /** Shown as on: permitted, or asked for and waiting to be confirmed. */
  readonly on: boolean;
  /** One line below it: waits for a confirmation, was stopped elsewhere, runs out soon. */
  readonly note?: string;
}

export interface PreferenceModel {
  readonly key: string;
  readonly title: string;
  readonly value?: string;
  readonly values: readonly { readonly value: string; readonly label: string }[];
}

export interface SignalModel {
  readonly text: string;
  /** What it covers is withdrawn now. False: she has decided otherwise since. */
  readonly honoured: boolean;
}

export interface ScriptWords {
  readonly saving: string;
  /** At a control whose last tap did not get through. */
  readonly unsent: string;
  readonly undo: string;
  /** The connection was lost: nothing was saved, and what she chose is still to be sent. */
  readonly offline: string;
  readonly retry: string;
  /** The link runs no longer, or was never one. */
  readonly invalid: string;
  readonly failed: string;
  /** At a stop button that would change nothing. */
  readonly nothingOn: string;
  readonly save: string;
  readonly history: string;
  readonly notice: string;
  /** Which text it is: `Version 4, English`. */
  readonly noticeVersion: string;
  /** Over the preferences that belong to no topic. */
  readonly interests: string;
  /** In a list of which nothing is chosen. */
  readonly unchosen: string;
  readonly language: string;
}

/** What a page or component sends: what its controls say now, and which version they were drawn from. */
export interface PageChange {
  readonly version: number;
  /** Controls that were shown. One that is not named was not shown, and stays as it is. */
  readonly controls: readonly Pick<ControlModel, 'topic' | 'channel' | 'on'>[];
  readonly preferences: readonly { readonly key: string; readonly value: string }[];
  /** A button that stops everything under a pattern: `*` or `acme/*`. */
  readonly stop?: string;
  readonly notice: Pick<ShownNotice, 'id' | 'version' | 'language'>;
}

/** What became of it, beside the page as it is now. */
export interface SavedModel {
  readonly page: PageModel;
  /** In words: what was saved, what is asked again. Announced. */
  readonly status: string;
  /** `saved`: something is recorded. `unchanged`: it was so already. `asked`: a newer stop stands in the way of something. */
  readonly outcome: 'saved' | 'unchanged' | 'asked';
  /** Controls that were stopped elsewhere since the page was drawn, and were not started again: each says so in its note. */
  readonly asked: readonly Pick<ControlModel, 'topic' | 'channel'>[];
  /** What takes it back, where that is one tap. */
  readonly undo?: PageChange;
}

/** A person's history in plain words, newest first. */
export interface HistoryModel {
  readonly language: Language;
  readonly direction: 'ltr' | 'rtl';
  readonly entries: readonly HistoryEntry[];
  /** `cursor` of the next page; missing on the last. */
  readonly older?: string;
}

export interface HistoryEntry {
  readonly version: number;
  /** ISO 8601, for machines. */
  readonly at: string;
  /** The same, in words. */
  readonly when: string;
  /** What was said, and what became of it: `Newsletter by e-mail: switched off`. */
  readonly lines: readonly string[];
  /** Who said it, where and how: `You, on this page`. */
  readonly from: string;
  /** What was shown then. */
  readonly notice?: { readonly label: string; readonly href?: string };
}
