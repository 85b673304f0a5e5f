import config from '../heed.config.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import {
  type Linkable,
  MAX_MINT_BYTES,
  MintBody,
  mintedFor,
  mintFaults,
  mintLink,
} from '../lib/http/minting.ts';
import { problem } from '../lib/http/problem.ts';
import { type SigningPorts, signingSecret } from '../lib/http/signing-secret.ts';
import type { Tokens } from '../lib/http/tokens.ts';
import { auditLog, catalogue, clock, env, onLambda, tokenSecret, tokens as verifying } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { notingStaff } from './middleware/auditor.ts';
import { authenticate } from './middleware/authenticate.ts';
import { jsonBody } from './middleware/json-body.ts';
import type { WriteLine } from './middleware/line.ts';
import { type Recording, UNSHOWN } from './middleware/on-record.ts';

export interface TokensApp extends SigningPorts, Linkable, Recording {
  readonly tokens: Tokens;
  /** Where people reach Heed: links lead there. */
  readonly publicUrl: string;
  readonly line?: WriteLine;
}

/** Mints links for the messages of other systems. Whoever may do that may act as anybody: of staff it is noted. */
export function tokens(app: TokensApp): ApiHandler {
  const signing = signingSecret(app);
  return api('tokens', app.line)
    .use(authenticate(app.tokens, { scope: 'tokens:mint' }))
    .use(notingStaff(app, { operation: 'tokens', otherwise: UNSHOWN }))
    .use(jsonBody({ schema: MintBody, misfit: 'invalid-request', mostBytes: MAX_MINT_BYTES }))
    .handler<HttpEvent, HttpResponse>(async ({ json: { tokens: wanted }, looked }) => {
      const errors = mintFaults(wanted, app);
      if (errors.length > 0) return problem('invalid-request', { detail: 'Nothing was minted.', errors });
      const context = { secret: await signing(), at: app.clock.now(), publicUrl: app.publicUrl };
      for (const one of mintedFor(wanted)) looked?.(one);
      return json(200, { tokens: await Promise.all(wanted.map((one) => mintLink(one, context))) });
    });
}

export const handler = onLambda(() =>
  tokens({
    ...{
      auditLog: auditLog(),
      catalogue,
      clock,
      tokens: verifying(),
      secret: tokenSecret,
      publicUrl: env('HEED_PUBLIC_URL'),
    },
    pageless: config.preferenceCentre === undefined,
  }),
);
