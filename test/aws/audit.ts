import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openJws } from '../../lib/domain/jws.ts';
import { KeysAnswer, ProofsAnswer } from '../../lib/http/proof-schemas.ts';
import { ErasureAnswer } from '../../lib/http/rights-schemas.ts';
import { HistoryAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { AuditsAnswer, SearchAnswer } from '../../lib/http/search-schemas.ts';
import type { Scene, Step } from './acceptance.ts';
import type { Answer } from './api.ts';
import { until } from './until.ts';
import type { Customer } from './vendors.ts';

/** The stand-alone verifier, as an auditor runs it. */
const VERIFIER = fileURLToPath(new URL('../../verify/heed.mjs', import.meta.url));
const run = promisify(execFile);

/** A checkpoint is made of whole minutes, two minutes after they are over. */
const PROVED = { patience: 300_000, pause: 5_000 };
/** The newest seconds are not searchable yet. */
const INDEXED = { patience: 90_000, pause: 2_000 };
const ERASED = { patience: 180_000, pause: 2_000 };

/** Whom it is about: she has five versions by now, of which the first granted two topics. */
export interface Audited {
  readonly customer: Customer;
  readonly topics: readonly string[];
  /** Posts a change of hers. */
  readonly post: (body: object) => Promise<Answer>;
  /** The change with which she began. */
  readonly change: object;
  readonly heard: () => Promise<readonly string[]>;
}

type Telling = (scene: Scene, audited: Audited) => Step;

const VERSIONS = 5;

const lookBack: Telling = ({ api }, { customer, topics }) => ({
  says: 'an auditor sees every version, and what was known when only the first was there',
  show: async () => {
    const path = `/v1/subjects/${customer.subject}`;
    const { versions } = HistoryAnswer.parse((await api.get(`${path}/history`)).body);
    deepEqual(
      versions.map(({ version }) => version),
      [5, 4, 3, 2, 1],
    );
    const first = versions.at(-1);
    ok(first);
    match(first.evidence.notice?.text ?? '', /^\/notices\/marketing\/3\//);
    const then = RecordAnswer.parse((await api.get(`${path}?knownAt=${first.recordedAt}`)).body);
    deepEqual(
      then.choices.map(({ topic, state, change }) => [topic, state, change?.version]),
      topics.map((topic) => [topic, 'granted', 1]),
    );
  },
});

const search: Telling = ({ api, index }, { customer, topics: [topic = ''] }) => ({
  says: 'a search across people finds her versions, and the looking is on record',
  show: async () => {
    const found = async (): Promise<boolean> => {
      await index();
      const { body } = await api.get(`/v1/search?topic=${topic}&source=preference-center&limit=1000`);
      const hers = SearchAnswer.parse(body).versions.filter(({ subject }) => subject === customer.subject);
      return hers.some(({ version }) => version === 1) && hers.some(({ version }) => version === 4);
    };
    await until('her versions are found', found, INDEXED);
    const { audits } = AuditsAnswer.parse((await api.get(`/v1/audits?subject=${customer.subject}`)).body);
    ok(audits.some(({ operation, rows }) => operation === 'history' && rows === VERSIONS));
  },
});

const prove: Telling = ({ api, checkpoint }, { customer }) => ({
  says: 'a signed checkpoint holds her first version',
  show: async () => {
    const proved = async (): Promise<boolean> => {
      await checkpoint();
      const { body } = await api.get(`/v1/subjects/${customer.subject}/proofs`);
      const { versions, checkpoints } = ProofsAnswer.parse(body);
      const first = versions.find(({ version }) => version === 1);
      return checkpoints.some(({ number }) => number === first?.proof?.checkpoint);
    };
    await until('her first version is proved', proved, PROVED);
  },
});

const keysOf = async ({ api }: Scene) => KeysAnswer.parse(JSON.parse((await api.visit('/v1/keys')).text));

/** What the verifier says of her pack, with the key that the API gives to anybody. */
async function verified(scene: Scene, { subject }: Customer): Promise<string> {
  const pack = await scene.api.file(`/v1/subjects/${subject}/evidence-packs`, {});
  equal(pack.status, 200, pack.bytes.toString('utf8', 0, 500));
  const folder = await mkdtemp(join(tmpdir(), 'heed-pack-'));
  const [zip, keys] = [join(folder, 'pack.zip'), join(folder, 'keys.json')];
  try {
    await writeFile(zip, pack.bytes);
    await writeFile(keys, JSON.stringify(await keysOf(scene)));
    return (await run(process.execPath, [VERIFIER, 'verify', zip, '--key', keys])).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const pack: Telling = (scene, { customer }) => ({
  says: 'her evidence pack holds, says a program that knows nothing of Heed',
  show: async () => {
    const verdict = await verified(scene, customer);
    match(verdict, /^VALID/);
    match(verdict, /versions {4}5,/);
    match(verdict, /proved {6}[1-5] by checkpoints/);
  },
});

const erase: Telling = (scene, { customer, heard }) => ({
  says: 'she is erased: every destination is told, and a signed certificate says so, to the bus as well',
  show: async () => {
    const path = `/v1/subjects/${customer.subject}`;
    const asked = await scene.api.post(`${path}/erasure`, { reason: 'acceptance' });
    ok([200, 202].includes(asked.status), JSON.stringify(asked.body));
    const state = async () => ErasureAnswer.parse((await scene.api.get(`${path}/erasure`)).body);
    const done = async (): Promise<boolean> => {
      await scene.erasures();
      return (await state()).state === 'done';
    };
    await until('the erasure is done', done, ERASED);
    const { certificate = '', told } = await state();
    deepEqual(new Set(told.map(({ outcome }) => outcome)), new Set(['delivered']));
    ok(openJws(certificate, { typ: 'heed-certificate', ...(await keysOf(scene)) }));
    await until('the bus hears of it', async () => (await heard()).includes('subject.erased.v1'));
  },
});

const forget: Telling = (scene, { change, customer, post }) => ({
  says: 'afterwards her address is gone and refused, and what remains still verifies',
  show: async () => {
    const path = `/v1/subjects/${customer.subject}`;
    const said = [await scene.api.get(path), await scene.api.get(`${path}/history`)];
    for (const { body } of said) ok(!JSON.stringify(body).includes(customer.email));
    const refused = await post(change);
    equal(refused.status, 422, JSON.stringify(refused.body));
    match(JSON.stringify(refused.body), /problems\/suppressed/);
    match(await verified(scene, customer), /^VALID/);
  },
});

/** What an auditor does with the customer of the story, once her story is told. The steps build on each other. */
export const auditing = (scene: Scene, audited: Audited): readonly Step[] =>
  [lookBack, search, prove, pack, erase, forget].map((tell) => tell(scene, audited));
