import {
  type HistoryPorts,
  type HistoryView,
  isBroken,
  readHistory,
  type VersionView,
} from '../../lib/flow/read-history.ts';
import { forHerself, type PageRecord, readOwnHistory } from '../../lib/flow/read-page.ts';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import { cursorOf } from '../../lib/http/requests.ts';
import type { AssetNames } from '../../lib/page/assets.ts';
import type { Centre } from '../../lib/page/centre.ts';
import { historyModel } from '../../lib/page/history.ts';
import { historyFile, historyPage } from '../../lib/page/history-page.ts';
import { voiceOf } from '../../lib/page/say.ts';
import type { Records, Seals } from '../../lib/ports.ts';
import { languageOf } from './centre.ts';
import { attachment, html } from './page.ts';
import { addressIn } from './page-address.ts';

export interface OwnHistoryApp {
  readonly records: Pick<Records, 'newest' | 'version' | 'raw'>;
  readonly seals: Pick<Seals, 'open'>;
  readonly centre: Centre;
  readonly assets: AssetNames;
}

export interface Asked {
  readonly subject: string;
  readonly record: PageRecord;
  readonly below: number | undefined;
}

type Answer = (app: OwnHistoryApp, event: HttpEvent, asked: Asked) => Promise<HttpResponse>;

/** Versions on one page. */
const LIMIT = 25;

const tellingOf = ({ centre }: OwnHistoryApp, event: HttpEvent, { record }: PageRecord) => ({
  centre,
  voice: voiceOf(languageOf(centre, event, record)),
});

const portsOf = ({ records, seals, centre: { catalogue } }: OwnHistoryApp): HistoryPorts => ({
  ...{ records, seals, catalogue },
});

/** What can be put into words: a version that cannot be relied on is named only in what programs read. */
const readable = (versions: HistoryView['versions']): readonly VersionView[] =>
  versions.flatMap((view) => (isBroken(view) ? [] : [view]));

/** The answers there are, by how their addresses end. */
export const historyAnswers: Readonly<Record<'page' | 'json' | 'html', Answer>> = {
  page: async (app, event, { subject, record, below }) => {
    const telling = tellingOf(app, event, record);
    const { versions, next } = await readHistory(portsOf(app))({ subject, limit: LIMIT, below });
    const older = next === undefined ? undefined : cursorOf(next);
    const model = historyModel(telling, { versions: readable(versions).map(forHerself), older });
    const { help } = app.centre.settings;
    const shown = { voice: telling.voice, assets: app.assets, model, address: addressIn(event), help };
    return html(200, await historyPage(shown));
  },
  html: async (app, event, { subject, record, below }) => {
    const telling = tellingOf(app, event, record);
    const { versions, next } = await readOwnHistory(portsOf(app))(subject, below);
    const older = next === undefined ? undefined : cursorOf(next);
    const model = historyModel(telling, { versions: readable(versions), older });
    return html(200, await historyFile({ voice: telling.voice, model }), attachment('history.html'));
  },
  json: async (app, _event, { subject, record, below }) => {
    const { versions, next } = await readOwnHistory(portsOf(app))(subject, below);
    const { version, identifiers } = record;
    const whole = { subject, version, identifiers, versions };
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json', ...attachment('history.json') },
      body: JSON.stringify(next === undefined ? whole : { ...whole, next: cursorOf(next) }, undefined, 2),
    };
  },
};
