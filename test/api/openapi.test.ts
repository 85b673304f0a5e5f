import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { routes } from '../../functions/registry.ts';
import { openapiOf } from '../../lib/http/openapi.ts';
import { operations } from '../../lib/http/operations.ts';
import { rig } from './rig.ts';

describe('the description of the API', () => {
  it('is served as OpenAPI 3.1 that a validator accepts', async () => {
    const { statusCode, body } = await rig().call('openapi', {});
    expect(statusCode).toBe(200);
    const served = JSON.parse(body);
    expect(served.openapi).toBe('3.1.0');
    expect(await new Validator().validate(served)).toEqual({ valid: true });
  });

  it('describes every route there is, and none that is not', () => {
    const { paths } = openapiOf({ routes });
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
    expect(Object.keys(operations).sort()).toEqual(routes.map(({ name }) => name).sort());
  });

  it('refuses a route that nobody described', () => {
    expect(() => openapiOf({ routes: [{ name: 'secret', method: 'GET', path: '/v1/secret' }] })).toThrow(
      /secret/,
    );
  });

  it.each(Object.entries(operations))(
    'shows examples of %s that its own schemas accept',
    (_, { body, answers }) => {
      if (body) expect(body.schema.safeParse(body.example).error).toBeUndefined();
      for (const { schema, example } of answers) {
        if (example) expect(schema.safeParse(example).error).toBeUndefined();
      }
    },
  );

  it('says who may call: a person alone, a system, or a carrier whose signature is its proof', () => {
    const { paths } = openapiOf({ routes });
    const security = (path: string, method: 'get' | 'post') => paths[path]?.[method];
    const token = { security: [{ token: [] }] };
    expect(security('/v1/preferences', 'get')).toMatchObject({
      ...token,
      description: expect.stringMatching(/Needs a person’s own token\.$/),
    });
    expect(security('/v1/tokens', 'post')).toMatchObject({
      ...token,
      description: expect.stringMatching(/Needs the scope `tokens:mint`\.$/),
    });
    expect(security('/v1/keywords', 'post')).toMatchObject({ security: [{ token: [] }, {}] });
  });

  it('asks for a token wherever the routes do', async () => {
    const { paths } = openapiOf({ routes });
    const open = Object.entries(paths).flatMap(([path, methods]) =>
      Object.values(methods).flatMap((one) =>
        'security' in one && String(one.security) === '' ? [path] : [],
      ),
    );
    const notices = '/v1/destinations/{destination}/notices';
    const both = [notices, `${notices}/{key}`];
    expect([...new Set(open)].sort()).toEqual([...both, '/v1/health', '/v1/keys', '/v1/openapi.json']);
    const { call } = rig();
    for (const name of ['changes', 'record', 'decision', 'history', 'deliveries', 'lookup'] as const) {
      expect((await call(name, { subject: 'alice' })).statusCode).toBe(401);
    }
  });
});
