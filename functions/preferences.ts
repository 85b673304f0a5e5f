import { PageChangeBody } from '../lib/domain/page-change.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import type { Tokens } from '../lib/http/tokens.ts';
import { faultWords } from '../lib/page/status.ts';
import { acceptPorts, centre, onLambda, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { type CentreApp, look, type Sent, savedModel, send } from './middleware/centre.ts';
import { jsonBody } from './middleware/json-body.ts';
import type { WriteLine } from './middleware/line.ts';
import { type Call, perMethod } from './middleware/method.ts';
import { ownToken } from './middleware/own-token.ts';

export interface PreferencesApp extends CentreApp {
  readonly tokens: Tokens;
  readonly line?: WriteLine;
}

/** A page names every control it shows. */
const MOST_BYTES = 128 * 1024;

/** The preference centre for scripts: a person's own page as data, and what she changes on it. */
export const preferences = (app: PreferencesApp): Call => perMethod({ GET: reading(app), POST: saving(app) });

const reading = (app: PreferencesApp): ApiHandler =>
  api('preferences', app.line)
    .use(ownToken(app.tokens))
    .handler<HttpEvent, HttpResponse>(async (event) => {
      const looked = await look(app, event, event.own.subject);
      return looked === 'busy' ? problem('busy') : json(200, looked.model);
    });

const saving = (app: PreferencesApp): ApiHandler =>
  api('preferences', app.line)
    .use(ownToken(app.tokens))
    .use(jsonBody({ schema: PageChangeBody, misfit: 'invalid-request', mostBytes: MOST_BYTES }))
    .handler<HttpEvent, HttpResponse>(async (event) => {
      const sent = await send(app, event, { subject: event.own.subject, change: event.json, touched: true });
      if (sent === 'busy') return problem('busy');
      return sent.saved.faults.length > 0 ? refused(sent) : json(200, savedModel(sent));
    });

/** Nothing of it but its withdrawals was stored. */
function refused(sent: Sent): HttpResponse {
  const { say, messages } = sent.voice;
  const errors = Object.entries(faultWords(sent, sent.saved.faults));
  return problem('invalid-request', {
    detail: say(messages.errors.some),
    errors: errors.map(([path, message]) => ({ path, message })),
  });
}

export const handler = onLambda(() => preferences({ ...acceptPorts(), tokens: tokens(), centre: centre() }));
