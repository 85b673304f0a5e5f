import type { Checkpoint, SignedCheckpoint } from '../../lib/domain/checkpoint.ts';
import type { Checkpoints } from '../../lib/flow/checkpoints.ts';
import { type ReadProofsPorts, readProofs } from '../../lib/flow/read-proofs.ts';
import { type HttpEvent, type HttpResponse, json } from '../../lib/http/message.ts';
import { problem } from '../../lib/http/problem.ts';
import { CheckpointsQuery } from '../../lib/http/proof-schemas.ts';
import { cursorOf, HistoryQuery } from '../../lib/http/requests.ts';
import { type ApiHandler, api } from './api.ts';
import { type AuditorApp, auditor } from './auditor.ts';
import type { WriteLine } from './line.ts';
import { noQuery, query, subjectOfPath } from './parameters.ts';

export interface ProofsApp extends Omit<AuditorApp, 'clock'>, Omit<ReadProofsPorts, 'clock'> {
  readonly clock: AuditorApp['clock'] & ReadProofsPorts['clock'];
  readonly checkpoints: ReadProofsPorts['checkpoints'] & Pick<Checkpoints, 'list'>;
  readonly line?: WriteLine;
}

export const provingHistory = (app: ProofsApp): ApiHandler =>
  api('proofs', app.line)
    .use(auditor(app, 'proofs'))
    .use(subjectOfPath())
    .use(query(HistoryQuery))
    .handler<HttpEvent, HttpResponse>(async ({ subject, query: { cursor: below, limit }, looked }) => {
      const { next, ...page } = await readProofs(app)({ subject, limit, below });
      looked({ rows: page.versions.length });
      return json(200, next === undefined ? page : { ...page, next: cursorOf(next) });
    });

export const listingCheckpoints = (app: ProofsApp): ApiHandler =>
  api('proofs', app.line)
    .use(auditor(app, 'checkpoints', 'nobody'))
    .use(query(CheckpointsQuery))
    .handler<HttpEvent, HttpResponse>(async ({ query: { cursor: below, limit }, looked }) => {
      const found = await app.checkpoints.list({ limit, ...(below !== undefined && { below }) });
      looked({ rows: found.length });
      const last = found.at(-1)?.checkpoint.number ?? 1;
      return json(200, { checkpoints: found.map(told), ...(last > 1 && { next: cursorOf(last) }) });
    });

export const readingCheckpoint = (app: ProofsApp): ApiHandler =>
  api('proofs', app.line)
    .use(auditor(app, 'checkpoint', 'nobody'))
    .use(noQuery())
    .handler<HttpEvent, HttpResponse>(async ({ pathParameters, looked }) => {
      const number = numberIn(pathParameters?.['number']);
      const found = number === undefined ? undefined : await app.checkpoints.numbered(number);
      looked({ rows: found ? 1 : 0 });
      return found ? json(200, told(found)) : problem('not-found');
    });

export const tellingKeys = (app: ProofsApp): ApiHandler =>
  api('proofs', app.line).handler<HttpEvent, HttpResponse>(async () =>
    json(200, { keys: await app.signer.keys() }),
  );

const numberIn = (text = ''): number | undefined =>
  /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : undefined;

function told({ checkpoint, jws }: SignedCheckpoint): Omit<Checkpoint, 'format'> & { readonly jws: string } {
  const { format: _, ...said } = checkpoint;
  return { ...said, jws };
}
