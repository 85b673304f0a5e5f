import { randomUUID } from 'node:crypto';
import { buildBrowser } from '../browser/build.ts';
import { audit } from '../functions/audit.ts';
import { audits } from '../functions/audits.ts';
import { readCatalogue } from '../functions/catalogue.ts';
import { checkpointer } from '../functions/checkpoint.ts';
import { eraser } from '../functions/erasures.ts';
import { grants } from '../functions/grants.ts';
import { indexer } from '../functions/index.ts';
import type { WriteLine } from '../functions/middleware/line.ts';
import { proofs } from '../functions/proofs.ts';
import { rights } from '../functions/rights.ts';
import { search } from '../functions/search.ts';
import { LOCAL_CHECKPOINTS } from '../lib/flow/checkpoint.ts';
import { toldIn } from '../lib/flow/read-deliveries.ts';
import type { App } from './app.ts';
import type { Call } from './call.ts';
import { contextFor } from './context.ts';
import type { Run, ScheduleOptions } from './schedules.ts';

export interface AuditingOptions {
  readonly line: WriteLine;
  readonly wake: () => void;
  /** Where the API is reached, once it listens. */
  readonly url: () => string;
}

/** The handlers of what auditors call, by the names of the registry. */
export function auditingOf(app: App, { line }: AuditingOptions): Readonly<Record<string, Call>> {
  const quiet = { ...app, line };
  return {
    audit: audit({ assets: buildBrowser().console, signIn: app.config.audit.signIn, local: true, line }),
    catalogue: readCatalogue(quiet),
    grants: grants(quiet),
    search: search({ ...quiet, index: app.searchIndex, destinations: toldIn(app.laneList) }),
    audits: audits(quiet),
    proofs: proofs(quiet),
    rights: rights({
      ...{ ...quiet, ...eraseAppOf(app) },
      ...{ withinHours: app.config.erasure.withinHours, newId: randomUUID },
    }),
  };
}

/** What takes erasures further. A message to her that nobody fetched is kept in this process, and goes with the rest. */
const eraseAppOf = (app: App) => ({
  ...app,
  destinations: toldIn(app.laneList),
  purge: async () => app.outbox.clear(),
});

/** What of it runs by a schedule. */
export function auditingSchedules(
  app: App,
  { line, embedded }: Pick<ScheduleOptions, 'line' | 'embedded'>,
): Readonly<Record<string, Run>> {
  const asleep = embedded.journal.before?.asleep;
  const indexing = indexer({
    ports: { ...app, index: app.searchIndex, marks: app.indexMarks },
    ...(asleep && { options: { asleep } }),
    line,
  });
  const erasing = eraser({ ports: eraseAppOf(app), line });
  const proving = checkpointer({
    ports: app,
    options: { ...LOCAL_CHECKPOINTS, origin: 'heed', asleep },
    line,
  });
  return {
    index: () => indexing({}, contextFor('index')),
    erasures: () => erasing({}, contextFor('erasures')),
    checkpoint: () => proving({}, contextFor('checkpoint')),
  };
}
