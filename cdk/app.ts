import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { functions } from '../functions/registry.ts';
import config from '../heed.config.ts';
import { laneSpecs } from './lanes.ts';
import { HeedStack } from './stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** For trials: a stack of its own beside the real one, whose tables go with it. */
const ephemeral = app.node.tryGetContext('heed:ephemeral') === 'true';
const account = process.env['CDK_DEFAULT_ACCOUNT'];
const region = process.env['CDK_DEFAULT_REGION'] ?? process.env['AWS_REGION'] ?? 'eu-west-1';

new HeedStack(app, ephemeral ? 'HeedTrial' : 'Heed', {
  description: 'Heed: carries permissions and preferences to every system that must honour them',
  env: { region, ...(account === undefined ? {} : { account }) },
  destinations: laneSpecs(config),
  functions,
  ephemeral,
});
