import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { selfSigned } from './certificate.ts';
import type { Answer, Asked } from './simulator.ts';

/*
 * One Amazon SNS topic that posts to an HTTPS endpoint, from its documentation:
 * https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
 */

export interface Sns {
  readonly topicArn: string;
  /** Its certificate, and the address that confirms a subscription; undefined for any other request. */
  readonly answer: (asked: Asked) => Answer | undefined;
  /** Has the endpoint confirmed? */
  readonly isConfirmed: () => boolean;
  /** Posts a message, or the question whether messages are wanted; gives the status of the reply. */
  readonly post: (url: string, post: Post) => Promise<number>;
}

export interface Post {
  readonly type: 'Notification' | 'SubscriptionConfirmation';
  readonly message: string;
  readonly spoilt?: 'signature' | 'body' | 'age' | undefined;
}

const DAY = 86_400_000;

export function simulateSns(region: string): Sns {
  const origin = `https://sns.${region}.amazonaws.com`;
  const topicArn = `arn:aws:sns:${region}:111122223333:ses-events`;
  const certificate = '/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';
  const token = randomUUID();
  let confirmed = false;
  const answer = ({ method, path, query }: Asked): Answer | undefined => {
    if (method !== 'GET') return undefined;
    if (path === certificate)
      return { status: 200, headers: { 'content-type': 'binary/octet-stream' }, body: amazon().pem };
    if (path !== '/' || query.get('Action') !== 'ConfirmSubscription') return undefined;
    confirmed = query.get('TopicArn') === topicArn && query.get('Token') === token;
    return {
      status: confirmed ? 200 : 400,
      headers: { 'content-type': 'text/xml' },
      body: '<ConfirmSubscriptionResponse/>',
    };
  };
  const post: Sns['post'] = async (url, { type, message, spoilt }) => {
    const asks = type === 'SubscriptionConfirmation';
    const fields: Readonly<Record<string, string>> = {
      ...{ Type: type, MessageId: randomUUID(), TopicArn: topicArn, Message: message },
      Timestamp: new Date(Date.now() - (spoilt === 'age' ? DAY : 0)).toISOString(),
      ...(asks && {
        Token: token,
        SubscribeURL: `${origin}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`,
      }),
    };
    const signed = Object.keys(fields)
      .sort()
      .map((name) => `${name}\n${spoilt === 'signature' && name === 'Message' ? 'else' : fields[name]}\n`);
    const body = JSON.stringify({
      ...fields,
      ...(spoilt === 'body' && { Message: `${message} ` }),
      SignatureVersion: '2',
      Signature: sign('sha256', Buffer.from(signed.join('')), amazon().privateKey).toString('base64'),
      SigningCertURL: `${origin}${certificate}`,
    });
    const headers = { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': type };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  return { topicArn, answer, isConfirmed: () => confirmed, post };
}

/** Amazon's key and certificate: the same for all topics of a process, and not made before they are needed. */
function amazon() {
  made ??= newKey();
  return made;
}

let made: ReturnType<typeof newKey> | undefined;

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const validity = { from: new Date(Date.now() - DAY), to: new Date(Date.now() + DAY) };
  return { privateKey, pem: selfSigned(privateKey, 'sns.amazonaws.com', validity) };
}
