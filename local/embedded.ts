import { join } from 'node:path';
import type { Archive } from '../lib/audit-ports.ts';
import { systemClock } from '../lib/aws/system-clock.ts';
import type { HeedConfig } from '../lib/config.ts';
import { folderArchive, memoryArchive } from './archive.ts';
import { type Bus, startBus } from './bus.ts';
import { type Dynamo, startDynamo } from './dynamodb.ts';
import { faultOf } from './fault.ts';
import { type Journal, openJournal } from './journal.ts';
import { queuesOf } from './lane-queues.ts';
import { openTables } from './open-tables.ts';
import type { Opened } from './opened.ts';
import { type LocalPacks, packsInFolder, packsInMemory } from './pack-files.ts';
import { type Queues, startQueues } from './queues.ts';
import { readSecrets, type Secrets } from './secrets.ts';

export interface EmbeddedOptions {
  readonly config: HeedConfig;
  /** Folder that keeps everything; none: in memory. */
  readonly data?: string;
  readonly warn: (line: string) => void;
}

/** What stands in for AWS. */
export interface Embedded {
  readonly secrets: Secrets;
  readonly journal: Journal;
  readonly dynamo: Dynamo;
  /** The stream of versions. */
  readonly streamArn: string;
  readonly queues: Queues;
  readonly bus: Bus;
  readonly archive: Archive;
  readonly packFiles: LocalPacks;
}

/** Opens the engines. The first claims the data folder: until it has, nothing in there may be touched. */
export async function openEmbedded(
  { config, data, warn }: EmbeddedOptions,
  opened: Opened,
): Promise<Embedded> {
  const otherwise = process.env['AWS_ENDPOINT_URL_DYNAMODB'];
  const dynamo = await startDynamo({ ...(data !== undefined && { data }), otherwise });
  opened.add('the table engine', dynamo.stop);
  const secrets = readSecrets(data);
  const journal = openJournal({ data, now: Date.now, warn });
  opened.add('the journal', journal.close);
  const streamArn = await openTables(dynamo, warn);
  const enabled = Object.entries(config.destinations).flatMap(([id, one]) => (one.enabled ? [id] : []));
  const queues = await startQueues(enabled.flatMap(queuesOf));
  opened.add('the queues', queues.stop);
  const onError = (error: unknown): void => warn(`the bus: ${faultOf(error)}`);
  const bus = await startBus({ name: 'heed', onError });
  opened.add('the bus', bus.stop);
  const archive = data === undefined ? memoryArchive() : folderArchive(join(data, 'archive'));
  const packFiles =
    data === undefined ? packsInMemory(systemClock) : packsInFolder(join(data, 'packs'), systemClock);
  return { secrets, journal, dynamo, streamArn, queues, bus, archive, packFiles };
}
