import { html } from 'hono/html';
import type { AssetNames } from './assets.ts';

/** How staff sign in at their own issuer (OpenID Connect, authorization code with PKCE). */
export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  /** Sent as `audience`, for issuers that want it. */
  readonly audience?: string | undefined;
  /** Origins of endpoints that are not of the issuer's own. */
  readonly connect?: readonly string[] | undefined;
}

export interface AuditPage {
  readonly assets: AssetNames;
  readonly signIn?: SignIn | undefined;
  /** The engine on a developer's machine, which gives a token for the asking. */
  readonly local: boolean;
}

/**
 * What the auditors' console is drawn into, by its script. It says nothing of anybody: what is shown there is asked for with
 * a token. It is a tool of the staff and speaks English.
 */
export const auditPage = async ({ assets, signIn, local }: AuditPage): Promise<string> =>
  String(
    await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Heed audit</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets.style}">
<script type="module" src="${assets.script}"></script>
</head>
<body>
<noscript><p>This page needs JavaScript. What it shows can be asked of the API as well.</p></noscript>
<heed-audit${local && html` local`}${signIn && signInOf(signIn)}></heed-audit>
</body>
</html>
`,
  );

const signInOf = ({ issuer, clientId, scope, audience }: SignIn) =>
  html` issuer="${issuer}" client="${clientId}" scope="${scope}"${audience !== undefined && html` audience="${audience}"`}`;
