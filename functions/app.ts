import config from '../heed.config.ts';
import { s3Archive, s3Client } from '../lib/aws/archive.ts';
import { auditGrantsOn } from '../lib/aws/audit-grants.ts';
import { auditLogOn } from '../lib/aws/audit-log.ts';
import { busOn, eventsClient } from '../lib/aws/bus.ts';
import { checkpointsOn } from '../lib/aws/checkpoints.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { identifiersOn } from '../lib/aws/identifiers.ts';
import { kmsClient, kmsWrapping } from '../lib/aws/kms.ts';
import { lanesOn, queueClient } from '../lib/aws/lanes.ts';
import { ledgerOn } from '../lib/aws/ledger.ts';
import { logOn } from '../lib/aws/log.ts';
import { mailClient, mailOn } from '../lib/aws/mail.ts';
import { marksOn } from '../lib/aws/marks.ts';
import { packsClient, s3PackFiles } from '../lib/aws/pack-files.ts';
import { packJobsOn } from '../lib/aws/pack-jobs.ts';
import { pollMarksOn } from '../lib/aws/poll-marks.ts';
import { recordedOn } from '../lib/aws/recorded.ts';
import { recordsOn } from '../lib/aws/records.ts';
import { rightsCasesOn } from '../lib/aws/rights-cases.ts';
import { sealsOn } from '../lib/aws/seals.ts';
import { searchIndexOn } from '../lib/aws/search-index.ts';
import { secretsClient, secretsOn } from '../lib/aws/secrets.ts';
import { kmsSigner } from '../lib/aws/signing.ts';
import { systemClock } from '../lib/aws/system-clock.ts';
import { madeAt } from '../lib/aws/table-age.ts';
import { trailsOn } from '../lib/aws/trails.ts';
import { grantEvidenceOf } from '../lib/config.ts';
import { publicKeyOf } from '../lib/domain/jws.ts';
import { TokenSecret } from '../lib/http/own-tokens.ts';
import { tokensOf } from '../lib/http/tokens.ts';
import { webOf } from '../lib/http/web.ts';
import { centreOf } from '../lib/page/centre.ts';
import texts from '../notices/texts.json' with { type: 'json' };
import { env, once, onLambda } from './environment.ts';

export { env, onLambda };

/**
 * A function's parts, made from its environment, each once and when it is first asked for. They are marked as pure, so
 * that a function which does not name a part does not bundle it: a test holds the bundles to that.
 */
export const catalogue = config.catalogue;
export const clock = systemClock;

const dynamo = /* @__PURE__ */ once(dynamoClient);
const secrets = /* @__PURE__ */ once(() => secretsOn(secretsClient()));

