import { SESv2Client, type SESv2ClientConfig, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Mail, Mailer } from '../flow/mail.ts';
import { tuning } from './tuning.ts';

export const mailClient = (overrides: SESv2ClientConfig = {}): SESv2Client =>
  new SESv2Client({ ...tuning(), ...overrides });

export interface Sender {
  /** `Acme <preferences@acme.example>`: an identity that SES may send as. */
  readonly from: string;
  readonly configurationSet?: string | undefined;
}

/** Tells a machine that answers mail that nobody reads here (RFC 3834). */
const AUTOMATIC = { Name: 'Auto-Submitted', Value: 'auto-generated' };

/** Amazon SES, version 2 (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html). */
export const mailOn = (client: SESv2Client, { from, configurationSet }: Sender): Mailer => ({
  send: async ({ to, subject, text, html }: Mail) => {
    const request = new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: [to] },
      Content: {
        Simple: {
          Subject: utf8(subject),
          Body: { Text: utf8(text), Html: utf8(html) },
          Headers: [AUTOMATIC],
        },
      },
      ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
    });
    await client.send(request).catch(hideAddress);
  },
});

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

/** What SES says of a refusal quotes addresses; its name says enough. */
function hideAddress(error: unknown): never {
  const refusal = new Error('the mail was not taken');
  refusal.name = error instanceof Error ? error.name : 'Error';
  throw refusal;
}
