import config from '../heed.config.ts';
import { busOn, eventsClient } from '../lib/aws/bus.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { identifiersOn } from '../lib/aws/identifiers.ts';
import { kmsClient, kmsWrapping } from '../lib/aws/kms.ts';
import { lanesOn, queueClient } from '../lib/aws/lanes.ts';
import { ledgerOn } from '../lib/aws/ledger.ts';
import { logOn } from '../lib/aws/log.ts';
import { marksOn } from '../lib/aws/marks.ts';
import { recordsOn } from '../lib/aws/records.ts';
import { sealsOn } from '../lib/aws/seals.ts';
import { secretsClient, secretsOn } from '../lib/aws/secrets.ts';
import { systemClock } from '../lib/aws/system-clock.ts';
import { grantEvidenceOf } from '../lib/config.ts';
import { TokenSecret } from '../lib/http/own-tokens.ts';
import { tokensOf } from '../lib/http/tokens.ts';

/**
 * Makes a function's parts from its environment, each once and when it is first asked for. A function that does not
 * name a part does not bundle it.
 */
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** An environment variable the stack sets. */
export function env(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

/**
 * The handler of a Lambda function. Composed while the function starts, where Lambda gives the most processor; anywhere
 * else importing it composes nothing.
 */
export function onLambda<A extends readonly unknown[], R>(make: () => (...args: A) => R): (...args: A) => R {
  const handler = once(make);
  if (process.env['AWS_LAMBDA_FUNCTION_NAME'] !== undefined) handler();
  return (...args) => handler()(...args);
}

export const { catalogue } = config;
export const clock = systemClock;

const dynamo = once(dynamoClient);
const secrets = once(() => secretsOn(secretsClient()));

export const records = once(() => recordsOn(dynamo(), env('HEED_RECORDS_TABLE')));
export const identifiers = once(() => identifiersOn(dynamo(), env('HEED_RECORDS_TABLE')));
export const seals = once(() =>
  sealsOn(dynamo(), env('HEED_KEYS_TABLE'), kmsWrapping(kmsClient(), env('HEED_KMS_KEY'))),
);
export const ledger = once(() =>
  ledgerOn(dynamo(), {
    deliveries: env('HEED_DELIVERIES_TABLE'),
    records: env('HEED_RECORDS_TABLE'),
    seals: seals(),
  }),
);
export const log = once(() => logOn(dynamo(), env('HEED_DELIVERIES_TABLE')));
export const marks = once(() => marksOn(dynamo(), env('HEED_DELIVERIES_TABLE')));
export const bus = once(() => busOn(eventsClient(), env('HEED_BUS')));
export const queues = once(queueClient);
export const lanePort = once(() => lanesOn(queues(), env('HEED_LANE_PREFIX')));

export const tokens = once(() =>
  tokensOf({
    issuers: config.issuers,
    clock,
    secret: async () => TokenSecret.parse(await secrets().read(env('HEED_TOKEN_SECRET'))),
  }),
);

/** A destination's credentials, as its own schema describes them. */
export const secretOf = (destination: string): Promise<unknown> =>
  secrets().read(`${env('HEED_SECRET_PREFIX')}${destination}`);

export const grantEvidence = grantEvidenceOf(config);

/** What every function that stores a change needs. */
export const acceptPorts = once(() => ({
  catalogue,
  clock,
  records: records(),
  identifiers: identifiers(),
  seals: seals(),
  ledger: ledger(),
}));
