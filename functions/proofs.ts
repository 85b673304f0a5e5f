import { archive, auditLog, checkpoints, clock, grants, onLambda, records, signer, tokens } from './app.ts';
import { type Call, perRoute } from './middleware/method.ts';
import {
  listingCheckpoints,
  type ProofsApp,
  provingHistory,
  readingCheckpoint,
  tellingKeys,
} from './middleware/proofs.ts';

/** What anybody needs to check the record by without believing Heed. */
export const proofs = (app: ProofsApp): Call =>
  perRoute({
    'GET /v1/subjects/{subject}/proofs': provingHistory(app),
    'GET /v1/checkpoints': listingCheckpoints(app),
    'GET /v1/checkpoints/{number}': readingCheckpoint(app),
    'GET /v1/keys': tellingKeys(app),
  });

export const handler = onLambda(() =>
  proofs({
    ...{ clock, tokens: tokens(), grants: grants(), auditLog: auditLog() },
    ...{ records: records(), archive: archive(), checkpoints: checkpoints(), signer: signer() },
  }),
);
