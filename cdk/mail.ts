import type { Stack } from 'aws-cdk-lib';

/** How the configuration says that messages are sent. */
export interface Confirmations {
  readonly from: string;
  readonly region?: string | undefined;
  readonly configurationSet?: string | undefined;
}

/** What a function may send mail as: one address, and what of SES that takes. */
export interface Sending {
  readonly from: string;
  readonly resources: readonly string[];
}

/** `Acme <preferences@acme.example>` is `preferences@acme.example`. */
export const addressOf = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();

/** SES takes the address or its domain as the identity that was verified, whichever there is: both are named. */
export function sendingOf(
  { partition, account, region: here }: Stack,
  { from, region = here, configurationSet }: Confirmations,
): Sending {
  const address = addressOf(from);
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const arn = (resource: string): string => `arn:${partition}:ses:${region}:${account}:${resource}`;
  const sets = configurationSet === undefined ? [] : [arn(`configuration-set/${configurationSet}`)];
  return { from: address, resources: [arn(`identity/${address}`), arn(`identity/${domain}`), ...sets] };
}
