import type { AskPorts } from '../../lib/flow/ask-erasure.ts';
import type { PortabilityPorts } from '../../lib/flow/portability.ts';
import { api } from '../middleware/api.ts';
import { type AuditorApp, notingActs } from '../middleware/auditor.ts';
import { authenticate } from '../middleware/authenticate.ts';
import { type JsonBody, jsonBody } from '../middleware/json-body.ts';
import type { WriteLine } from '../middleware/line.ts';
import type { Looking } from '../middleware/on-record.ts';
import { subjectOfPath } from '../middleware/parameters.ts';

export type RightsApp = AskPorts & PortabilityPorts & AuditorApp & { readonly line?: WriteLine };

/** Who may act on a person's rights, on record before it is done. */
export const acting = <T>(app: RightsApp, operation: string, body: JsonBody<T>) =>
  api('rights', app.line)
    .use(authenticate(app.tokens, { scope: 'rights:write' }))
    .use(subjectOfPath())
    .use(jsonBody(body))
    .use(notingActs(app, operation));

export const NOBODY = { client: 'unknown' };

/** A code of the body, for the record of who did what. */
export const noted = (
  looked: Looking['looked'] | undefined,
  asked: Readonly<Record<string, unknown>>,
): void => {
  const query = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  looked?.({ rows: 1, query: Object.fromEntries(query) });
};

export const BUSY = { detail: 'Somebody else is at the same person; try again.' };
