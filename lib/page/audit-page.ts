import { html } from 'hono/html';
import type { AssetNames } from './assets.ts';
import { voiceOf } from './say.ts';
import { documentOf } from './shell.ts';

/** How staff sign in at their own issuer (OpenID Connect, authorization code with PKCE). */
export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  /** Sent as `audience`, for issuers that want it. */
  readonly audience?: string | undefined;
}

export interface AuditPage {
  readonly assets: AssetNames;
  readonly signIn?: SignIn | undefined;
  /** The engine on a developer's machine, which gives a token for the asking. */
  readonly local: boolean;
}

/** A tool of the staff: it speaks English. */
const voice = voiceOf('en');

/** What the auditors' console is drawn into. It says nothing of anybody: what is shown is asked for with a token. */
export const auditPage = ({ assets, signIn, local }: AuditPage): Promise<string> =>
  documentOf({
    ...{ voice, assets, title: 'Heed: audit', script: true },
    main: html`<heed-audit${local && html` local`}${
      signIn &&
      html` issuer="${signIn.issuer}" client="${signIn.clientId}" scope="${signIn.scope}"${
        signIn.audience !== undefined && html` audience="${signIn.audience}"`
      }`
    }><noscript><p>This page needs JavaScript. What it shows is in the API too.</p></noscript></heed-audit>`,
  });
