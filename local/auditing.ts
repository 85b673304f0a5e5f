import { randomUUID } from 'node:crypto';
import { buildBrowser } from '../browser/build.ts';
import { audit } from '../functions/audit.ts';
import { audits } from '../functions/audits.ts';
import { readCatalogue } from '../functions/catalogue.ts';
import { checkpointer } from '../functions/checkpoint.ts';
import { eraser } from '../functions/erasures.ts';
import { evidence } from '../functions/evidence.ts';
import { grants } from '../functions/grants.ts';
import { indexer } from '../functions/index.ts';
import type { WriteLine } from '../functions/middleware/line.ts';
import { packer } from '../functions/packs.ts';
import { proofs } from '../functions/proofs.ts';
import { recipients } from '../functions/recipients.ts';
import { rights } from '../functions/rights.ts';
import { search } from '../functions/search.ts';
import { LOCAL_CHECKPOINTS } from '../lib/flow/checkpoint.ts';
import { EXCHANGE_MS } from '../lib/flow/lane.ts';
import { toldIn } from '../lib/flow/read-deliveries.ts';
import { registerOf } from '../lib/flow/recipients.ts';
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
export function auditingOf(app: App, { line, url }: AuditingOptions): Readonly<Record<string, Call>> {
  const quiet = { ...app, line };
  return {
    audit: audit({ assets: buildBrowser().console, signIn: app.config.audit.signIn, local: true, line }),
    catalogue: readCatalogue(quiet),
    grants: grants(quiet),
    recipients: recipients({ ...quiet, register: registerOf(app.config, app.laneList) }),
    search: search({ ...quiet, index: app.searchIndex, destinations: toldIn(app.laneList) }),
    audits: audits(quiet),
    proofs: app.firstProof.answered(proofs(quiet)),
    evidence: app.firstProof.answered(evidence(evidencePartsOf(app, { line, url }))),
    rights: rights({
      ...{ ...quiet, ...eraseAppOf(app) },
      ...{ withinHours: app.config.erasure.withinHours, newId: randomUUID },
    }),
  };
}

/** What packs are made of. Their links lead to this engine, whose address is known once it listens. */
const evidencePartsOf = (app: App, { line, url }: Pick<AuditingOptions, 'line' | 'url'>) => ({
  ...app,
  line,
  ...{ destinations: toldIn(app.laneList), register: registerOf(app.config, app.laneList) },
  ...{ newId: randomUUID, settles: 2_000, jobs: app.packJobs },
  files: {
    link: async (id: string) => {
      const path = await app.packFiles.link(id);
      return path === undefined ? undefined : `${url()}${path}`;
    },
  },
  get publicUrl() {
    return url();
  },
});

/** What takes erasures further. Messages to her that nobody fetched are kept in this process, and go with the rest. */
const eraseAppOf = (app: App) => ({
  ...app,
  /** No worker outlives this process, and what one has begun has ended by then. */
  rest: EXCHANGE_MS,
  destinations: toldIn(app.laneList),
  purge: async () => {
    app.outbox.clear();
    app.noteDeleted();
  },
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
  const packing = packer({
    ports: { ...app, jobs: app.packJobs, files: app.packFiles },
    /** Nobody else works in this folder: what died is taken up at once. */
    options: { runs: 30_000, lease: 0 },
    line,
  });
  return {
    packs: app.firstProof.after(() => packing({}, contextFor('packs'))),
    index: () => indexing({}, contextFor('index')),
    erasures: () => erasing({}, contextFor('erasures')),
    checkpoint: app.firstProof.of(() => proving({}, contextFor('checkpoint'))),
  };
}
