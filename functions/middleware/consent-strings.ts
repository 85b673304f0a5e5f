import { type ChangeBody, onlyWithdraws } from '../../lib/domain/change.ts';
import { type Fault, refuse } from '../../lib/domain/refusal.ts';
import { refused } from '../../lib/http/problem.ts';
import type { Step } from './api.ts';

/**
 * Looks at consent strings that came as evidence. One that cannot be relied on is refused with its change, or left out
 * where the change only withdraws. What reads them is only loaded for those who bring one.
 */
export const consentStrings = (): Step<{ readonly json: ChangeBody }> => ({
  before: async function checkConsentStrings({ event }) {
    const given = event.json.evidence?.consentStrings;
    if (!given) return undefined;
    const { faultsOfConsentStrings } = await import('../../lib/http/consent-strings.ts');
    const faults = faultsOfConsentStrings(given);
    if (faults.length === 0) return undefined;
    if (onlyWithdraws(event.json)) return void Object.assign(event, { json: without(event.json, faults) });
    const detail = 'The change was not stored: see errors.';
    return refused(refuse({ type: 'invalid-change', detail, errors: faults }, event.json));
  },
});

/** The change without the strings that something is wrong with. */
function without(body: ChangeBody, faults: readonly Fault[]): ChangeBody {
  const { consentStrings: given = {}, ...evidence } = body.evidence ?? {};
  const sound = Object.entries(given).filter(
    ([name]) => !faults.some(({ path }) => path === `evidence.consentStrings.${name}`),
  );
  const kept = sound.length > 0 && { consentStrings: Object.fromEntries(sound) };
  return { ...body, evidence: { ...evidence, ...kept } };
}
