import { preferencesOf } from '../../lib/domain/answer.ts';
import type { ControlKey, PageChange, PageFault } from '../../lib/domain/page-change.ts';
import type { HeedRecord } from '../../lib/domain/vocabulary.ts';
import type { AcceptPorts } from '../../lib/flow/accept.ts';
import { type PageRecord, readPage } from '../../lib/flow/read-page.ts';
import { type Saved, save } from '../../lib/flow/save.ts';
import type { HttpEvent } from '../../lib/http/message.ts';
import { type Centre, languagesOf } from '../../lib/page/centre.ts';
import { languageFor } from '../../lib/page/language.ts';
import type { PageModel, SavedModel } from '../../lib/page/model.ts';
import { pageModel } from '../../lib/page/page.ts';
import { voiceOf } from '../../lib/page/say.ts';
import { type Became, statusWords } from '../../lib/page/status.ts';
import type { Telling } from '../../lib/page/wording.ts';
import { honourOptOut } from './opt-out.ts';

export interface CentreApp extends AcceptPorts {
  readonly centre: Centre;
}

/** One person's preferences as they are now, and the words for them. */
export interface Looked extends Telling {
  readonly state: PageRecord & { readonly signalled: boolean };
  readonly model: PageModel;
}

/** `busy`: too many write at once. */
export type Looking = Looked | 'busy';

/** Honours the browser's signal, if there is one, and reads. */
export async function look(app: CentreApp, event: HttpEvent, subject: string): Promise<Looking> {
  const optOut = await honourOptOut(app, event, subject);
  return optOut === 'busy' ? optOut : see(app, event, { subject, signalled: optOut === 'honoured' });
}

interface Sight {
  readonly subject: string;
  readonly signalled: boolean;
  readonly asked?: readonly ControlKey[];
}

async function see(
  app: CentreApp,
  event: HttpEvent,
  { subject, signalled, asked = [] }: Sight,
): Promise<Looked> {
  const state = { ...(await readPage(app)(subject)), signalled };
  const telling = { centre: app.centre, voice: voiceOf(languageOf(app.centre, event, state.record)) };
  return { ...telling, state, model: pageModel(telling, { ...state, asked }) };
}

/** Asked for by hand, else what her record says, else what her browser does. */
export const languageOf = (
  centre: Centre,
  { headers, queryStringParameters }: HttpEvent,
  record: HeedRecord,
) =>
  languageFor(languagesOf(centre), {
    asked: queryStringParameters?.['lang'],
    preferred: preferencesOf(record).find(({ key }) => key === centre.settings.languageKey)?.value,
    accepted: headers['accept-language'],
  });

interface Sending {
  readonly subject: string;
  readonly change: PageChange;
  readonly faults?: readonly PageFault[];
  readonly touched?: boolean;
}

/** What became of a page that was sent, and how things stand after it. */
export interface Sent extends Looked {
  readonly saved: Saved;
}

/** The signal first, then what she sent: nothing she has just decided is undone by it. */
export async function send(app: CentreApp, event: HttpEvent, sending: Sending): Promise<Sent | 'busy'> {
  const { subject } = sending;
  const optOut = await honourOptOut(app, event, subject);
  if (optOut === 'busy') return optOut;
  const saved = await save(app)({ ...sending, settings: app.centre.settings });
  if (saved.kind === 'refused') return 'busy';
  const sight = { subject, signalled: optOut === 'honoured', asked: saved.asked };
  return { ...(await see(app, event, sight)), saved };
}

/** What is recorded now, for the words about it. */
export const becameOf = ({ versions, asked, left }: Pick<Saved, 'versions' | 'asked' | 'left'>): Became => ({
  choices: versions.flatMap(({ version }) => version.change.choices),
  preferences: versions.flatMap(({ version }) => version.change.preferences),
  asked,
  left,
  identifiers: versions.at(-1)?.version.record.identifiers ?? [],
});

/** The same for scripts. */
export function savedModel(sent: Sent): SavedModel {
  const { versions, asked, undo } = sent.saved;
  const outcome = versions.length > 0 ? 'saved' : 'unchanged';
  return {
    ...{ page: sent.model, status: statusWords(sent, becameOf(sent.saved)), asked },
    outcome: asked.length > 0 ? 'asked' : outcome,
    ...(undo && { undo }),
  };
}
