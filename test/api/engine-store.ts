import { randomBytes } from 'node:crypto';
import { identifiersOn } from '../../lib/aws/identifiers.ts';
import { ledgerOn } from '../../lib/aws/ledger.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { sealsOn } from '../../lib/aws/seals.ts';
import type { Wrapping } from '../../lib/ports.ts';
import { type Engine, startEngine } from '../aws-store/engine.ts';
import type { Store } from './rig.ts';

/** Wraps nothing: the tests that use it ask about the store, not about KMS. */
const wrapping: Wrapping = {
  generate: async () => {
    const plain = randomBytes(32);
    return { plain, wrapped: plain };
  },
  unwrap: async (wrapped) => wrapped,
};

export interface EngineStore {
  readonly store: Store;
  readonly engine: Engine;
  /** Writing requests sent so far. */
  readonly writes: () => number;
}

/** The real store, on an engine of its own. */
export async function engineStore(): Promise<EngineStore> {
  const engine = await startEngine();
  const seals = sealsOn(engine.client, 'keys', wrapping);
  const store = {
    records: recordsOn(engine.client, 'records'),
    identifiers: identifiersOn(engine.client, 'records'),
    seals,
    ledger: ledgerOn(engine.client, { deliveries: 'deliveries', records: 'records', seals }),
  };
  const writes = () =>
    [
      'PutItemCommand',
      'UpdateItemCommand',
      'TransactWriteItemsCommand',
      'DeleteItemCommand',
      'BatchWriteItemCommand',
    ]
      .map((command) => engine.requests.get(command) ?? 0)
      .reduce((a, b) => a + b, 0);
  return { store, engine, writes };
}
