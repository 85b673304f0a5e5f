/** What a signature covers. `id` is the same over all retries of one delivery; `timestamp` is in seconds. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly id: string;
  readonly timestamp: number;
  /** Random, another one for each request: 32 hexadecimal digits. */
  readonly nonce: string;
}

/** A JWT that Heed signs with RS256; `iat` and `exp` are added. */
export interface Assertion {
  readonly claims: Readonly<Record<string, string>>;
  /** Private RSA key, PEM. */
  readonly key: string;
  /** Header `kid`, where the vendor asks for it. */
  readonly keyId?: string;
  /** Seconds. */
  readonly lifetime: number;
}

/** The request that fetches a token: a form or JSON by `POST`; with neither, a `GET`. */
export interface TokenRequest {
  /** Absolute, or below the endpoint where it starts with a slash. */
  readonly url: string;
  /** `grant_type` is added by kind. */
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, unknown>>;
  /** Credentials in the `Authorization` header. */
  readonly basic?: { readonly user: string; readonly password: string };
}

/** What a token's reply gave. */
export interface Token {
  readonly token: string;
  /** Seconds it is trusted from now. */
  readonly expiresIn?: number;
  /** Base URL of all further requests, where the vendor names it at login. */
  readonly endpoint?: string;
}

interface TokenBase {
  /** Seconds a token is trusted where the reply does not say. */
  readonly lifetime: number;
  /** What the reply's body gave; left out, OAuth's `access_token` and `expires_in`. */
  read?(body: unknown): Token | undefined;
  /** Header that carries it; left out, `authorization: Bearer …`. */
  header?(token: string): Readonly<Record<string, string>>;
  /** Puts it into a body that has a place for it, where the vendor reads it there, as in the header of SOAP. */
  place?(token: string, body: string): string;
}

/**
 * How a request proves who sends it. Data and pure functions; `lib/http` carries it out and caches tokens.
 * Written as methods, here and in `destination.ts`, so that one registry holds destinations of every settings and secret
 * type: what is passed in is always what the destination's own schema parsed.
 */
export type Auth<K, S = unknown> =
  | { readonly kind: 'bearer'; token(secret: K): string }
  | {
      readonly kind: 'basic';
      credentials(secret: K): { readonly user: string; readonly password: string };
    }
  | { readonly kind: 'header'; headers(secret: K): Readonly<Record<string, string>> }
  /** Credentials beside what is said: properties of a JSON body, or fields of a form. */
  | { readonly kind: 'fields'; fields(secret: K): Readonly<Record<string, string>> }
  | (TokenBase & {
      readonly kind: 'oauth-client-credentials' | 'oauth-refresh-token';
      token(secret: K, settings: S): TokenRequest;
    })
  /** A session by user and password, or whatever the vendor calls a login. */
  | (TokenBase & { readonly kind: 'login'; token(secret: K, settings: S): TokenRequest })
  /** RFC 7523: a JWT of ours, exchanged for a token. */
  | (TokenBase & {
      readonly kind: 'jwt-bearer';
      token(secret: K, settings: S): TokenRequest & { readonly assertion: Assertion };
    })
  /** A JWT of ours is itself the bearer token. */
  | {
      readonly kind: 'key-pair-jwt';
      assertion(secret: K, settings: S): Assertion;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** HMAC, WSSE and the like: headers made of the request itself. */
  | {
      readonly kind: 'signed';
      readonly scheme: 'hmac' | 'wsse' | 'standard-webhooks';
      sign(request: SignedRequest, secret: K): Readonly<Record<string, string>>;
    }
  /** AWS Signature Version 4; where the secret holds no credentials, with those of the function itself. */
  | {
      readonly kind: 'sigv4';
      readonly service: string;
      region(settings: S): string;
      credentials(secret: K): AwsCredentials | undefined;
    }
  /** One of several ways, by what the secret holds. */
  | { readonly kind: 'by-secret'; choose(secret: K): Auth<K, S> };

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}
