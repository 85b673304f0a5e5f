import { randomBytes } from 'node:crypto';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import config from '../../heed.config.ts';
import { identifiersOn } from '../../lib/aws/identifiers.ts';
import { ledgerOn } from '../../lib/aws/ledger.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { rightsCasesOn } from '../../lib/aws/rights-cases.ts';
import { type StoredSeals, sealsOn } from '../../lib/aws/seals.ts';
import { systemClock } from '../../lib/aws/system-clock.ts';
import { versionKey } from '../../lib/aws/version-item.ts';
import type { Catalogue } from '../../lib/domain/catalogue.ts';
import { toIso } from '../../lib/domain/time.ts';
import { type Accepted, type AcceptPorts, accept, recordChange } from '../../lib/flow/accept.ts';
import { lastVersion, namesToSuppress } from '../../lib/flow/last-version.ts';
import type { Erasing, Erasure, RightsCase } from '../../lib/flow/rights-case.ts';
import type { Engine } from './engine.ts';

export const AT = toIso(Date.UTC(2026, 4, 1));

const anErasure = (state: Erasure['state']): Erasure => ({
  ...{ id: 'case-1', state, requestedAt: AT, due: AT, until: AT, by: { client: 'desk' }, told: [] },
});

export const aCase = (subject: string, revision: number, state: Erasure['state']): RightsCase => ({
  ...{ subject, revision, holds: [], erasure: anErasure(state) },
});

const typeOf = (accepted: Accepted): string =>
  accepted.kind === 'refused' ? accepted.refusal.type : accepted.kind;

const EVENTS = { topic: 'orbit/events', channel: 'email', state: 'granted' } as const;

export type ErasingRig = ReturnType<typeof erasingOn>;

/** People who go by addresses, and are erased, in a real table. */
export function erasingOn(engine: Engine, catalogue: Catalogue = config.catalogue) {
  const seals = sealsAfresh(engine);
  const ports: AcceptPorts = {
    ...{ catalogue, clock: systemClock, seals },
    records: recordsOn(engine.client, 'records'),
    identifiers: identifiersOn(engine.client, 'records'),
    ledger: ledgerOn(engine.client, { deliveries: 'deliveries', records: 'records', seals }),
  };
  const cases = rightsCasesOn(engine.client, { audit: 'audit', records: 'records', keys: 'keys' });
  const nameOf = async (value: string) => ({ kind: 'email', hash: await seals.hash('email', value) });
  return {
    ...{ seals, ports, cases, nameOf },
    erasingOf: (subject: string, rightsCase: RightsCase) => erasingOf(ports, subject, rightsCase),
    erase: async (subject: string): Promise<boolean> => {
      const { revision } = await cases.of(subject);
      expect(await cases.write(aCase(subject, revision + 1, 'telling'))).toBe(true);
      const done = await cases.erase(await erasingOf(ports, subject, aCase(subject, revision + 2, 'erased')));
      if (done) seals.forget(subject);
      return done;
    },
    holdersOf: async (email: string) => ports.identifiers.holders('email', (await nameOf(email)).hash, 20),
    isSuppressed: async (email: string): Promise<boolean> =>
      (await ports.identifiers.suppressed([await nameOf(email)])).length > 0,
    ...saying(ports),
    /** Somebody edits the newest version of a subject by hand. */
    break: async (subject: string): Promise<void> => {
      const newest = (await ports.records.newest(subject))?.version.version ?? 0;
      await engine.client.send(
        new UpdateItemCommand({
          ...{ TableName: 'records', Key: versionKey(subject, newest) },
          UpdateExpression: 'SET document = :document',
          ExpressionAttributeValues: { ':document': { S: '{"oops":1}' } },
        }),
      );
    },
  };
}

function sealsAfresh({ client }: Engine): StoredSeals {
  const generate = async () => {
    const plain = randomBytes(32);
    return { plain, wrapped: plain };
  };
  return sealsOn(client, 'keys', { generate, unwrap: async (wrapped) => wrapped });
}

/** What an erasure would write of a subject now. */
async function erasingOf(ports: AcceptPorts, subject: string, rightsCase: RightsCase): Promise<Erasing> {
  const newest = await ports.records.newest(subject);
  if (!newest) throw new Error('nobody has spoken of this subject');
  const identifiers = await ports.identifiers.of(subject);
  const { stored, findable } = lastVersion(ports, { newest, identifiers });
  const suppress = await namesToSuppress(ports, subject, identifiers);
  return { stored, findable, identifiers, suppress, rightsCase };
}

const herWord = () => ({
  ...{ source: 'call-centre', actor: { kind: 'subject' as const }, method: 'call' },
  ...{ legalBasis: 'consent' as const, occurredAt: toIso(Date.now()) },
  notice: { id: 'marketing', version: '3', language: 'en' },
});

/** What people say; each gives what became of it. */
const saying = (ports: AcceptPorts) => ({
  named: async (
    subject: string,
    identifiers: Readonly<Record<string, string | null>>,
    storing: AcceptPorts = ports,
  ): Promise<string> => {
    const evidence = { source: 'call-centre', actor: { kind: 'agent' as const }, method: 'call' };
    const body = { identifiers, evidence };
    return typeOf(await accept(storing)({ subject, body, caller: { sources: ['*'] } }));
  },
  /** She grants something that counts at once, and brings no address. */
  grantedBy: async (subject: string): Promise<string> => {
    const body = { choices: [{ ...EVENTS, topic: 'acme/newsletter' }], evidence: herWord() };
    return typeOf(await accept(ports)({ subject, body, caller: { sources: ['*'] } }));
  },
  /** She asks for what waits for her confirmation, and says where it can be asked for. */
  askedBy: async (subject: string, email: string): Promise<string> => {
    const body = { choices: [EVENTS], identifiers: { email }, evidence: herWord() };
    return typeOf(await accept(ports)({ subject, body, caller: { sources: ['*'] } }));
  },
  /** She has confirmed; and says again what she goes by, where she says that at all. */
  confirmedBy: async (subject: string, value?: string, at: number = Date.now()): Promise<string> => {
    const identifiers = value === undefined ? [] : [{ kind: 'email', value }];
    const evidence = {
      ...{ source: 'preference-center', actor: { kind: 'subject' as const }, method: 'double-opt-in' },
      occurredAt: toIso(at),
    };
    const change = { choices: [EVENTS], preferences: [], personal: {}, identifiers, evidence };
    return typeOf(await recordChange(ports)({ subject, body: {} }, change));
  },
});
