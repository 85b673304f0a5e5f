import type { LaneFacts } from '../lib/flow/lane.ts';
import { askForPack, readPack } from '../lib/flow/packs/ask.ts';
import { makeSubjectPack } from '../lib/flow/packs/subject-pack.ts';
import { type HttpEvent, type HttpResponse, json, zipped } from '../lib/http/message.ts';
import { PACK_ID, PackBody, wantedIn } from '../lib/http/pack-schemas.ts';
import { problem } from '../lib/http/problem.ts';
import { onLambda } from './app.ts';
import { askedFor, type EvidenceApp, evidenceApp, madeOf, packPorts, whose } from './evidence-app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { auditor } from './middleware/auditor.ts';
import { jsonBody } from './middleware/json-body.ts';
import { type Call, perRoute } from './middleware/method.ts';
import { noQuery, subjectOfPath } from './middleware/parameters.ts';

/** Evidence packs: of one person at once, in bulk on request. */
export const evidence = (app: EvidenceApp): Call =>
  perRoute({
    'POST /v1/subjects/{subject}/evidence-packs': making(app),
    'POST /v1/evidence-packs': asking(app),
    'GET /v1/evidence-packs/{pack}': watching(app),
  });

const making = (app: EvidenceApp): ApiHandler =>
  api('evidence', app.line)
    .use(auditor(app, 'evidence'))
    .use(subjectOfPath())
    .use(noQuery())
    .handler<HttpEvent, HttpResponse>(async ({ subject, looked }) => {
      const pack = await makeSubjectPack(packPorts(app))(subject);
      if (!pack) return problem('pack-too-large', { detail: 'POST {"subject": …} to /v1/evidence-packs.' });
      looked({ rows: pack.versions });
      return zipped(`evidence-${subject.replaceAll(':', '_')}.zip`, pack.bytes);
    });

const asking = (app: EvidenceApp): ApiHandler =>
  api('evidence', app.line)
    .use(auditor(app, 'bulk-evidence', askedFor))
    .use(jsonBody({ schema: PackBody, misfit: 'invalid-request' }))
    .handler<HttpEvent, HttpResponse>(async ({ json: body, looked }) => {
      if ('to' in body && Date.parse(body.to) > app.clock.now())
        return problem('invalid-request', { errors: [{ path: 'to', message: 'lies in the future' }] });
      const view = await askForPack(app)(wantedIn(body));
      looked({ rows: 0, query: { ...wantedIn(body), pack: view.id }, ...whose(view) });
      return json(202, view, { location: `/v1/evidence-packs/${view.id}` });
    });

const watching = (app: EvidenceApp): ApiHandler =>
  api('evidence', app.line)
    .use(auditor(app, 'evidence-state', madeOf(app)))
    .use(noQuery())
    .handler<HttpEvent, HttpResponse>(async ({ pathParameters, looked }) => {
      const id = pathParameters?.['pack'] ?? '';
      const view = PACK_ID.test(id) ? await readPack(app)(id) : undefined;
      if (!view) return problem('not-found');
      looked({ rows: view.file === undefined ? 0 : view.versions, query: { pack: id }, ...whose(view) });
      return json(200, view);
    });

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (lanes: readonly LaneFacts[]) => onLambda(() => evidence(evidenceApp(lanes)));
