import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import config from '../../heed.config.ts';
import { DeliveriesAnswer } from '../../lib/http/schemas.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { pause } from '../../local/pause.ts';
import { simulators } from '../simulators/index.ts';

/** From the post to the last destination, ms. */
const IN_TIME = 5_000;

/** A person of whom every identifier is known that the configuration declares. */
const VALUES: Readonly<Record<string, (kind: string) => string>> = {
  email: () => 'ada@example.com',
  phone: () => '+4520123456',
  id: (kind) => `${kind}-1001`,
};
const identifiers = Object.fromEntries(
  Object.entries(config.identifiers).map(([kind, { type }]) => [kind, VALUES[type]?.(kind) ?? '']),
);

/** Grants the newsletter and stops the offers on every channel: whatever a destination maps, it is told something. */
const change = () => ({
  choices: config.channels.flatMap((channel) => [
    { topic: 'acme/newsletter', channel, state: 'granted' },
    { topic: 'acme/offers', channel, state: 'withdrawn' },
  ]),
  identifiers,
  evidence: {
    ...{ source: 'call-centre', actor: { kind: 'subject' }, method: 'call', legalBasis: 'consent' },
    occurredAt: new Date().toISOString(),
    notice: { id: 'marketing', version: '3', language: 'en' },
  },
});

let engine: Engine;
const warnings: string[] = [];

beforeAll(async () => {
  const warn = (line: string): void => void warnings.push(line);
  engine = await startEngine({ config, port: 0, vendors: simulators, warn, line: () => undefined });
}, 60_000);
afterAll(() => engine.stop(), 60_000);

/** Asks the API as a system would. */
async function ask(path: string, token?: string, body?: object): Promise<unknown> {
  const reply = await fetch(`${engine.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return reply.json();
}

describe('with every destination enabled', () => {
  /** Whoever holds copies: a watcher is told of lanes alone. */
  const expected = (): readonly string[] =>
    engine.app.laneList
      .filter(({ destination }) => destination.kind !== 'watch')
      .map(({ destination }) => `${destination.id} delivered version 1`)
      .toSorted();

  test('one change is delivered to all of them within five seconds of the post, and Heed says so', async () => {
    const scope = 'preferences:write preferences:read audit:read';
    const { token } = Token.parse(await ask('/local/token', undefined, { scope }));
    const said = async (): Promise<readonly string[]> => {
      const answer = DeliveriesAnswer.parse(await ask('/v1/subjects/ada/deliveries', token));
      return answer.deliveries
        .map(({ destination, outcome, version, reason, retrying }) =>
          [destination, outcome, `version ${version}`, reason ?? retrying?.reason].filter(Boolean).join(' '),
        )
        .toSorted();
    };
    const posted = Date.now();
    expect(await ask('/v1/subjects/ada/changes', token, change())).toMatchObject({ version: 1 });
    let now = await said();
    while (now.some((one) => one.includes('pending')) && Date.now() - posted < IN_TIME) {
      await pause(50);
      now = await said();
    }
    const took = Date.now() - posted;
    expect(now).toEqual(expected());
    expect(took).toBeLessThan(IN_TIME);
    expect(warnings).toEqual([]);
  });
});

const Token = z.object({ token: z.string() });
