import { noticeName } from '../config/completed.ts';
import { declared } from '../domain/catalogue.ts';
import { directionOf } from '../domain/language.ts';
import type { Choice, ChoiceOutcome, Evidence, Notice } from '../domain/vocabulary.ts';
import type { VersionView } from '../flow/read-history.ts';
import { OWN_NAMES } from './centre.ts';
import type { HistoryEntry, HistoryModel } from './model.ts';
import { isLanguage } from './say.ts';
import { controlWords, preferenceWords, sourceWords, type Telling } from './wording.ts';

/** Versions as a person reads them, newest first. */
export function historyModel(
  telling: Telling,
  { versions, older }: { readonly versions: readonly VersionView[]; readonly older?: string | undefined },
): HistoryModel {
  const { language } = telling.voice;
  return {
    ...{ language, direction: directionOf(language) },
    entries: versions.map((version) => entryOf(telling, version)),
    ...(older !== undefined && { older }),
  };
}

function entryOf(telling: Telling, { version, change, outcomes, evidence }: VersionView): HistoryEntry {
  const { moment } = telling.voice;
  const notice = evidence.notice && noticeWords(telling, evidence.notice);
  return {
    ...{ version, at: evidence.occurredAt, when: moment(evidence.occurredAt) },
    lines: [
      ...outcomes.map((outcome) => outcomeWords(telling, outcome)),
      ...change.preferences.map((preference) => preferenceWords(telling, preference)),
      ...change.identifiers.map((identifier) => identifierWords(telling, identifier)),
      ...restrictionWords(telling, change.restricted),
    ],
    from: fromWords(telling, evidence),
    ...(notice && { notice }),
  };
}

function outcomeWords(telling: Telling, { outcome, ...choice }: ChoiceOutcome): string {
  const { say, messages } = telling.voice;
  const line = saidWords(telling, choice);
  if (outcome === 'superseded') return say(messages.history.superseded, { line });
  return outcome === 'refused' ? say(messages.history.refused, { line }) : line;
}

function saidWords(telling: Telling, { state, topic, channel }: Choice): string {
  const { on, off, requested } = telling.voice.messages.history;
  const message = { granted: on, withdrawn: off, pending: requested }[state];
  return telling.voice.say(message, { what: controlWords(telling, { topic, channel }) });
}

type IdentifierChange = VersionView['change']['identifiers'][number];

/** That it changed, and never to what. */
function identifierWords({ centre, voice }: Telling, { kind, removed }: IdentifierChange): string {
  const { say, messages } = voice;
  const type = declared(centre.catalogue.identifiers, kind)?.type;
  const named =
    type === 'email' || type === 'phone'
      ? say(messages.identifiers[type])
      : say(messages.history.reference, { kind });
  return say(removed ? messages.history.identifierRemoved : messages.history.identifierSet, { kind: named });
}

const restrictionWords = ({ voice }: Telling, restricted: boolean | undefined): readonly string[] => {
  const { restricted: begun, unrestricted } = voice.messages.history;
  return restricted === undefined ? [] : [voice.say(restricted ? begun : unrestricted)];
};

/** Who said it, and where. */
function fromWords(telling: Telling, evidence: Evidence | VersionView['evidence']): string {
  const { say, messages } = telling.voice;
  const { fromYou, fromStaff, fromSystem, fromImport } = messages.history;
  const { personal: _, ...open } = evidence;
  const message = { subject: fromYou, agent: fromStaff, system: fromSystem, import: fromImport };
  return say(message[evidence.actor.kind], { source: sourceWords(telling, open) });
}

/** A notice that Heed keeps leads to its text; any other is only named, by nothing that could be opened. */
function noticeWords({ centre, voice }: Telling, notice: Notice): HistoryEntry['notice'] {
  const { id, version, language } = notice;
  if (declared(centre.catalogue.notices, noticeName(notice)) === undefined) return undefined;
  const label = voice.say(voice.messages.history.notice, {
    ...{ id, version },
    language: isLanguage(language) ? OWN_NAMES[language] : language,
  });
  return { label, href: `/notices/${noticeName(notice)}` };
}
