import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { functionsFor } from '../functions/registry.ts';
import config from '../heed.config.ts';
import { namedDestinations } from '../lib/config.ts';
import { destinations } from '../lib/destinations/index.ts';
import { lanesOf } from '../lib/flow/lanes.ts';
import { bundle, bundlesFor, folderOf } from './bundles.ts';
import { laneSpecs } from './lanes.ts';
import { HeedStack } from './stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** For trials: a stack of its own beside the real one, whose tables go with it. */
const ephemeral = app.node.tryGetContext('heed:ephemeral') === 'true';
const account = process.env['CDK_DEFAULT_ACCOUNT'];
const region = process.env['CDK_DEFAULT_REGION'] ?? process.env['AWS_REGION'] ?? 'eu-west-1';

const named = namedDestinations();
if (named.length > 0) console.error(`HEED_DESTINATIONS is set: lanes for ${named.join(', ')} alone.`);
/** Stops at a configuration that contradicts itself. */
const lanes = lanesOf(config, destinations);
const folder = join(app.outdir, 'bundles');
const functions = functionsFor(config);
bundle(bundlesFor(functions, lanes), { lanes, folder });

new HeedStack(app, ephemeral ? 'HeedTrial' : 'Heed', {
  description: 'Heed: carries permissions and preferences to every system that must honour them',
  env: { region, ...(account === undefined ? {} : { account }) },
  destinations: laneSpecs(lanes),
  functions,
  confirmations: config.confirmations,
  audit: config.audit,
  allowedOrigins: config.preferenceCentre?.origins ?? [],
  ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
  codeOf: (one) => Code.fromAsset(join(folder, folderOf(one))),
  ephemeral,
});