export const records = /* @__PURE__ */ once(() => recordsOn(dynamo(), env('HEED_RECORDS_TABLE')));
export const identifiers = /* @__PURE__ */ once(() => identifiersOn(dynamo(), env('HEED_RECORDS_TABLE')));
export const seals = /* @__PURE__ */ once(() =>
  sealsOn(dynamo(), env('HEED_KEYS_TABLE'), kmsWrapping(once(kmsClient), env('HEED_KMS_KEY'))),
);
export const ledger = /* @__PURE__ */ once(() =>
  ledgerOn(dynamo(), {
    deliveries: env('HEED_DELIVERIES_TABLE'),
    records: env('HEED_RECORDS_TABLE'),
    seals: seals(),
  }),
);
export const log = /* @__PURE__ */ once(() => logOn(dynamo(), env('HEED_DELIVERIES_TABLE')));
export const trails = /* @__PURE__ */ once(() =>
  trailsOn(dynamo(), { deliveries: env('HEED_DELIVERIES_TABLE'), records: env('HEED_RECORDS_TABLE') }),
);
export const marks = /* @__PURE__ */ once(() => marksOn(dynamo(), env('HEED_DELIVERIES_TABLE')));
export const pollMarks = /* @__PURE__ */ once(() => pollMarksOn(dynamo(), env('HEED_DELIVERIES_TABLE')));
export const grants = /* @__PURE__ */ once(() => auditGrantsOn(dynamo(), env('HEED_AUDIT_TABLE')));
export const searchIndex = /* @__PURE__ */ once(() => searchIndexOn(dynamo(), env('HEED_AUDIT_TABLE')));
export const indexMarks = /* @__PURE__ */ once(() => marksOn(dynamo(), env('HEED_AUDIT_TABLE')));
export const recorded = /* @__PURE__ */ once(() => recordedOn(dynamo(), env('HEED_RECORDS_TABLE')));
export const rightsCases = /* @__PURE__ */ once(() =>
  rightsCasesOn(dynamo(), {
    audit: env('HEED_AUDIT_TABLE'),
    records: env('HEED_RECORDS_TABLE'),
    keys: env('HEED_KEYS_TABLE'),
  }),
);
export const auditLog = /* @__PURE__ */ once(() => auditLogOn(dynamo(), env('HEED_AUDIT_TABLE')));
export const archive = /* @__PURE__ */ once(() => s3Archive(s3Client(), env('HEED_ARCHIVE_BUCKET')));
export const checkpoints = /* @__PURE__ */ once(() =>
  checkpointsOn({ client: dynamo(), table: env('HEED_AUDIT_TABLE') }),
);
/** When the record was begun. */
export const begunAt = /* @__PURE__ */ once(() =>
  madeAt({ client: dynamo(), table: env('HEED_RECORDS_TABLE') }),
);
export const packJobs = /* @__PURE__ */ once(() => packJobsOn(dynamo(), env('HEED_AUDIT_TABLE')));
export const packFiles = /* @__PURE__ */ once(() => s3PackFiles(packsClient(), env('HEED_PACKS_BUCKET')));
export const signer = /* @__PURE__ */ once(() =>
  kmsSigner(once(kmsClient), {
    keyId: env('HEED_SIGNING_KEY'),
    earlier: config.audit.earlierKeys.map(publicKeyOf),
  }),
);
export const bus = /* @__PURE__ */ once(() => busOn(eventsClient(), env('HEED_BUS')));
export const queues = /* @__PURE__ */ once(queueClient);
export const lanePort = /* @__PURE__ */ once(() => lanesOn(queues(), env('HEED_LANE_PREFIX')));

/** What Heed's own tokens are signed with. */
export const tokenSecret = async (afresh: boolean): Promise<TokenSecret> =>
  TokenSecret.parse(await secrets()[afresh ? 'refresh' : 'read'](env('HEED_TOKEN_SECRET')));

export const tokens = /* @__PURE__ */ once(() =>
  tokensOf({ issuers: config.issuers, clock, secret: tokenSecret }),
);

/** A destination's credentials, as its own schema describes them. */
export const secretOf = (destination: string, afresh = false): Promise<unknown> =>
  secrets()[afresh ? 'refresh' : 'read'](`${env('HEED_SECRET_PREFIX')}${destination}`);

/** What the carriers of text messages prove themselves by. */
export const keywordSecret = (afresh = false): Promise<unknown> =>
  secrets()[afresh ? 'refresh' : 'read'](env('HEED_KEYWORDS_SECRET'));

export const web = /* @__PURE__ */ once(() => webOf({ secret: () => keywordSecret() }));

/** Only functions that show texts name it, and only their bundles hold them. */
export const centre = /* @__PURE__ */ once(() => centreOf(config, texts));

/** What messages are written from: names and languages. */
export const mailCentre = /* @__PURE__ */ once(() => {
  const { brands, topics, preferenceCentre: settings } = config;
  return { catalogue, brands, topics, settings };
});

/** Deployed only where the configuration says how confirmations are sent. */
export const mailer = /* @__PURE__ */ once(() => {
  const { confirmations } = config;
  if (!confirmations) throw new Error('heed.config.ts declares no confirmations');
  const { region } = confirmations;
  return mailOn(mailClient(region === undefined ? {} : { region }), confirmations);
});

/** What a browser's opt-out signal withdraws. */
export const signalTopics = config.preferenceCentre?.signal ?? [];

export const grantEvidence = /* @__PURE__ */ grantEvidenceOf(config);

/** What every function that stores a change needs. */
export const acceptPorts = /* @__PURE__ */ once(() => ({
  catalogue,
  clock,
  records: records(),
  identifiers: identifiers(),
  seals: seals(),
  ledger: ledger(),
}));
