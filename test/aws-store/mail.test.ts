import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { mailClient, mailOn } from '../../lib/aws/mail.ts';
import { loopback } from '../../local/loopback.ts';

/** A text of a message, as SES takes it: what cannot be written in the charset it replaces. */
const Content = z.strictObject({ Data: z.string().min(1), Charset: z.literal('UTF-8') });

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html, read 2026-11: a simple message. */
const SendEmail = z.strictObject({
  FromEmailAddress: z.string(),
  Destination: z.strictObject({ ToAddresses: z.array(z.string()).min(1).max(50) }),
  Content: z.strictObject({
    Simple: z.strictObject({
      Subject: Content,
      Body: z.strictObject({ Text: Content, Html: Content }),
      Headers: z
        .array(
          z.strictObject({
            Name: z
              .string()
              .regex(/^[!-9;-@A-~]+$/)
              .max(126),
            Value: z
              .string()
              .regex(/^[ -~]*$/)
              .max(870),
          }),
        )
        .max(15),
    }),
  }),
  ConfigurationSetName: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional(),
});
type SendEmail = z.output<typeof SendEmail>;

interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** SES as its reference has it: one path, signed JSON, a message id in answer; refusals by name in a header. */
async function started(refuse: (tries: number) => Refusal | undefined = () => undefined) {
  const asked: SendEmail[] = [];
  let tries = 0;
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const body = SendEmail.safeParse(await bodyOf(request));
    const isSigned = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[a-z0-9-]+\/ses\/aws4_request, /.test(
      headers.authorization ?? '',
    );
    tries += 1;
    const isKnown = method === 'POST' && url === '/v2/email/outbound-emails';
    const unread = { status: 400, type: 'BadRequestException', message: 'no such request' };
    const refusal = !isKnown || !isSigned || !body.success ? unread : refuse(tries);
    if (refusal) {
      response.writeHead(refusal.status, {
        'content-type': 'application/json',
        'x-amzn-errortype': refusal.type,
      });
      response.end(JSON.stringify({ message: refusal.message }));
      return;
    }
    if (body.data) asked.push(body.data);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ MessageId: 'm-1' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = mailClient(loopback(`http://127.0.0.1:${address.port}`));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
    client.destroy();
  });
  return { client, asked, tries: () => tries };
}

const FROM = 'Acme <preferences@acme.example>';
const MAIL = {
  to: 'åse@example.com',
  subject: 'يرجى التأكيد: فعاليات Orbit',
  text: 'Öffnen Sie diese Seite\n',
  html: '<!doctype html>\n<p>Öffnen</p>',
};

describe('mail through SES', () => {
  test('goes to one person, as text and as a document, in their own letters, from the identity configured', async () => {
    const { client, asked } = await started();
    await mailOn(client, { from: FROM }).send(MAIL);
    expect(asked).toEqual([
      {
        FromEmailAddress: FROM,
        Destination: { ToAddresses: [MAIL.to] },
        Content: {
          Simple: {
            Subject: { Data: MAIL.subject, Charset: 'UTF-8' },
            Body: {
              Text: { Data: MAIL.text, Charset: 'UTF-8' },
              Html: { Data: MAIL.html, Charset: 'UTF-8' },
            },
            Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
          },
        },
      },
    ]);
  });

  test('names the configuration set, where there is one', async () => {
    const { client, asked } = await started();
    await mailOn(client, { from: FROM, configurationSet: 'transactional' }).send(MAIL);
    expect(asked[0]?.ConfigurationSetName).toBe('transactional');
  });

  test('is tried again where SES has too much to do', async () => {
    const tooMuch = { status: 429, type: 'TooManyRequestsException', message: 'slower' };
    const { client, asked, tries } = await started((count) => (count === 1 ? tooMuch : undefined));
    await mailOn(client, { from: FROM }).send(MAIL);
    expect([asked.length, tries()]).toEqual([1, 2]);
  });

  test.each([
    { status: 400, type: 'MessageRejected', message: `not verified: ${MAIL.to}` },
    { status: 403, type: 'AccessDeniedException', message: `may not send to ${MAIL.to}` },
    { status: 400, type: 'BadRequestException', message: `Illegal address: ${MAIL.to}` },
  ])('that is refused ($type) says so by its name, and not to whom it was', async (refusal) => {
    const { client, asked } = await started(() => refusal);
    const error: unknown = await mailOn(client, { from: FROM })
      .send(MAIL)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: refusal.type, message: 'the mail was not taken' });
    expect(error).not.toHaveProperty('cause');
    expect(error instanceof Error ? error.stack : '').not.toContain(MAIL.to);
    expect(asked).toEqual([]);
  });
});
