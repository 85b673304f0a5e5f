import { brandOf, type Completed, completed, noticeName } from './config/completed.ts';
import type { Declaration } from './config/declaration.ts';
import { faultsIn } from './config/faults.ts';
import type { Catalogue } from './domain/catalogue.ts';
import type { Evidence } from './domain/vocabulary.ts';

export type { Declaration };

/** The whole declaration, checked. */
export interface HeedConfig extends Completed {
  readonly catalogue: Catalogue;
}

/** A configuration that contradicts itself: every contradiction, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonlyFaults: readonly string[]) {
    super(`heed.config.ts:\n${readonlyFaults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/**
 * Checks a declaration and gives it its types. Throws a ConfigError that names everything inconsistent. The stack's
 * bundles define `HEED_CHECKED`: what they hold was checked when it was bundled, and a cold start need not do it again
 * (11 of 100 ms).
 */
export function defineConfig(input: Declaration): HeedConfig {
  const faults = process.env['HEED_CHECKED'] === undefined ? faultsIn(input) : [];
  if (faults.length > 0) throw new ConfigError(faults);
  const config = completed(input);
  const whole = { ...config, catalogue: catalogueOf(config) };
  const named = namedDestinations();
  return named.length === 0 ? whole : only(whole, named);
}

/**
 * The destinations that `HEED_DESTINATIONS` names (ids, separated by commas): of those the configuration enables only
 * these are started or deployed. None: all are. The stack's bundles define it as it was when they were made.
 */
export const namedDestinations = (): readonly string[] =>
  (process.env['HEED_DESTINATIONS'] ?? '').split(',').filter((id) => id !== '');

/** The configuration with these of its destinations alone. */
export function only(config: HeedConfig, ids: readonly string[]): HeedConfig {
  const { destinations } = config;
  const strange = ids.filter((id) => !Object.hasOwn(destinations, id) || !destinations[id]?.enabled);
  if (strange.length > 0)
    throw new ConfigError(strange.map((id) => `HEED_DESTINATIONS names ${id}, which is not enabled here`));
  const some = Object.entries(destinations).map(([id, one]) => [id, { ...one, enabled: ids.includes(id) }]);
  return { ...config, destinations: Object.fromEntries(some) };
}

/** What stands behind the grants that a destination reports, with the digest of its notice. */
export const grantEvidenceOf =
  ({ destinations, notices }: HeedConfig) =>
  (destination: string): Pick<Evidence, 'legalBasis' | 'notice'> | undefined => {
    const given = destinations[destination]?.grantEvidence;
    const sha256 = given && notices[noticeName(given.notice)];
    return given && sha256
      ? { legalBasis: given.legalBasis, notice: { ...given.notice, sha256 } }
      : undefined;
  };

function catalogueOf(config: Completed): Catalogue {
  const { channels, preferenceKeys, identifiers, notices, sources, personalEvidence, schemas } = config;
  const topics = Object.fromEntries(
    Object.entries(config.topics).map(([id, topic]) => [id, { ...topic, brand: brandOf(id) }]),
  );
  return { topics, channels, preferenceKeys, identifiers, notices, sources, personalEvidence, schemas };
}
