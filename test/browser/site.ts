import { type Listening, listen } from '../../local/listen.ts';

/** A page of somebody's own site, which embeds Heed's. */
export interface SitePage {
  readonly body: string;
  readonly style?: string;
  readonly script?: string;
}

export interface Site {
  readonly url: string;
  /** Serves a page at an address of its own. */
  readonly show: (page: SitePage) => string;
  readonly close: Listening['close'];
}

/**
 * A policy as strict as there is one: nothing is let in but this site's own files and what Heed's origin serves. Types that
 * a script writes into the page are trusted of nobody but the component's library.
 */
const policy = (heed: string): string =>
  [
    ...["default-src 'none'", `script-src 'self' ${heed}`, `connect-src ${heed}`, "style-src 'self'"],
    ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
    ...["require-trusted-types-for 'script'", 'trusted-types lit-html'],
  ].join('; ');

/** Keeps what the component tells the page around it. */
const LISTENING = `globalThis.told = [];
for (const name of ['heed-saved', 'heed-error'])
  document.addEventListener(name, ({ type, detail }) => told.push({ type, detail }));
`;

const TYPES = { html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript' } as const;

/** A plain site of another origin than Heed's, on this machine. */
export async function startSite(heed: () => string): Promise<Site> {
  const pages: SitePage[] = [];
  const server = await listen((request, response) => {
    const [, index, kind = 'html'] = /^\/(\d+)(?:\.(css|js))?$/.exec(request.url ?? '') ?? [];
    const found = pages[Number(index)];
    if (!found || (kind !== 'html' && kind !== 'css' && kind !== 'js')) {
      response.writeHead(404).end();
      return;
    }
    const headers = { 'content-type': TYPES[kind], 'content-security-policy': policy(heed()) };
    response.writeHead(200, headers).end(fileOf(found, { index: Number(index), kind }));
  }, 0);
  const show = (page: SitePage): string => `${server.url}/${pages.push(page) - 1}`;
  return { url: server.url, show, close: server.close };
}

interface Asked {
  readonly index: number;
  readonly kind: keyof typeof TYPES;
}

function fileOf({ body, style = '', script = '' }: SitePage, { index, kind }: Asked): string {
  if (kind === 'css') return style;
  if (kind === 'js') return LISTENING + script;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A shop</title>
<link rel="stylesheet" href="/${index}.css">
<script type="module" src="/${index}.js"></script>
</head>
<body><main><h1>A shop</h1>${body}</main></body>
</html>`;
}
