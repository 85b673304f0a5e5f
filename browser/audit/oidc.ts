import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  discoveryRequest,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  None,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { isObject } from '../objects.ts';

/** How staff sign in at their own issuer: authorization code with PKCE, as a public client. */
export interface Issuer {
  readonly issuer: string;
  readonly client: string;
  readonly scope: string;
  readonly audience?: string | undefined;
}

/** What has to be known again on the way back; kept for the round trip and no longer. */
interface Trip {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly scope: string;
  /** Where the auditor was. */
  readonly hash: string;
}

const TRIP = 'heed-audit-sign-in';

const redirect = (): string => `${location.origin}${location.pathname}`;

/** A developer's own machine has no certificate; everybody else's is asked by https or not at all. */
const plainTo = (issuer: string) => ({
  [allowInsecureRequests]: /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(issuer).hostname),
});

const discovered = async (issuer: string) => {
  const url = new URL(issuer);
  return processDiscoveryResponse(url, await discoveryRequest(url, plainTo(issuer)));
};

/** Leaves for the issuer. One that remembers the auditor sends them straight back. */
export async function leaveFor({ issuer, client, scope, audience }: Issuer): Promise<void> {
  const { authorization_endpoint: endpoint } = await discovered(issuer);
  if (endpoint === undefined) throw new Error('the issuer names no authorization endpoint');
  const verifier = generateRandomCodeVerifier();
  const trip: Trip = {
    ...{ state: generateRandomState(), nonce: generateRandomNonce(), verifier, scope },
    hash: location.hash,
  };
  sessionStorage.setItem(TRIP, JSON.stringify(trip));
  const url = new URL(endpoint);
  const asked = {
    ...{ response_type: 'code', client_id: client, redirect_uri: redirect(), scope },
    ...{ state: trip.state, nonce: trip.nonce, code_challenge_method: 'S256' },
    code_challenge: await calculatePKCECodeChallenge(verifier),
    ...(audience !== undefined && { audience }),
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  location.assign(url);
}

/** Where an issuer forgets whoever is signed in at it (OpenID Connect RP-Initiated Logout), if it says so. */
export async function leavingOf({ issuer, client }: Issuer): Promise<string | undefined> {
  const { end_session_endpoint: endpoint } = await discovered(issuer);
  if (endpoint === undefined) return undefined;
  const url = new URL(endpoint);
  url.searchParams.set('client_id', client);
  return /^https?:$/.test(url.protocol) ? url.href : undefined;
}

/** Whether this page was opened by an issuer that sends an auditor back. */
export const isBack = (): boolean => /[?&](code|error)=/.test(location.search);

/**
 * The token that an issuer sent an auditor back for. The address is cleaned first, and says where they were before. Undefined:
 * they have been sent there again, because it gives the scopes to auditors alone. Who may read by an audit grant needs none.
 */
export async function broughtBack(issuer: Issuer): Promise<string | undefined> {
  const answer = new URL(location.href);
  const trip = tripTaken();
  history.replaceState(history.state, '', `${redirect()}${trip?.hash ?? ''}`);
  if (!trip) throw new Error('it was not begun in this tab');
  try {
    return await exchanged(issuer, trip, answer);
  } catch (error) {
    const scopeless = trip.scope === SCOPELESS || !wantsIdToken(issuer);
    if (scopeless || !(error instanceof AuthorizationResponseError) || error.error !== 'invalid_scope')
      throw error;
    await leaveFor({ ...issuer, scope: SCOPELESS });
    return undefined;
  }
}

const SCOPELESS = 'openid';

const wantsIdToken = ({ scope }: Issuer): boolean => scope.split(' ').includes('openid');

async function exchanged(named: Issuer, trip: Trip, answer: URL): Promise<string> {
  const { issuer, client } = named;
  const as = await discovered(issuer);
  const known = { client_id: client };
  const parameters = validateAuthResponse(as, known, answer, trip.state);
  const response = await authorizationCodeGrantRequest(
    ...([as, known, None(), parameters, redirect(), trip.verifier, plainTo(issuer)] as const),
  );
  const options = wantsIdToken(named) ? { expectedNonce: trip.nonce, requireIdToken: true } : {};
  const { access_token: token } = await processAuthorizationCodeResponse(as, known, response, options);
  return token;
}

function tripTaken(): Trip | undefined {
  const kept: unknown = JSON.parse(sessionStorage.getItem(TRIP) ?? 'null');
  sessionStorage.removeItem(TRIP);
  return isTrip(kept) ? kept : undefined;
}

const isTrip = (value: unknown): value is Trip =>
  isObject(value) &&
  ['state', 'nonce', 'verifier', 'scope', 'hash'].every((name) => typeof value[name] === 'string');
