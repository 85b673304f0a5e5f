import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { laneBatch } from '../lib/aws/lane-message.ts';
import { bury, type DeadLetterPorts } from '../lib/flow/dead-letters.ts';
import type { LaneFacts } from '../lib/flow/lane.ts';
import { clock, ledger, log, onLambda } from './app.ts';
import type { WriteLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';

/** Accounts for what a lane's queue gave up. Messages that nobody can read stay among the dead letters. */
export const burier = (ports: DeadLetterPorts, lane: LaneFacts, line?: WriteLine) =>
  worker<SQSEvent, SQSBatchResponse>('dead-letters', line).handler(async (event) => {
    const { messages, unreadable } = laneBatch(event);
    for (const { subject, version, receiveCount } of messages)
      await bury(ports, lane)({ subject, version, attempts: receiveCount });
    return { batchItemFailures: unreadable.map((itemIdentifier) => ({ itemIdentifier })) };
  });

/** What the stack deploys for one destination, the only one in its bundle. */
export const handlerFor = (lane: LaneFacts) =>
  onLambda(() => burier({ clock, ledger: ledger(), log: log() }, lane));
