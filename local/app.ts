import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DeliverApp } from '../functions/deliver.ts';
import { setupDigest } from '../functions/lane-app.ts';
import { auditGrantsOn } from '../lib/aws/audit-grants.ts';
import { auditLogOn } from '../lib/aws/audit-log.ts';
import { putTogether } from '../lib/aws/batch-write.ts';
import { busOn, eventsClient } from '../lib/aws/bus.ts';
import { checkpointsOn } from '../lib/aws/checkpoints.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { environmentCredentials } from '../lib/aws/environment-credentials.ts';
import { identifiersOn } from '../lib/aws/identifiers.ts';
import { lanesOn, queueClient } from '../lib/aws/lanes.ts';
import { ledgerOn } from '../lib/aws/ledger.ts';
import { logOn } from '../lib/aws/log.ts';
import { marksOn } from '../lib/aws/marks.ts';
import { packJobsOn } from '../lib/aws/pack-jobs.ts';
import { pollMarksOn } from '../lib/aws/poll-marks.ts';
import { recordedOn } from '../lib/aws/recorded.ts';
import { recordsOn } from '../lib/aws/records.ts';
import { rightsCasesOn } from '../lib/aws/rights-cases.ts';
import { sealsOn } from '../lib/aws/seals.ts';
import { searchIndexOn } from '../lib/aws/search-index.ts';
import { systemClock } from '../lib/aws/system-clock.ts';
import { madeAt } from '../lib/aws/table-age.ts';
import { trailsOn } from '../lib/aws/trails.ts';
import { grantEvidenceOf, type HeedConfig } from '../lib/config.ts';
import type { Lane, LaneFacts } from '../lib/flow/lane.ts';
import { sendAgainIn } from '../lib/flow/release.ts';
import { vendorOf } from '../lib/http/client.ts';
import { tokensOf } from '../lib/http/tokens.ts';
import { webOf } from '../lib/http/web.ts';
import { centreOf } from '../lib/page/centre.ts';
import type { Vendor } from '../lib/ports.ts';
import texts from '../notices/texts.json' with { type: 'json' };
import type { Embedded } from './embedded.ts';
import { firstRun } from './first-run.ts';
import { LANE, laneQueue } from './lane-queues.ts';
import { loopback } from './loopback.ts';
import { LOCAL_TABLES } from './open-tables.ts';
import type { Opened } from './opened.ts';
import { openOutbox } from './outbox.ts';
import { type Unfinished, unfinishedIn } from './queues.ts';
import { noteDeleted } from './scrub.ts';
import { localSigner } from './signing.ts';
import { type Accounts, openAccounts, type Vendors } from './vendors.ts';
import { localWrapping } from './wrapping.ts';

export interface AppOptions extends Embedded {
  readonly config: HeedConfig;
  readonly lanes: readonly Lane[];
  readonly vendors: Vendors;
  readonly warn: (line: string) => void;
}

export type App = Awaited<ReturnType<typeof openApp>>;

