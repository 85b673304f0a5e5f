import { Fn } from 'aws-cdk-lib';

/** Physical names that functions find things by, all under the stack's own name, so that two stacks can share an account. */
export interface Names {
  readonly lanePrefix: string;
  readonly deadLetterPrefix: string;
  readonly secretPrefix: string;
  readonly tokenSecret: string;
  readonly keywordSecret: string;
}

export const namesOf = (stackName: string): Names => ({
  lanePrefix: `${stackName}-lane-`,
  deadLetterPrefix: `${stackName}-dead-`,
  secretPrefix: `${stackName}/destinations/`,
  tokenSecret: `${stackName}/tokens`,
  keywordSecret: `${stackName}/keywords`,
});

const arn = (service: string, rest: string): string =>
  Fn.sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`);

/** What of the lanes and destination secrets a function may reach, by name, so that no stack waits for another's output. */
export interface Reach {
  readonly queues: readonly string[];
  readonly secrets: readonly string[];
}

/** A secret by its name, to which Secrets Manager appends a hyphen and six random characters. */
const secretArn = (name: string): string => arn('secretsmanager', `secret:${name}-??????`);

/** The seed of Heed's tokens. */
export const tokenSecretArn = (names: Names): string => secretArn(names.tokenSecret);

/** What the carriers of text messages prove themselves by. */
export const keywordSecretArn = (names: Names): string => secretArn(names.keywordSecret);

/** One destination's own. */
export const reachOne = (names: Names, destination: string): Reach => ({
  queues: [arn('sqs', `${names.lanePrefix}${destination}`)],
  secrets: [secretArn(`${names.secretPrefix}${destination}`)],
});

/** Every destination's. By prefix: a list of many destinations would outgrow what a policy may hold. */
export const reachAll = (names: Names): Reach => ({
  queues: [arn('sqs', `${names.lanePrefix}*`)],
  secrets: [arn('secretsmanager', `secret:${names.secretPrefix}*`)],
});

/** The two wildcards of `reachAll` as cdk-nag names them. */
export const reachAllFindings = (names: Names): readonly string[] =>
  [
    `sqs:<AWS::Region>:<AWS::AccountId>:${names.lanePrefix}*`,
    `secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${names.secretPrefix}*`,
  ].map((resource) => `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${resource}]`);
