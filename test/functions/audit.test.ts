import { describe, expect, test } from 'vitest';
import { buildBrowser } from '../../browser/build.ts';
import { audit } from '../../functions/audit.ts';
import { readCatalogue } from '../../functions/catalogue.ts';
import config from '../../heed.config.ts';
import { faultsIn } from '../../lib/config/faults.ts';
import { braze } from '../../lib/destinations/braze.ts';
import { CatalogueAnswer } from '../../lib/http/audit-schemas.ts';
import type { SignIn } from '../../lib/page/audit-page.ts';
import { access, context, rig } from '../api/rig.ts';

const { console: assets } = buildBrowser();
const signIn = { issuer: 'https://id.acme.example/staff', clientId: 'console', scope: 'openid audit:read' };

const believed = { issuer: signIn.issuer, audience: 'heed', jwks: `${signIn.issuer}/keys`, clients: {} };

const get = (rawPath: string, headers = {}) => ({
  ...{ routeKey: `GET ${rawPath}`, rawPath, rawQueryString: '', headers, isBase64Encoded: false },
});

const pageOf = async (options: { readonly signIn?: SignIn; readonly local?: boolean } = {}) => {
  const page = audit({ assets, local: false, line: () => undefined, ...options });
  return page(get('/audit'), context);
};

describe('the console’s page', () => {
  test('holds nothing but where its script is and how to sign in', async () => {
    const { statusCode, body } = await pageOf({ signIn });
    expect(statusCode).toBe(200);
    expect(body).toContain(`src="${assets.script}"`);
    expect(body).toContain(
      '<heed-audit issuer="https://id.acme.example/staff" client="console" scope="openid audit:read">',
    );
    for (const id of [...Object.keys(config.sources), ...Object.keys(config.destinations)])
      expect(body).not.toContain(id);
  });

  test('lets its script ask Heed and the issuer, and nobody else', async () => {
    const policyOf = async (options = {}) => (await pageOf(options)).headers?.['content-security-policy'];
    expect(await policyOf()).toContain("connect-src 'self';");
    expect(await policyOf({ signIn })).toContain("connect-src 'self' https://id.acme.example;");
    expect(await policyOf({ signIn })).toContain("script-src 'self';");
    const apart = { ...signIn, connect: ['https://acme.auth.example'] };
    expect(await policyOf({ signIn: apart })).toContain(
      "connect-src 'self' https://id.acme.example https://acme.auth.example;",
    );
  });

  test('offers the local engine’s tokens on the local engine alone', async () => {
    expect((await pageOf({ local: true })).body).toContain('<heed-audit local>');
    expect((await pageOf()).body).toContain('<heed-audit>');
  });

  test('escapes what is declared', async () => {
    const { body } = await pageOf({ signIn: { ...signIn, clientId: '"><script>' } });
    expect(body).not.toContain('"><script>');
  });
});

describe('a sign-in that is declared', () => {
  const { catalogue: _, ...declared } = { ...config, issuers: [believed] };
  const faultsOf = (issuer: string): readonly string[] =>
    faultsIn({ ...declared, audit: { signIn: { ...signIn, issuer } } });

  test('is of an issuer whose tokens are believed', () => {
    expect(faultsOf('https://id.other.example')).toEqual([
      'audit.signIn: no issuer https://id.other.example is declared',
    ]);
    expect(faultsOf(signIn.issuer)).toEqual([]);
    const issuers = [{ ...believed, staff: ['another'] }];
    expect(faultsIn({ ...declared, issuers, audit: { signIn } })).toEqual([
      `audit.signIn: ${signIn.clientId} is not among the staff clients of ${signIn.issuer}`,
    ]);
  });

  test.each(['https://acme.auth.example/oauth2/token', 'acme.auth.example', '*'])(
    'lets the console ask origins alone, and not %s',
    (connect) => {
      const faults = faultsIn({ ...declared, audit: { signIn: { ...signIn, connect: [connect] } } });
      expect(faults).toEqual([expect.stringMatching(/^audit\.signIn\.connect\.0: an origin is written/)]);
      const right = { ...signIn, connect: ['https://acme.auth.example'] };
      expect(faultsIn({ ...declared, audit: { signIn: right } })).toEqual([]);
    },
  );
});

describe('the catalogue', () => {
  test('names what may be asked for to whoever may audit, and puts that on record', async () => {
    const on = rig();
    const ask = readCatalogue({
      ...on.store,
      ...on,
      config,
      laneList: [{ destination: braze }],
      line: () => undefined,
    });
    const read = async (scope: string) =>
      ask(get('/v1/catalogue', { authorization: `Bearer ${await on.mint(access(scope))}` }), context);
    const { statusCode, body } = await read('audit:read');
    expect(statusCode).toBe(200);
    const { topics, sources, notices, destinations } = CatalogueAnswer.parse(JSON.parse(body));
    expect(topics).toContainEqual({ id: 'acme/newsletter', title: 'Newsletter' });
    expect(sources.map(({ id }) => id)).toEqual(Object.keys(config.sources));
    expect(destinations).toEqual([{ id: 'braze', title: 'Braze' }]);
    expect(new Set(notices).size).toBe(notices.length);
    expect(on.store.audits).toMatchObject([{ operation: 'catalogue', rows: topics.length, status: 200 }]);
    expect((await read('preferences:read')).statusCode).toBe(403);
  });
});
