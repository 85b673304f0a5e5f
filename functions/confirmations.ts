import { ConfirmationRequested } from '../lib/domain/event-schema.ts';
import { type ConfirmationPorts, sendConfirmations } from '../lib/flow/send-confirmations.ts';
import { linkTo } from '../lib/http/one-click.ts';
import { mintToken } from '../lib/http/own-tokens.ts';
import { type SigningPorts, signingSecret } from '../lib/http/signing-secret.ts';
import { confirmationMail, type MailCentre } from '../lib/page/confirmation-mail.ts';
import {
  catalogue,
  clock,
  env,
  log,
  mailCentre,
  mailer,
  onLambda,
  records,
  seals,
  tokenSecret,
} from './app.ts';
import { printLine, type WriteLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';

export interface ConfirmationsApp extends Omit<ConfirmationPorts, 'linkFor' | 'write'>, SigningPorts {
  readonly centre: MailCentre;
  /** Where people reach Heed: the link leads there. */
  readonly publicUrl: string;
  readonly line?: WriteLine;
}

/** Subscribes to requests for a confirmation, and mails them. What cannot be sent is thrown: the event comes again. */
export function confirmations(app: ConfirmationsApp) {
  const { line = printLine } = app;
  const signing = signingSecret(app);
  const send = sendConfirmations({
    ...app,
    linkFor: async ({ subject: sub, topic, channel, request, to }) => {
      const claims = { purpose: 'confirm' as const, sub, topic, channel, request, ...(to && { to }) };
      return linkTo(
        app.publicUrl,
        'confirm',
        await mintToken(await signing(), claims, { at: app.clock.now() }),
      );
    },
    write: confirmationMail(app.centre),
  });
  return worker<{ readonly detail: unknown }, void>('confirmations', line).handler(async ({ detail }) => {
    const { subject, data } = ConfirmationRequested.parse(detail);
    const sent = await send({ subject, data });
    line({ level: 'info', message: 'confirmations', function: 'confirmations', sent });
  });
}

export const handler = onLambda(() =>
  confirmations({
    ...{ catalogue, clock, records: records(), seals: seals(), log: log(), mailer: mailer() },
    ...{ secret: tokenSecret, publicUrl: env('HEED_PUBLIC_URL'), centre: mailCentre() },
  }),
);
