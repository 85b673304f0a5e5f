import type { WriteLine } from '../functions/middleware/line.ts';
import type { App } from './app.ts';
import type { Call } from './call.ts';
import type { Run } from './schedules.ts';

export interface AuditingOptions {
  readonly line: WriteLine;
  readonly wake: () => void;
}

/** The handlers of what auditors call, by the names of the registry. */
export function auditingOf(_app: App, _options: AuditingOptions): Readonly<Record<string, Call>> {
  return {};
}

/** What of it runs by a schedule. */
export function auditingSchedules(
  _app: App,
  _options: Pick<AuditingOptions, 'line'>,
): Readonly<Record<string, Run>> {
  return {};
}
