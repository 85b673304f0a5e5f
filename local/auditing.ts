import { buildBrowser } from '../browser/build.ts';
import { audit } from '../functions/audit.ts';
import { readCatalogue } from '../functions/catalogue.ts';
import { grants } from '../functions/grants.ts';
import type { WriteLine } from '../functions/middleware/line.ts';
import type { App } from './app.ts';
import type { Call } from './call.ts';
import type { Run } from './schedules.ts';

export interface AuditingOptions {
  readonly line: WriteLine;
  readonly wake: () => void;
}

/** The handlers of what auditors call, by the names of the registry. */
export function auditingOf(app: App, { line }: AuditingOptions): Readonly<Record<string, Call>> {
  const quiet = { ...app, line };
  return {
    audit: audit({ assets: buildBrowser().console, signIn: app.config.audit.signIn, local: true, line }),
    catalogue: readCatalogue(quiet),
    grants: grants(quiet),
  };
}

/** What of it runs by a schedule. */
export function auditingSchedules(
  _app: App,
  _options: Pick<AuditingOptions, 'line'>,
): Readonly<Record<string, Run>> {
  return {};
}
