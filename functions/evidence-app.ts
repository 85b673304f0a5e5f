import { randomUUID } from 'node:crypto';
import config from '../heed.config.ts';
import type { Signer } from '../lib/audit-ports.ts';
import type { HeedConfig } from '../lib/config.ts';
import { MINUTE } from '../lib/domain/time.ts';
import { allTold } from '../lib/flow/former.ts';
import type { LaneFacts } from '../lib/flow/lane.ts';
import type { AskPorts, PackView } from '../lib/flow/packs/ask.ts';
import { type CheckpointPorts, checkpointProofs } from '../lib/flow/packs/checkpoint-proofs.ts';
import type { SubjectPackPorts } from '../lib/flow/packs/subject-pack.ts';
import { type ReadPorts, readRecord } from '../lib/flow/read.ts';
import { type DeliveriesPorts, readDeliveries, toldIn } from '../lib/flow/read-deliveries.ts';
import { type HistoryPorts, readHistory } from '../lib/flow/read-history.ts';
import { type RecipientsPorts, recipientsOf, registerOf } from '../lib/flow/recipients.ts';
import type { RightsCases } from '../lib/flow/rights-case.ts';
import { type ToldPorts, toldOfMany } from '../lib/flow/told.ts';
import { bytesOf, type HttpEvent } from '../lib/http/message.ts';
import { PACK_ID, PackBody } from '../lib/http/pack-schemas.ts';
import { packPage } from '../lib/page/pack-page.ts';
import texts from '../notices/texts.json' with { type: 'json' };
import {
  archive,
  auditLog,
  catalogue,
  checkpoints,
  clock,
  env,
  grants,
  ledger,
  log,
  marks,
  packFiles,
  packJobs,
  records,
  rightsCases,
  seals,
  signer,
  tokens,
  trails,
} from './app.ts';
import type { AuditorApp } from './middleware/auditor.ts';
import type { WriteLine } from './middleware/line.ts';

type Declared = Pick<HeedConfig, 'purposes' | 'controllers' | 'topics' | 'brands' | 'preferenceCentre'>;

export interface EvidenceApp
  extends Omit<AuditorApp, 'clock'>,
    ReadPorts,
    DeliveriesPorts,
    Omit<CheckpointPorts, 'clock'>,
    AskPorts,
    Pick<ToldPorts, 'log'>,
    Pick<RecipientsPorts, 'register'> {
  readonly records: ReadPorts['records'] & HistoryPorts['records'];
  readonly clock: ReadPorts['clock'] & AuditorApp['clock'] & CheckpointPorts['clock'];
  readonly signer: Signer;
  readonly cases: Pick<RightsCases, 'of'>;
  readonly config: Declared;
  /** `id/version/language` → text, exactly as it was shown. */
  readonly texts: Readonly<Record<string, string>>;
  readonly publicUrl: string;
  readonly line?: WriteLine;
}

/** What one pack is made from. */
export const packPorts = (app: EvidenceApp): SubjectPackPorts => ({
  ...app,
  proofs: checkpointProofs(app),
  processing: {
    ...app.config,
    ...{ catalogue: app.catalogue, publicUrl: app.publicUrl },
    hasPages: app.config.preferenceCentre !== undefined,
  },
  page: (gathered, createdAt) => packPage({ gathered, createdAt, texts: app.texts }),
  views: {
    record: (subject) => readRecord(app)({ subject, masked: false }),
    history: readHistory(app),
    deliveries: readDeliveries(app),
    told: async (subject, page) =>
      toldOfMany({ ...app, destinations: await allTold(app, subject) })(subject, page),
    recipients: recipientsOf(app),
    certificate: async (subject) => (await app.cases.of(subject)).erasure?.certificate,
  },
});

/** The same on AWS, from the environment. */
export const evidenceApp = (lanes: readonly LaneFacts[]): EvidenceApp => ({
  ...{ catalogue, clock, config, texts, newId: randomUUID, settles: 2 * MINUTE },
  ...{ destinations: toldIn(lanes), register: registerOf(config, lanes) },
  ...{ tokens: tokens(), grants: grants(), auditLog: auditLog() },
  ...{ records: records(), seals: seals(), ledger: ledger(), log: log(), trails: trails() },
  marks: marks(),
  ...{ archive: archive(), checkpoints: checkpoints(), signer: signer(), cases: rightsCases() },
  ...{ jobs: packJobs(), files: packFiles(), publicUrl: env('HEED_PUBLIC_URL') },
});

/** The subject of a pack of one, so that it stands in the list of who looked at her. */
export const whose = ({ subject }: PackView) => (subject === undefined ? {} : { subject });

/** Whose pack the body asks for; undefined where it is of a period, or no such body. */
export async function askedFor(event: HttpEvent): Promise<string | undefined> {
  try {
    const body = PackBody.parse(JSON.parse(bytesOf(event).toString()));
    return 'subject' in body ? body.subject : undefined;
  } catch {
    return undefined;
  }
}

/** Whose pack the path names. */
export const madeOf =
  ({ jobs }: Pick<EvidenceApp, 'jobs'>) =>
  async ({ pathParameters }: HttpEvent): Promise<string | undefined> => {
    const id = pathParameters?.['pack'] ?? '';
    const job = PACK_ID.test(id) ? await jobs.read(id) : undefined;
    return job?.wanted.kind === 'subject' ? job.wanted.subject : undefined;
  };
