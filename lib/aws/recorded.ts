import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { StuckPorts } from '../flow/search-stuck.ts';
import { batchGet } from './batch-get.ts';
import { recordedOf, versionKey } from './version-item.ts';

/** Versions of many subjects as the index by time lists them, read from the table itself. */
export const recordedOn =
  (client: DynamoDBClient, table: string): StuckPorts['recorded'] =>
  async (versions) => {
    const wanted = versions.map(({ subject, version }) => ({ table, key: versionKey(subject, version) }));
    return (await batchGet(client, wanted)).map(({ item }) => recordedOf(item));
  };