/** Every port there is, on the embedded engines: what the functions are given instead of an environment. */
export async function openApp(options: AppOptions, opened: Opened) {
  const { config, secrets, queues, dynamo } = options;
  const accounts = await openAccounts(options, opened);
  const sqs = queueClient(loopback(queues.endpoint));
  const streamsClient = new DynamoDBStreamsClient(loopback(dynamo.endpoint));
  opened.add('clients', () => [sqs, streamsClient].map((client) => client.destroy()));
  const ports = { ...portsOn(options, opened), lanes: lanesOn(sqs, LANE) };
  const vendors = new Map(
    options.lanes.map((lane) => [lane.destination.id, vendorFor(lane, accounts, opened)] as const),
  );
  const vendorOfLane = ({ destination: { id } }: Pick<Lane, 'destination'>): Vendor => {
    const vendor = vendors.get(id);
    if (!vendor) throw new Error(`${id} is not enabled`);
    return vendor;
  };
  const keywordSecret = async (): Promise<unknown> => secrets.keywords;
  const web = webOf({ secret: keywordSecret });
  opened.add('connections to Amazon SNS', web.close);
  return {
    ...ports,
    tokens: tokensOf({ issuers: config.issuers, clock: systemClock, secret: async () => secrets.tokens }),
    /** Where none is declared there are no pages. */
    centre: config.preferenceCentre && centreOf(config, texts),
    /** Takes what would be mailed. */
    outbox: openOutbox(systemClock),
    laneList: options.lanes,
    config,
    secretOf: accounts.secretOf,
    keywordSecret,
    web,
    grantEvidence: grantEvidenceOf(config),
    sendAgain: sendAgainIn(ports, options.lanes),
    tellAgain: (id: string, subject: string) => ports.lanes.force(id, [{ subject, version: 0 }]),
    setupOf: async (lane: LaneFacts) =>
      setupDigest(lane, await accounts.lastingSecretOf(lane.destination.id)),
    vendorFor: vendorOfLane,
    deliverApp: (lane: Lane): DeliverApp => ({ ...ports, vendor: vendorOfLane(lane) }),
    /** A key was deleted: the file it was in is written anew when the engine stops. */
    noteDeleted: () => void (dynamo.database !== undefined && noteDeleted(dynamo.database)),
    signer: localSigner(secrets.signing),
    archive: options.archive,
    /** What was recorded before this start must be proved before packs are made: they say how far it is, for good. */
    firstProof: firstRun(),
    packFiles: options.packFiles,
    texts,
    standIns: accounts.standIns,
    streamsClient,
    /** What a lane's queue still holds. */
    unfinished: (id: string): Promise<Unfinished> => unfinishedIn(sqs, laneQueue(queues, id).queueUrl),
  };
}

function portsOn({ config, secrets, dynamo, bus }: AppOptions, opened: Opened) {
  const client = dynamoClient(loopback(dynamo.endpoint));
  const events = eventsClient(loopback(bus.endpoint));
  opened.add('clients', () => [client, events].map((one) => one.destroy()));
  const { records: versions, deliveries, keys, audit } = LOCAL_TABLES;
  const seals = sealsOn(client, keys, localWrapping(Buffer.from(secrets.wrappingKey, 'base64')));
  return {
    catalogue: config.catalogue,
    clock: systemClock,
    records: recordsOn(client, versions),
    identifiers: identifiersOn(client, versions),
    seals,
    ledger: ledgerOn(client, { deliveries, records: versions, seals }),
    log: logOn(client, deliveries),
    trails: trailsOn(client, { deliveries, records: versions }),
    marks: marksOn(client, deliveries),
    pollMarks: pollMarksOn(client, deliveries),
    bus: busOn(events, 'heed'),
    auditLog: auditLogOn(client, audit),
    checkpoints: checkpointsOn({ client, table: audit }),
    begunAt: madeAt({ client, table: versions }),
    searchIndex: searchIndexOn(client, audit, putTogether),
    indexMarks: marksOn(client, audit),
    recorded: recordedOn(client, versions),
    grants: auditGrantsOn(client, audit),
    packJobs: packJobsOn(client, audit),
    cases: rightsCasesOn(client, { audit, records: versions, keys }),
  };
}

/** A stand-in takes whatever comes. */
const NO_LIMIT = 1_000_000;

/** One process serves all of a lane: it may use the destination's whole rate. */
function vendorFor({ destination, settings }: Lane, { standIns, secretOf }: Accounts, opened: Opened) {
  const perSecond = standIns.has(destination.id) ? NO_LIMIT : destination.limits.perSecond;
  const secret = () => secretOf(destination.id);
  const credentials = environmentCredentials;
  const vendor = vendorOf({ destination, settings, secret, perSecond, clock: systemClock, credentials });
  opened.add(`connections to ${destination.id}`, vendor.close);
  return vendor;
}
