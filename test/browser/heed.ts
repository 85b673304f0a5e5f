import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import * as z from 'zod';
import whole from '../../heed.config.ts';
import { only } from '../../lib/config.ts';
import { mintToken, type OwnClaims, TokenSecret } from '../../lib/http/own-tokens.ts';
import { HistoryAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { type Api, apiAt } from '../../local/demo/api.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { simulators } from '../simulators/index.ts';

/** What somebody says of one topic and channel. */
export interface Word {
  readonly topic: string;
  readonly channel: string;
  readonly state: 'granted' | 'withdrawn';
}

type Evidence = z.output<typeof HistoryAnswer>['versions'][number]['evidence'];

/** A real engine for all tests of a file, and what its systems say while browsers look at its pages. */
export interface Heed {
  readonly url: () => string;
  /** Every log line and warning. */
  readonly lines: readonly string[];
  /** Every token that was made here. */
  readonly tokens: readonly string[];
  /** A token, as old as one likes, ms. */
  readonly token: (claims: OwnClaims, age?: number) => Promise<string>;
  /** The address of a person's page. */
  readonly pageOf: (subject: string) => Promise<string>;
  /** What the call centre is told by a person. */
  readonly say: (subject: string, words: readonly Word[], email?: string) => Promise<number>;
  readonly recordOf: (subject: string) => Promise<z.output<typeof RecordAnswer>>;
  /** What the person's own word on a topic and channel is now; undefined: none. */
  readonly stateOf: (subject: string, topic: string, channel?: string) => Promise<string | undefined>;
  /** What stands behind each change, newest first. */
  readonly evidenceOf: (subject: string) => Promise<readonly Evidence[]>;
}

const Secrets = z.object({ tokens: TokenSecret });

/** Started before the tests of a file, and stopped after them. */
export function anEngine(): Heed {
  const data = mkdtempSync(join(tmpdir(), 'heed-browser-'));
  const lines: string[] = [];
  const tokens: string[] = [];
  let engine: Engine | undefined;
  let api: Api | undefined;
  const running = (): { readonly engine: Engine; readonly api: Api } => {
    if (!engine || !api) throw new Error('the engine has not been started yet');
    return { engine, api };
  };
  beforeAll(async () => {
    engine = await startEngine({
      ...{ config: only(whole, ['webhook']), port: 0, vendors: simulators, data },
      warn: (line) => lines.push(line),
      line: (line) => lines.push(JSON.stringify(line)),
    });
    api = apiAt(engine.url);
  });
  afterAll(async () => {
    await api?.close();
    await engine?.stop();
    rmSync(data, { recursive: true, force: true });
  });
  const token: Heed['token'] = async (claims, age = 0) => {
    const { tokens: secret } = Secrets.parse(JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')));
    const made = await mintToken(secret, claims, { at: Date.now() - age });
    tokens.push(made);
    return made;
  };
  const recordOf: Heed['recordOf'] = async (subject) =>
    RecordAnswer.parse(await read(running().api, `/v1/subjects/${subject}`));
  return {
    ...{ url: () => running().engine.url, lines, tokens, token, recordOf },
    pageOf: async (subject) =>
      `${running().engine.url}/p/${await token({ purpose: 'preferences', sub: subject })}`,
    say: (subject, words, email) => say(running().api, subject, { words, email }),
    stateOf: async (subject, topic, channel = 'email') =>
      (await recordOf(subject)).choices.find((one) => one.topic === topic && one.channel === channel)?.state,
    evidenceOf: async (subject) => {
      const { versions } = HistoryAnswer.parse(await read(running().api, `/v1/subjects/${subject}/history`));
      return versions.map(({ evidence }) => evidence);
    },
  };
}

async function read(api: Api, path: string): Promise<unknown> {
  return (await api.get(path, await api.token({ scope: 'preferences:read audit:read' }))).body;
}

interface Said {
  readonly words: readonly Word[];
  readonly email: string | undefined;
}

const Accepted = z.object({ version: z.number() });

/** The version that it made. */
async function say(api: Api, subject: string, { words, email }: Said): Promise<number> {
  const token = await api.token({ scope: 'preferences:write' });
  const evidence = {
    ...{ source: 'call-centre', actor: { kind: 'subject' }, method: 'call', legalBasis: 'consent' },
    occurredAt: new Date().toISOString(),
    notice: { id: 'marketing', version: '4', language: 'en' },
  };
  const body = { choices: words, evidence, ...(email !== undefined && { identifiers: { email } }) };
  return Accepted.parse((await api.post(`/v1/subjects/${subject}/changes`, body, { token })).body).version;
}

export const granted = (topic: string, channel = 'email'): Word => ({ topic, channel, state: 'granted' });
export const STOP: Word = { topic: '*', channel: '*', state: 'withdrawn' };
