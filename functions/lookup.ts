import type { Catalogue } from '../lib/domain/catalogue.ts';
import { normaliseIdentifier } from '../lib/domain/identifier.ts';
import { lookUp } from '../lib/flow/read.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { LookupBody } from '../lib/http/requests.ts';
import type { Identifiers, Seals } from '../lib/ports.ts';
import { auditLog, catalogue, clock, grants, identifiers, onLambda, seals, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { type AuditorApp, authenticateOrAudit } from './middleware/auditor.ts';
import { jsonBody } from './middleware/json-body.ts';
import type { WriteLine } from './middleware/line.ts';

export interface LookupApp extends AuditorApp {
  readonly catalogue: Catalogue;
  readonly identifiers: Pick<Identifiers, 'holders' | 'suppressed'>;
  readonly seals: Pick<Seals, 'hash'>;
  readonly line?: WriteLine;
}

/** Finds who goes by an identifier. */
export const lookup = (app: LookupApp): ApiHandler =>
  api('lookup', app.line)
    .use(authenticateOrAudit(app, 'lookup', { scope: 'preferences:read' }))
    .use(jsonBody({ schema: LookupBody, misfit: 'invalid-request' }))
    .handler<HttpEvent, HttpResponse>(async ({ looked, json: { kind, value } }) => {
      const normalised = normaliseIdentifier(app.catalogue, kind, value);
      const path = Object.hasOwn(app.catalogue.identifiers, kind) ? 'value' : 'kind';
      if ('invalid' in normalised)
        return problem('invalid-request', { errors: [{ path, message: normalised.invalid }] });
      const { subjects, hash, more } = await lookUp(app)(kind, normalised.value);
      looked?.({ rows: subjects.length, query: { kind, hash } });
      return json(200, { subjects, ...(more && { more }) });
    });

export const handler = onLambda(() =>
  lookup({
    ...{ catalogue, clock, identifiers: identifiers(), seals: seals() },
    ...{ tokens: tokens(), grants: grants(), auditLog: auditLog() },
  }),
);
