import { randomBytes } from 'node:crypto';
import config from '../heed.config.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { identifiersOn } from '../lib/aws/identifiers.ts';
import { ledgerOn } from '../lib/aws/ledger.ts';
import { recordsOn } from '../lib/aws/records.ts';
import { sealsOn } from '../lib/aws/seals.ts';
import { systemClock } from '../lib/aws/system-clock.ts';
import { accept } from '../lib/flow/accept.ts';
import { loopback } from '../local/loopback.ts';
import { LOCAL_TABLES } from '../local/open-tables.ts';
import { localWrapping } from '../local/wrapping.ts';
import type { Contender } from './rounds.ts';
import { aChange, subjectOf } from './sample.ts';

const SUBJECTS = 2_000;

/** Accepting a change, with whatever this file was bundled with. */
export function contender(endpoint: string, name: string): Contender {
  const client = dynamoClient(loopback(endpoint));
  const { records, deliveries, keys } = LOCAL_TABLES;
  const seals = sealsOn(client, keys, localWrapping(randomBytes(32)));
  const accepted = accept({
    ...{ catalogue: config.catalogue, clock: systemClock, seals },
    records: recordsOn(client, records),
    identifiers: identifiersOn(client, records),
    ledger: ledgerOn(client, { deliveries, records, seals }),
  });
  return {
    name,
    act: async (turn) => {
      const subject = subjectOf(name, turn, SUBJECTS);
      const body = aChange(Math.floor(turn / SUBJECTS));
      const { kind } = await accepted({ subject, body, caller: { sources: ['*'] } });
      if (kind !== 'recorded') throw new Error(`a change was ${kind}`);
    },
  };
}
