import { build } from 'esbuild';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bundling } from '../../cdk/bundling.ts';
import config from '../../heed.config.ts';
import { completed } from '../../lib/config/completed.ts';
import { Declaration } from '../../lib/config/declaration.ts';
import { ConfigError, defineConfig, type HeedConfig } from '../../lib/config.ts';
import { root } from '../conventions/tree.ts';

const small: Declaration = {
  schemas: 'https://schemas.acme.example/heed',
  brands: { acme: { title: 'Acme' } },
  channels: ['email'],
  purposes: {
    marketing: { title: 'Marketing', controller: 'Acme', retention: 'P1Y', recipients: [], jurisdiction: [] },
  },
  topics: { 'acme/news': { title: 'News', purpose: 'marketing' } },
  preferenceKeys: {},
  identifiers: { email: { type: 'email' }, crm: { type: 'id' } },
  notices: {},
  sources: {
    form: { title: 'Form', actors: ['subject'], topics: ['*'], channels: ['*'], states: ['granted'] },
  },
  destinations: { webhook: {} },
};

const faultsOf = (input: Declaration): string => {
  try {
    defineConfig(input);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

describe('a declaration', () => {
  test('is completed: what it leaves out has its usual value', () => {
    expect(defineConfig(small)).toMatchObject({
      issuers: [],
      personalEvidence: [],
      identifiers: { email: { type: 'email', lowerCase: 'all' }, crm: { type: 'id' } },
      sources: { form: { preferences: [], identifiers: [], owns: [] } },
      destinations: { webhook: { enabled: true, paused: false, settings: {} } },
    });
  });

  test('keeps what it says', () => {
    const said = {
      ...small,
      identifiers: { email: { type: 'email' as const, lowerCase: 'domain' as const } },
      personalEvidence: ['ip' as const],
      destinations: { webhook: { enabled: false, paused: true, settings: { url: 'https://x.example' } } },
    };
    const { identifiers, personalEvidence, destinations } = defineConfig(said);
    expect({ identifiers, personalEvidence, destinations }).toEqual({
      identifiers: said.identifiers,
      personalEvidence: said.personalEvidence,
      destinations: said.destinations,
    });
  });

  test('is refused with one line for each thing that contradicts another', () => {
    const message = faultsOf({
      ...small,
      topics: {
        'acme/news': { title: 'News', purpose: 'research' },
        'orbit/news': { title: 'O', purpose: 'marketing' },
      },
    });
    expect(message.split('\n')).toEqual([
      'heed.config.ts:',
      '  - topics.acme/news: no purpose research is declared',
      '  - topics.orbit/news: no brand orbit is declared',
    ]);
  });

  test('is refused where two sources claim to own one topic', () => {
    const owner = { ...small.sources['form'], title: 'x', actors: ['system' as const], owns: ['acme/*'] };
    const sources = { one: { ...owner, topics: ['*'], channels: ['*'], states: ['granted' as const] } };
    const message = faultsOf({ ...small, sources: { ...sources, two: sources.one } });
    expect(message).toContain('topics.acme/news: owned by one and by two; a topic has one owner');
  });

  test('is refused where it says what nobody asked', () => {
    const typo = { ...small, chanels: ['sms'] };
    expect(faultsOf(typo)).toContain('  - Unrecognized key');
  });
});

describe('HEED_DESTINATIONS', () => {
  afterEach(() => vi.unstubAllEnvs());
  const enabledIn = ({ destinations }: HeedConfig): readonly string[] =>
    Object.entries(destinations).flatMap(([id, one]) => (one.enabled ? [id] : []));
  const two = { ...small, destinations: { one: {}, two: {}, off: { enabled: false } } };

  test('enables some of what is declared, and nothing else', () => {
    vi.stubEnv('HEED_DESTINATIONS', 'two');
    expect(enabledIn(defineConfig(two))).toEqual(['two']);
  });

  test('is all of it where it is not set, or set to nothing', () => {
    expect(enabledIn(defineConfig(two))).toEqual(['one', 'two']);
    vi.stubEnv('HEED_DESTINATIONS', '');
    expect(enabledIn(defineConfig(two))).toEqual(['one', 'two']);
  });

  test.each(['three', 'off', 'one,three'])('refuses %s: what is not enabled cannot be meant', (named) => {
    vi.stubEnv('HEED_DESTINATIONS', named);
    expect(() => defineConfig(two)).toThrow(/HEED_DESTINATIONS names (three|off), which is not enabled here/);
  });
});

describe('a configuration that was checked when it was bundled', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('is the same as a checked one', () => {
    vi.stubEnv('HEED_CHECKED', 'true');
    const unchecked = defineConfig(Declaration.parse(small));
    vi.unstubAllEnvs();
    expect(unchecked).toEqual(defineConfig(small));
    expect(config).toMatchObject(completed(config));
  });

  test('does not bring the check along', async () => {
    const { metafile } = await build({
      ...bundling,
      mainFields: [...bundling.mainFields],
      entryPoints: [`${root}/functions/decision.ts`],
      absWorkingDir: root,
      bundle: true,
      platform: 'node',
      write: false,
      metafile: true,
    });
    const [output] = Object.values(metafile.outputs);
    const inputs = Object.entries(output?.inputs ?? {}).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [file] : [],
    );
    expect(inputs).toContain('lib/config/completed.ts');
    expect(inputs).not.toContain('lib/config/declaration.ts');
    expect(inputs).not.toContain('lib/domain/change.ts');
    expect(inputs.filter((file) => /credential-provider-(node|ini|sso)/.test(file))).toEqual([]);
  });
});
