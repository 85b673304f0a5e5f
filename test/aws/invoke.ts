import { request } from 'undici';

/** An emulator asks who calls, and does not check the signature. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0';

/** Calls a function as an operator does, and gives what it returns. Throws where it failed. */
export type Invoke = (functionName: string, event: object) => Promise<unknown>;

export const invokeOn =
  (endpoint: string): Invoke =>
  async (functionName, event) => {
    const reply = await request(`${endpoint}/2015-03-31/functions/${functionName}/invocations`, {
      method: 'POST',
      headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
    const text = await reply.body.text();
    if (reply.statusCode !== 200 || reply.headers['x-amz-function-error'] !== undefined) {
      throw new Error(`${functionName} failed: ${text}`);
    }
    return text === '' ? undefined : JSON.parse(text);
  };
