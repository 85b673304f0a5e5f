import { verify } from 'node:crypto';
import * as z from 'zod';
import type { InboundNotice, Signature } from '../destinations/destination.ts';
import type { Proving, Verdict } from './proving.ts';

type SnsSignature = Extract<Signature<unknown, unknown>, { readonly kind: 'sns' }>;

const Message = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Subject: z.string().optional(),
  Timestamp: z.iso.datetime(),
  Token: z.string().optional(),
  SubscribeURL: z.string().optional(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
});
type Message = z.output<typeof Message>;

const DIGESTS: Readonly<Record<Message['SignatureVersion'], string>> = { '1': 'sha1', '2': 'sha256' };

const SUBSCRIBING = [
  'Message',
  'MessageId',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
] as const;

/** What is signed, in this order: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
const SIGNED: Readonly<Record<Message['Type'], readonly (keyof Message)[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: SUBSCRIBING,
  UnsubscribeConfirmation: SUBSCRIBING,
};

/** Proves a message of Amazon SNS: of a topic of ours, fresh, and signed under Amazon's certificate of that region. */
export async function provedBySns(
  { topics, tolerance }: SnsSignature,
  { body }: InboundNotice,
  { settings, published, now }: Proving,
): Promise<Verdict> {
  const message = Message.safeParse(JSON.parse(body)).data;
  if (!message || !topics(settings).includes(message.TopicArn)) return { kind: 'refused' };
  const fresh = Math.abs(now - Date.parse(message.Timestamp)) <= tolerance * 1000;
  if (!fresh || !pointsToAmazon(message)) return { kind: 'refused' };
  const certificate = await published?.certificate(message.SigningCertURL);
  if (!certificate) return { kind: 'undecided' };
  const inForce = Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo);
  const signed = Buffer.from(textOf(message));
  const bytes = Buffer.from(message.Signature, 'base64');
  const genuine = inForce && verify(DIGESTS[message.SignatureVersion], signed, certificate.publicKey, bytes);
  return { kind: genuine ? 'genuine' : 'refused' };
}

const textOf = (message: Message): string =>
  SIGNED[message.Type]
    .flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`]))
    .join('');

const TOPIC = /^arn:aws(-cn|-us-gov)?:sns:([a-z]{2}(?:-[a-z]+)+-\d+):/;
const CERTIFICATE = /^\/SimpleNotificationService-[A-Za-z0-9]+\.pem$/;

/** Anybody may sign under a certificate of their own: only one that SNS itself hands out, in the topic's own region. */
function pointsToAmazon({ TopicArn, SigningCertURL, SubscribeURL }: Message): boolean {
  const [, partition, region] = TOPIC.exec(TopicArn) ?? [];
  if (region === undefined) return false;
  const origin = `https://sns.${region}.amazonaws.com${partition === '-cn' ? '.cn' : ''}`;
  const isThere = (url: string): boolean => URL.canParse(url) && new URL(url).origin === origin;
  const path = SigningCertURL.slice(origin.length);
  if (!SigningCertURL.startsWith(origin) || !CERTIFICATE.test(path)) return false;
  return SubscribeURL === undefined || isThere(SubscribeURL);
}
