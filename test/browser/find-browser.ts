/** Where systems keep a Chromium that playwright-core can drive. */
const PLACES = [
  /** The same engine without a window: half the work. */
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
] as const;

const HOW =
  'install one (Debian: apt-get install chromium-headless-shell), or name one with HEED_CHROMIUM=<path>';

export type Found = { readonly path: string } | { readonly missing: string };

/**
 * The browser to test in: the one that `HEED_CHROMIUM` names, else one that is installed. Where there is none it says how
 * to get one; with `HEED_BROWSER=required` (as in .ci/run) that is an error.
 */
export function findBrowser(env: NodeJS.ProcessEnv, exists: (path: string) => boolean): Found {
  const named = env['HEED_CHROMIUM'] ?? '';
  const path = (named === '' ? PLACES : [named]).find(exists);
  if (path !== undefined) return { path };
  const missing = `${named === '' ? 'no Chromium was found' : `there is no browser at ${named}`}: ${HOW}`;
  if (env['HEED_BROWSER'] === 'required') throw new Error(`HEED_BROWSER is required, but ${missing}`);
  return { missing };
}
