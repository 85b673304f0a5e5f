import type { SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { type RepublishPorts, republish } from '../lib/flow/republish.ts';
import { bus, catalogue, clock, log, onLambda, records } from './app.ts';
import { printLine, type WriteLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';

/** What Lambda puts into the failure queue of a stream: where it gave up, not what. */
const Notice = z.object({
  DDBStreamBatchInfo: z.object({
    approximateArrivalOfFirstRecord: z.iso.datetime(),
    approximateArrivalOfLastRecord: z.iso.datetime(),
  }),
});

/** Publishes again what a part of the stream that was given up on held. */
export const republisher = (ports: RepublishPorts, line: WriteLine = printLine) =>
  worker<SQSEvent, void>('republish', line).handler(async ({ Records }) => {
    for (const { body } of Records) {
      const { DDBStreamBatchInfo: info } = Notice.parse(JSON.parse(body));
      const from = Date.parse(info.approximateArrivalOfFirstRecord);
      const versions = await republish(ports)({ from, to: Date.parse(info.approximateArrivalOfLastRecord) });
      line({ level: 'warn', message: 'republished', function: 'republish', versions });
    }
  });

export const handler = onLambda(() =>
  republisher({ catalogue, clock, bus: bus(), log: log(), records: records() }),
);
