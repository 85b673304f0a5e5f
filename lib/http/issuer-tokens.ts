import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';

/** An OIDC issuer whose tokens speak for systems and staff. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: string;
  /** `client_id`, `azp` or `sub` of a token → sources it speaks for. */
  readonly clients: Readonly<Record<string, { readonly sources: readonly string[] }>>;
  /** Clients that people sign in with; where they are declared, only those propose and approve audit grants. */
  readonly staff?: readonly string[];
}

export interface IssuerClaims {
  readonly client: string;
  /** `sub`, where a client acts for somebody. */
  readonly person?: string;
  /** People sign in with this client. */
  readonly signsIn: boolean;
  readonly scopes: readonly string[];
  readonly sources: readonly string[];
  /** ms */
  readonly expires: number;
}

const Claims = z.object({
  exp: z.number(),
  client_id: z.string().optional(),
  azp: z.string().optional(),
  sub: z.string().optional(),
  /** As Keycloak names whom a client acts as that acts for nobody. */
  preferred_username: z.string().optional(),
  /** As Microsoft Entra says it: `app` or `user`, where that optional claim is configured. */
  idtyp: z.string().optional(),
  /** The object of Entra that `sub` stands for; in a token of an app they are one. */
  oid: z.string().optional(),
  scope: z.string().optional(),
  scp: z.union([z.string(), z.array(z.string())]).optional(),
});

/** Public-key algorithms only: with `none` or a shared secret anybody who can check a token could make one. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

type VerifyIssued = (token: string, at: number) => Promise<IssuerClaims | undefined>;

/** Checks tokens of one issuer. Throws as jose does; undefined where the token names no client. */
export function issuerTokens(issuer: Issuer): VerifyIssued {
  const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(issuer.jwks), {
    timeoutDuration: 3000,
    cooldownDuration: 30_000,
  });
  return async (token, at) => {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer: issuer.issuer,
      audience: issuer.audience,
      requiredClaims: ['exp'],
      currentDate: new Date(at),
      clockTolerance: 30,
    });
    const claims = Claims.safeParse(payload);
    return claims.success ? speaking(claims.data, issuer) : undefined;
  };
}

function speaking(claims: z.infer<typeof Claims>, { clients, staff }: Issuer): IssuerClaims | undefined {
  const client = claims.client_id ?? claims.azp ?? claims.sub;
  if (client === undefined) return undefined;
  const scopes = [claims.scope ?? [], claims.scp ?? []].flat().flatMap((words) => words.split(' '));
  const person = actsForNobody(claims, client) ? undefined : claims.sub;
  return {
    ...{ client, scopes, expires: claims.exp * 1000 },
    sources: Object.hasOwn(clients, client) ? (clients[client]?.sources ?? []) : [],
    signsIn: staff ? staff.includes(client) : person !== undefined,
    ...(person !== undefined && { person }),
  };
}

/** A system's own token, as RFC 9068, Auth0, Keycloak and Entra write it. */
const actsForNobody = (
  { sub, oid, preferred_username, idtyp }: z.infer<typeof Claims>,
  client: string,
): boolean =>
  idtyp === 'app' ||
  (oid !== undefined && oid === sub) ||
  sub === client ||
  sub === `${client}@clients` ||
  preferred_username === `service-account-${client.toLowerCase()}`;
