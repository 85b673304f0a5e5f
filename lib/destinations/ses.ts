import { AwsSecret, awsCredentials, awsOutcome } from './aws.ts';
import { defineDestination } from './destination.ts';
import { changesIn } from './ses/notices.ts';
import { Settings } from './ses/settings.ts';
import { tell } from './ses/tell.ts';

/** Contacts of the account's contact list. The contact is read, then written whole: an update drops what it leaves out. */
export const ses = defineDestination({
  id: 'ses',
  title: 'Amazon SES',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email'],
  /** Nobody publishes how many of these requests are allowed; one a second is commonly said. Two requests a person. */
  limits: { perSecond: 2, concurrency: 2, batch: 1, settleAfter: 60 },
  impact: 'people keep getting mail through Amazon SES after they unsubscribed',
  settings: Settings,
  secret: AwsSecret,
  topics: ({ topics }) => Object.keys(topics),
  endpoint: ({ region }) => `https://email.${region}.amazonaws.com`,
  auth: {
    kind: 'sigv4',
    service: 'ses',
    region: ({ region }) => region,
    credentials: awsCredentials,
  },
  translate: (delivery, settings) => {
    const rows = delivery.choices.filter(({ topic }) => topic in settings.topics);
    return rows.length > 0 ? [tell({ delivery, settings, rows })] : [];
  },
  interpret: awsOutcome,
  receive: {
    signature: { kind: 'sns', topics: ({ snsTopics }) => snsTopics, tolerance: 7200 },
    changes: changesIn,
  },
  permissions: ({ region, contactList }) => [
    {
      actions: ['ses:GetContact', 'ses:GetContactList', 'ses:CreateContact', 'ses:UpdateContact'],
      resources: [`arn:\${AWS::Partition}:ses:${region}:\${AWS::AccountId}:contact-list/${contactList}`],
    },
  ],
});
