import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { hashOfLeaf } from '../../lib/domain/checkpoint.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { openJws } from '../../lib/domain/jws.ts';
import { provenRoot } from '../../lib/domain/merkle.ts';
import { MINUTE } from '../../lib/domain/time.ts';
import { CHECKPOINTS, checkpoint } from '../../lib/flow/checkpoint.ts';
import { CheckpointsAnswer, KeysAnswer, ProofsAnswer } from '../../lib/http/proof-schemas.ts';
import { access, aGrant, aStop, type Rig, rig } from './rig.ts';

const OPTIONS = { ...CHECKPOINTS, origin: 'heed', firstLook: 10 * MINUTE };

/** A rig whose checkpoints are made when it is told to. */
async function proven() {
  const one = rig();
  const token = await one.mint(access());
  const ports = {
    ...one.store,
    clock: one.clock,
    catalogue: one.catalogue,
    bus: { put: async () => [true] },
  };
  const made = checkpoint(ports, OPTIONS);
  const change = async (subject: string, body: object = aGrant()): Promise<void> => {
    const { statusCode } = await one.call('changes', { subject, token, body });
    expect(statusCode).toBe(201);
    one.clock.advance(1_000);
  };
  const prove = async (): Promise<void> => {
    one.clock.advance(5 * MINUTE);
    await made();
  };
  return { ...one, token, change, prove };
}

const proofsOf = async ({ call }: Rig, token: string, query: Readonly<Record<string, string>> = {}) => {
  const { statusCode, body } = await call('proofs', { subject: 'p-1', token, query });
  expect(statusCode).toBe(200);
  return ProofsAnswer.parse(JSON.parse(body));
};

const Said = z.object({ recordedAt: z.string(), subject: z.string(), version: z.int() });
const Payload = z.object({ number: z.int(), size: z.int(), root: z.string() });

/** Checks a version as somebody would who has only this answer and a public key. */
function holds({ versions, checkpoints, keys }: z.infer<typeof ProofsAnswer>): readonly boolean[] {
  const payloads = checkpoints.map(({ jws }) =>
    Payload.parse(JSON.parse(openJws(jws, { typ: 'heed-checkpoint', keys }) ?? '{}')),
  );
  return versions.map(({ document, proof }) => {
    const { recordedAt, subject, version } = Said.parse(JSON.parse(document ?? '{}'));
    const payload = payloads.find(({ number }) => number === proof?.checkpoint);
    if (!proof || !payload) return false;
    const leaf = hashOfLeaf({ digest: sha256(document ?? ''), recordedAt, subject, version });
    const path = proof.path.map((node) => Buffer.from(node, 'base64'));
    return (
      provenRoot({ leaf, path, index: proof.index, size: payload.size })?.toString('hex') === payload.root
    );
  });
}

describe('the proofs of a history', () => {
  it('let anybody check every version, newest first, and say which are too young', async () => {
    const one = await proven();
    for (const subject of ['p-1', 'p-2', 'p-3']) await one.change(subject);
    await one.change('p-1', aStop('acme/offers'));
    await one.prove();
    await one.change('p-1', aStop());
    const answer = await proofsOf(one, one.token);
    expect(answer.versions.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(answer.versions[0]?.proof).toBeNull();
    expect(holds(answer)).toEqual([false, true, true]);
    await one.prove();
    const later = await proofsOf(one, one.token);
    expect(holds(later)).toEqual([true, true, true]);
    expect(later.checkpoints.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('come in pages, each with the checkpoints it needs', async () => {
    const one = await proven();
    for (let i = 0; i < 5; i++) await one.change('p-1', i % 2 === 0 ? aGrant() : aStop());
    await one.prove();
    const first = await proofsOf(one, one.token, { limit: '2' });
    const rest = await proofsOf(one, one.token, { limit: '3', cursor: first.next ?? '' });
    expect([...first.versions, ...rest.versions].map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
    expect([holds(first), holds(rest)].flat()).toEqual([true, true, true, true, true]);
    expect(rest.next).toBeUndefined();
  });

  it('do not hold for a version that was changed since', async () => {
    const one = await proven();
    await one.change('p-1');
    await one.change('p-2');
    await one.prove();
    const answer = await proofsOf(one, one.token);
    const [version] = answer.versions;
    if (!version?.document) throw new Error('there is no document');
    const forged = { ...version, document: version.document.replace('granted', 'withdrawn') };
    expect(holds({ ...answer, versions: [forged] })).toEqual([false]);
  });

  it('are on record, with how many versions were shown', async () => {
    const one = await proven();
    await one.change('p-1');
    await proofsOf(one, one.token);
    expect(one.store.audits.at(-1)).toMatchObject({ operation: 'proofs', subject: 'p-1', rows: 1 });
  });

  it('are for auditors alone', async () => {
    const one = await proven();
    const token = await one.mint(access('preferences:read'));
    for (const name of ['proofs', 'checkpoints', 'checkpoint'] as const) {
      const { statusCode } = await one.call(name, { subject: 'p-1', token, path: { number: '1' } });
      expect(statusCode).toBe(403);
    }
  });
});

describe('checkpoints', () => {
  it('are listed newest first, in pages, and each is read by its number', async () => {
    const one = await proven();
    for (let i = 0; i < 3; i++) {
      await one.change('p-1', aStop());
      await one.prove();
    }
    const page = async (query: Readonly<Record<string, string>>) => {
      const { body } = await one.call('checkpoints', { token: one.token, query });
      return CheckpointsAnswer.parse(JSON.parse(body));
    };
    const first = await page({ limit: '2' });
    const rest = await page({ limit: '2', cursor: first.next ?? '' });
    expect([...first.checkpoints, ...rest.checkpoints].map(({ number }) => number)).toEqual([3, 2, 1]);
    const { body } = await one.call('checkpoint', { token: one.token, path: { number: '2' } });
    expect(JSON.parse(body)).toEqual(first.checkpoints[1]);
    const { jws } = rest.checkpoints[0] ?? { jws: '' };
    const text = openJws(jws, { typ: 'heed-checkpoint', keys: await one.store.signer.keys() }) ?? '';
    expect(first.checkpoints[1]?.previous).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it.each(['4', '0', 'x', '-1', '1.5'])('%s is none', async (number) => {
    const one = await proven();
    const { statusCode } = await one.call('checkpoint', { token: one.token, path: { number } });
    expect(statusCode).toBe(404);
  });
});

it('the public keys are for anybody', async () => {
  const one = rig();
  const { statusCode, body } = await one.call('keys', {});
  expect(statusCode).toBe(200);
  expect(KeysAnswer.parse(JSON.parse(body)).keys).toEqual(await one.store.signer.keys());
});
