import { askErasure, type ErasureView, readErasure, readHolds, setHold } from '../../lib/flow/ask-erasure.ts';
import { type HttpEvent, type HttpResponse, json } from '../../lib/http/message.ts';
import { problem } from '../../lib/http/problem.ts';
import { ErasureBody, HoldBody } from '../../lib/http/rights-schemas.ts';
import { type ApiHandler, api } from '../middleware/api.ts';
import { auditor } from '../middleware/auditor.ts';
import { noQuery, subjectOfPath } from '../middleware/parameters.ts';
import { acting, BUSY, NOBODY, noted, type RightsApp } from './acting.ts';

export const erasing = (app: RightsApp): ApiHandler =>
  acting(app, 'erase', { schema: ErasureBody, misfit: 'invalid-request' }).handler<HttpEvent, HttpResponse>(
    async ({ subject, json: body, auditor: by = NOBODY, looked }) => {
      noted(looked, body);
      const asked = await askErasure(app)({ subject, by, ...body });
      if (asked.kind === 'on-hold')
        return problem('on-hold', { detail: 'Nothing was erased. It was noted that you asked.' });
      return asked.kind === 'busy' ? problem('busy', BUSY) : erasureAnswer(asked.view);
    },
  );

const erasureAnswer = (view: ErasureView): HttpResponse =>
  json(view.state === 'done' || view.state === 'nothing' ? 200 : 202, view);

export const erasureOf = (app: RightsApp): ApiHandler =>
  api('rights', app.line)
    .use(auditor(app, 'erasure'))
    .use(subjectOfPath())
    .use(noQuery())
    .handler<HttpEvent, HttpResponse>(async ({ subject, looked }) => {
      const view = await readErasure(app)(subject);
      looked({ rows: view ? 1 : 0 });
      return view ? json(200, view) : problem('not-found', { detail: 'No erasure was asked for.' });
    });

export const holding = (app: RightsApp): ApiHandler =>
  acting(app, 'set-hold', { schema: HoldBody, misfit: 'invalid-request' }).handler<HttpEvent, HttpResponse>(
    async ({ subject, json: body, auditor: by = NOBODY, looked }) => {
      noted(looked, body);
      const view = await setHold(app)({ subject, by, ...body });
      return view === 'busy' ? problem('busy', BUSY) : json(200, view);
    },
  );

export const holdsOf = (app: RightsApp): ApiHandler =>
  api('rights', app.line)
    .use(auditor(app, 'holds'))
    .use(subjectOfPath())
    .use(noQuery())
    .handler<HttpEvent, HttpResponse>(async ({ subject, looked }) => {
      const view = await readHolds(app)(subject);
      looked({ rows: view.entries.length });
      return json(200, view);
    });
