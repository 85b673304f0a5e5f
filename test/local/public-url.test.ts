import { expect, test } from 'vitest';
import * as z from 'zod';
import whole from '../../heed.config.ts';
import { only } from '../../lib/config.ts';
import { startEngine } from '../../local/engine.ts';
import { readOptions } from '../../local/options.ts';
import { simulators } from '../simulators/index.ts';
import { afterwards } from './cleanup.ts';
import { speakTo } from './person.ts';

const Minted = z.object({ tokens: z.array(z.object({ url: z.url() })) });

/** Where a link leads that an engine made, and the engine's own address. */
async function linkOf(publicUrl?: string) {
  const engine = await startEngine({
    ...{ config: { ...only(whole, ['webhook']), publicUrl: 'https://deployed.acme.example' }, port: 0 },
    ...{ vendors: simulators, line: () => undefined, warn: () => undefined },
    ...(publicUrl !== undefined && { publicUrl }),
  });
  afterwards(async () => void (await engine.stop()));
  const { api } = await speakTo(engine.url);
  const answer = await fetch(`${engine.url}/v1/tokens`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await api.token({ scope: 'tokens:mint' })}`,
    },
    body: JSON.stringify({ tokens: [{ subject: 'ada', purpose: 'preferences' }] }),
  });
  const [link] = Minted.parse(await answer.json()).tokens;
  return { link: new URL(link?.url ?? ''), own: engine.url };
}

test('links of the engine on this machine lead to itself, wherever the deployment is', async () => {
  const { link, own } = await linkOf();
  expect(link.origin).toBe(own);
});

test('links lead to the tunnel before it, where it is told of one', async () => {
  const { link } = await linkOf('https://tunnel.example');
  expect(link.origin).toBe('https://tunnel.example');
});

test('npm start is told of a tunnel by an option or by the environment, and refuses what is no origin', () => {
  expect(readOptions([], {}).publicUrl).toBeUndefined();
  expect(readOptions([], { HEED_PUBLIC_URL: '' }).publicUrl).toBeUndefined();
  expect(readOptions([], { HEED_PUBLIC_URL: 'https://a.example' }).publicUrl).toBe('https://a.example');
  expect(readOptions(['--public', 'https://b.example'], { HEED_PUBLIC_URL: 'x' }).publicUrl).toBe(
    'https://b.example',
  );
  expect(() => readOptions(['--public', 'https://b.example/path'], {})).toThrow(
    'https://b.example/path is not an origin',
  );
});
