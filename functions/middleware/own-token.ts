import { problem } from '../../lib/http/problem.ts';
import type { Bearer, Tokens } from '../../lib/http/tokens.ts';
import type { Step } from './api.ts';
import { bearerIn, wrongPurpose } from './authenticate.ts';

/** Lets in a person with her own token, made for her preferences, and nobody else: it says whose they are. */
export const ownToken = (
  tokens: Tokens,
): Step<{ readonly own: Extract<Bearer, { kind: 'preferences' }> }> => ({
  before: async function readOwnToken({ event }) {
    const found = await bearerIn(event, tokens);
    if ('statusCode' in found) return found;
    if (found.kind === 'client')
      return problem('wrong-purpose', { detail: 'Only a person’s own token will do.' });
    if (found.kind !== 'preferences') return wrongPurpose(found.kind);
    Object.assign(event, { own: found });
    return undefined;
  },
});
