import config from '../heed.config.ts';
import type { HttpEvent, HttpResponse } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import type { AssetNames } from '../lib/page/assets.ts';
import { type AuditPage, auditPage } from '../lib/page/audit-page.ts';
import { onLambda } from './environment.ts';
import type { ApiHandler } from './middleware/api.ts';
import type { WriteLine } from './middleware/line.ts';
import { html, page, policy } from './middleware/page.ts';

export interface AuditApp extends AuditPage {
  readonly line?: WriteLine;
}

/** The auditors' console. Whoever opens it has shown nothing yet, and is shown nothing. */
export const audit = (app: AuditApp): ApiHandler => {
  const { signIn } = app;
  const connect = signIn ? [new URL(signIn.issuer).origin, ...(signIn.connect ?? [])] : [];
  const headers = { 'content-security-policy': policy({ connect }) };
  return page('audit', async () => problem('unexpected'), app.line).handler<HttpEvent, HttpResponse>(
    async () => html(200, await auditPage(app), headers),
  );
};

/** What the stack deploys, with the names of what the console loads. */
export const handlerWith = (assets: AssetNames) =>
  onLambda(() => audit({ assets, signIn: config.audit.signIn, local: false }));
