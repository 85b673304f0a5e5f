import { randomUUID } from 'node:crypto';
import config from '../heed.config.ts';
import type { LaneFacts } from '../lib/flow/lane.ts';
import { toldIn } from '../lib/flow/read-deliveries.ts';
import { auditLog, grants, onLambda, tokens } from './app.ts';
import { type Call, perRoute } from './middleware/method.ts';
import type { RightsApp } from './rights/acting.ts';
import { erasing, erasureOf, holding, holdsOf } from './rights/erasing.ts';
import { erasePorts } from './rights/ports.ts';
import { exporting, rectifying, restricting } from './rights/requests.ts';

/** What is done on a person's request: erased, held, restricted, put right, handed over. All of it is on record. */
export const rights = (app: RightsApp): Call =>
  perRoute({
    'POST /v1/subjects/{subject}/erasure': erasing(app),
    'GET /v1/subjects/{subject}/erasure': erasureOf(app),
    'POST /v1/subjects/{subject}/holds': holding(app),
    'GET /v1/subjects/{subject}/holds': holdsOf(app),
    'POST /v1/subjects/{subject}/restriction': restricting(app),
    'POST /v1/subjects/{subject}/rectification': rectifying(app),
    'GET /v1/subjects/{subject}/export': exporting(app),
  });

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (lanes: readonly LaneFacts[]) =>
  onLambda(() =>
    rights({
      ...erasePorts(toldIn(lanes)),
      ...{ tokens: tokens(), grants: grants(), auditLog: auditLog() },
      ...{ withinHours: config.erasure.withinHours, newId: randomUUID },
    }),
  );
