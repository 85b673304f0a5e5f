import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import config from '../../heed.config.ts';
import { CurrentAnswer } from '../../lib/http/delivery-schemas.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { pause } from '../../local/pause.ts';
import { SAMPLE, samplePage } from '../../local/sample.ts';
import { simulators } from '../simulators/index.ts';

/** From the post to the last destination, ms. */
const IN_TIME = 5_000;
/** The machine may be busy with other tests: the first of these who is told in time will do. */
const PEOPLE = ['ada', 'bo', 'cy', 'dan', 'eve', 'fay', 'gus', 'hal'];
const LONGEST = 60_000;

/** A value of every kind of identifier that the configuration declares. */
const identifiersOf = (subject: string): Readonly<Record<string, string>> => {
  const values = {
    email: `${subject}@example.com`,
    phone: `+4520${100_000 + PEOPLE.indexOf(subject)}`,
    id: `id-${subject}`,
  };
  return Object.fromEntries(
    Object.entries(config.identifiers).map(([kind, { type }]) => [kind, values[type]]),
  );
};

/** Grants the newsletter and stops the offers on every channel: whatever a destination maps, it is told something. */
const changeOf = (subject: string) => ({
  choices: config.channels.flatMap((channel) => [
    { topic: 'acme/newsletter', channel, state: 'granted' },
    { topic: 'acme/offers', channel, state: 'withdrawn' },
  ]),
  identifiers: identifiersOf(subject),
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
  const expected = (version = 1): readonly string[] =>
    engine.app.laneList
      .filter(({ destination }) => destination.kind !== 'watch')
      .map(({ destination }) => `${destination.id} delivered version ${version}`)
      .toSorted();

  const said = async (subject: string, token: string): Promise<readonly string[]> => {
    const { deliveries } = CurrentAnswer.parse(await ask(`/v1/subjects/${subject}/deliveries`, token));
    return deliveries
      .map(({ destination, outcome, version, reason, retrying }) =>
        [destination, outcome, `version ${version}`, reason ?? retrying?.reason].filter(Boolean).join(' '),
      )
      .toSorted();
  };

  /** Waits until nobody is without a version. */
  const settled = async (subject: string, token: string, since: number, version = 1): Promise<void> => {
    const waits = (one: string): boolean =>
      one.includes('pending') || (one.includes(' delivered ') && !one.endsWith(` version ${version}`));
    let now = await said(subject, token);
    while (now.some(waits) && Date.now() - since < LONGEST) {
      await pause(50);
      now = await said(subject, token);
    }
    expect(now).toEqual(expected(version));
  };

  /** Posts somebody's first change and waits until nobody is without it; how long that took, ms. */
  const deliver = async (subject: string, token: string): Promise<number> => {
    const posted = Date.now();
    const accepted = await ask(`/v1/subjects/${subject}/changes`, token, changeOf(subject));
    expect(accepted).toMatchObject({ version: 1 });
    await settled(subject, token, posted);
    return Date.now() - posted;
  };

  test('one change is delivered to all of them within five seconds of the post, and Heed says so', {
    timeout: 4 * LONGEST,
  }, async () => {
    const scope = 'preferences:write preferences:read audit:read';
    const { token } = Token.parse(await ask('/local/token', undefined, { scope }));
    const took: number[] = [];
    for (const subject of PEOPLE)
      if (!took.some((one) => one < IN_TIME)) took.push(await deliver(subject, token));
    expect(Math.min(...took)).toBeLessThan(IN_TIME);
    expect(warnings).toEqual([]);
  });

  test('one tap on the page of the sample person reaches all of them, and how soon is said', {
    timeout: 4 * LONGEST,
  }, async () => {
    const { token } = Token.parse(await ask('/local/token', undefined, { scope: 'audit:read' }));
    const link = (await samplePage(engine, { config })) ?? '';
    await settled(SAMPLE, token, Date.now());
    const own = link.slice(link.lastIndexOf('/') + 1);
    const { version, notice } = Shown.parse(await ask('/v1/preferences', own));
    const tapped = Date.now();
    const tap = { version, controls: [], preferences: [], stop: '*', notice };
    expect(await ask('/v1/preferences', own, tap)).toMatchObject({ outcome: 'saved', page: { version: 2 } });
    await settled(SAMPLE, token, tapped, 2);
    const took = Date.now() - tapped;
    process.stdout.write(`From the tap to the last of ${expected().length} destinations: ${took} ms\n`);
    expect(warnings).toEqual([]);
  });
});

const Shown = z.object({
  version: z.number(),
  notice: z.object({ id: z.string(), version: z.string(), language: z.string() }),
});

const Token = z.object({ token: z.string() });
