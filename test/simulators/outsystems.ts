import { randomUUID } from 'node:crypto';
import { aReceiver, CloudEvent, type Receiver } from './receiver.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';
import { isSigned, newSigningKey } from './webhook.ts';

/*
 * A method of an exposed REST API, and the order in which the platform works through a request: authentication, reading
 * the body, the method.
 * https://success.outsystems.com/documentation/11/integration_with_external_systems/rest/expose_rest_apis/
 */

export interface OutsystemsOptions {
  /** `custom`: the app looks at a header of its own, and at the signature. */
  readonly authentication?: 'basic' | 'custom';
}

export interface Outsystems extends Simulator, Pick<Receiver, 'had' | 'rowOf' | 'received' | 'repeats'> {
  readonly secret: () => object;
}

const problem = (status: number, message: string): Answer => ({
  status,
  body: { Errors: [message], StatusCode: status },
});
const UNAUTHORIZED = problem(401, 'Authentication failed.');

const API_KEY = 'X-Api-Key';

export function simulateOutsystems({ authentication = 'custom' }: OutsystemsOptions = {}): Outsystems {
  const user = { user: 'heed', password: `p:${randomUUID()}` };
  const apiKey = randomUUID();
  const key = newSigningKey();
  const receiver = aReceiver();
  const isKnown = (asked: Asked): boolean => {
    if (authentication === 'custom')
      return asked.headers[API_KEY.toLowerCase()] === apiKey && isSigned(asked, key);
    const basic = Buffer.from(`${user.user}:${user.password}`).toString('base64');
    return asked.headers['authorization'] === `Basic ${basic}`;
  };
  const answer = (asked: Asked): Answer => {
    const refused = isKnown(asked) ? refusalOf(asked) : UNAUTHORIZED;
    if (refused) return refused;
    const event = CloudEvent.safeParse(jsonOf(asked)).data;
    if (!event) return problem(400, 'Failed to parse the request.');
    receiver.keep(asked.headers['webhook-id'] ?? '', event);
    return { status: 200 };
  };
  const { permitted, facts, had, rowOf, received, repeats } = receiver;
  const simulator = simulate({ answer, unauthorized: UNAUTHORIZED, permitted, facts });
  return Object.assign(simulator, {
    secret: () => ({
      ...(authentication === 'basic' ? user : { header: { name: API_KEY, value: apiKey }, keys: [key] }),
      endpoint: simulator.url,
    }),
    ...{ had, rowOf, received, repeats },
  });
}

/** What the platform turns away before the method sees it. */
function refusalOf({ method, path, headers }: Asked): Answer | undefined {
  if (!/^\/[^/]+\/rest\/[^/]+\/[^/]+$/.test(path)) return problem(404, 'No such method.');
  if (method !== 'POST') return problem(405, 'The method takes POST.');
  const json = headers['content-type']?.startsWith('application/json');
  return json ? undefined : problem(415, 'JSON is expected.');
}
