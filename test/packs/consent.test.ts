import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import config from '../../heed.config.ts';
import { decide } from '../../lib/domain/decide.ts';
import { canonical, sha256 } from '../../lib/domain/digest.ts';
import type { Change } from '../../lib/domain/vocabulary.ts';
import { consentReceipts, consentRecords, type Processing } from '../../lib/flow/packs/consent-records.ts';
import { kantaraReceipts } from '../../lib/flow/packs/kantara.ts';
import type { Stored } from '../../lib/ports.ts';
import { aChange, granted, NOW, pending, withdrawn } from '../builders.ts';

const Schema = z.record(z.string(), z.unknown());

const checkerOf = (name: string) => {
  const text = readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8');
  return new Ajv2020({ strict: false, validateFormats: false }).compile(Schema.parse(JSON.parse(text)));
};

const NAMES = ['consent-record.v1.json', 'consent-receipt.v1.json', 'kantara-receipt.v1.json'];
const checkers = new Map(NAMES.map((name) => [name, checkerOf(name)]));

/** Checks a document as somebody would who has only the published schema. */
const holds = (name: string, document: unknown): boolean => checkers.get(name)?.(document) === true;

const { catalogue } = config;
const processing: Processing = { ...config, publicUrl: 'https://preferences.acme.example', hasPages: true };
const notice = {
  id: 'marketing',
  version: '3',
  language: 'en',
  sha256: catalogue.notices['marketing/3/en'] ?? '',
};

/** What a person's words come to, a minute apart. */
function said(...changes: readonly Change[]): readonly Stored[] {
  const versions: Stored[] = [];
  for (const [i, change] of changes.entries()) {
    const now = NOW + i * 60_000;
    const decision = decide(versions.at(-1), change, { subject: 'p-1', now, catalogue });
    if (decision.kind !== 'version') throw new Error('this says nothing new');
    const document = canonical(decision.version);
    versions.push({ version: decision.version, document, digest: sha256(document), remembered: [] });
  }
  return versions;
}

const grants = (topic: string, at: number) =>
  aChange({ choices: [granted(topic, 'email')], at, source: 'preference-center', evidence: { notice } });

const course = said(
  grants('acme/newsletter', -9),
  grants('acme/newsletter', -8),
  aChange({ choices: [withdrawn('acme/*', '*')], at: -7 }),
  aChange({ choices: [pending('orbit/events', 'email')], at: -6, evidence: { notice } }),
  grants('acme/surveys', -5),
);

const [record] = consentRecords('p-1', course, processing);
if (!record) throw new Error('there is no record');
const [receipt] = consentReceipts([record], processing);
const [kantara] = kantaraReceipts('p-1', course, processing);

describe('consent records after ISO/IEC TS 27560', () => {
  const records = consentRecords('p-1', course, processing);
  const states = (topic: string) =>
    records
      .find(({ record_id }) => record_id.endsWith(`:${topic}`))
      ?.events.map(({ event_state, channels }) => `${event_state.split('#')[1]} ${channels.join(' ')}`);

  test('hold what was given, renewed, withdrawn and asked for, topic by topic', () => {
    expect(states('acme/newsletter')).toEqual([
      'ConsentGiven email',
      'RenewedConsentGiven email',
      'ConsentWithdrawn email',
      'ConsentRefused sms phone push post',
    ]);
    expect(states('orbit/events')).toEqual(['ConsentRequested email']);
  });

  test('are not made of a topic that was only ever withdrawn: nothing was consented to', () => {
    expect(states('acme/offers')).toBeUndefined();
  });

  test('say how long a consent is valid', () => {
    const durations = records.map(({ record_id, events }) => [
      record_id.split(':').at(-1),
      events.find(({ event_state }) => event_state.endsWith('#ConsentGiven'))?.validity_duration,
    ]);
    expect(Object.fromEntries(durations)).toMatchObject({
      'acme/newsletter': 'until withdrawn',
      'acme/surveys': 'P730D',
    });
  });

  test('tell a withdrawal of hers from one of a system', () => {
    const own = said(grants('acme/newsletter', -9), aChange({ choices: [withdrawn('*', '*')], at: -8 }));
    const systems = said(
      grants('acme/newsletter', -9),
      aChange({ choices: [withdrawn('*', '*')], actor: 'system', source: 'crm', at: -8 }),
    );
    const lastOf = (versions: readonly Stored[]) =>
      consentRecords('p-1', versions, processing)[0]?.events.filter(({ version }) => version === 2)[0]
        ?.event_state;
    expect(lastOf(own)).toMatch(/ConsentWithdrawn$/);
    expect(lastOf(systems)).toMatch(/ConsentRevoked$/);
  });

  test('say no consent was given on another ground, and none refused where a system withdraws what was not given', () => {
    const at = { notice, legalBasis: 'soft-opt-in' };
    const choices = [granted('acme/newsletter', 'email')];
    const versions = said(
      aChange({ choices, at: -9, source: 'preference-center', evidence: at }),
      aChange({ choices: [withdrawn('*', '*')], actor: 'system', source: 'crm', at: -8 }),
    );
    expect(consentRecords('p-1', versions, processing)).toEqual([]);
    expect(kantaraReceipts('p-1', versions, processing)).toEqual([]);
    const later = said(
      aChange({ choices: [withdrawn('*', '*')], actor: 'system', source: 'crm', at: -8 }),
      grants('acme/surveys', -5),
      aChange({ choices: [withdrawn('acme/surveys', 'email')], at: -4 }),
    );
    const [own] = consentRecords('p-1', later, processing);
    expect(own?.events.map((one) => [one.event_state.split('#')[1], one.validity_duration])).toEqual([
      ['ConsentGiven', 'P730D'],
      ['ConsentWithdrawn', 'P0D'],
    ]);
  });

  test('of an import are receipts of no explicit consent', () => {
    const choices = [granted('acme/newsletter', 'email')];
    const versions = said(aChange({ choices, actor: 'system', source: 'crm', at: -9, evidence: { notice } }));
    expect(consentRecords('p-1', versions, processing)[0]?.events[0]).toMatchObject({
      ...{ event_type: 'https://w3id.org/dpv#Consent', entity_id: 'source:crm' },
    });
    expect(kantaraReceipts('p-1', versions, processing)).toEqual([]);
  });

  test('are left out where the configuration cannot say who the controller is', () => {
    const { controllers: _, ...undeclared } = processing;
    expect(consentRecords('p-1', course, undeclared)).toEqual([]);
  });
});

const without = (document: object, path: readonly string[]): unknown => {
  const copy = structuredClone(document);
  let at: unknown = copy;
  for (const name of path.slice(0, -1)) at = Reflect.get(Object(at), name);
  Reflect.deleteProperty(Object(at), path.at(-1) ?? '');
  return copy;
};

const RECORD = [
  ...['schema_version', 'record_id', 'pii_principal_id', 'pii_processing', 'parties', 'events'],
  ...['privacy_notice', 'language', 'purpose', 'pii_information', 'pii_controllers', 'storage_locations'].map(
    (name) => `pii_processing.${name}`,
  ),
  ...['retention_period', 'jurisdiction', 'recipient_third_parties', 'withdrawal_method'].map(
    (name) => `pii_processing.${name}`,
  ),
  'pii_processing.pii_information.0.pii_type',
  ...['party_id', 'party_name', 'party_address', 'party_contact', 'party_type'].map(
    (name) => `parties.0.${name}`,
  ),
  ...['event_time', 'validity_duration', 'entity_id', 'event_type', 'event_state'].map(
    (name) => `events.0.${name}`,
  ),
];

const KANTARA = [
  ...[
    'version',
    'jurisdiction',
    'consentTimestamp',
    'collectionMethod',
    'consentReceiptID',
    'piiPrincipalId',
  ],
  ...['piiControllers', 'policyUrl', 'services', 'sensitive', 'spiCat'],
  ...['piiController', 'contact', 'address', 'email', 'phone'].map((name) => `piiControllers.0.${name}`),
  ...['service', 'purposes'].map((name) => `services.0.${name}`),
  ...['purpose', 'purposeCategory', 'consentType', 'piiCategory', 'primaryPurpose', 'termination'].map(
    (name) => `services.0.purposes.0.${name}`,
  ),
  ...['thirdPartyDisclosure', 'thirdPartyName'].map((name) => `services.0.purposes.0.${name}`),
];

describe.each([
  ['consent-record.v1.json', record, RECORD],
  ['consent-receipt.v1.json', receipt, [...RECORD, 'receipt_id']],
  ['kantara-receipt.v1.json', kantara, KANTARA],
] as const)('%s', (name, document, mandatory) => {
  test('accepts what Heed makes', () => {
    expect(document).toBeDefined();
    expect(holds(name, document)).toBe(true);
  });

  test.each(mandatory)('refuses one without %s', (path) => {
    expect(holds(name, without(document ?? {}, path.split('.')))).toBe(false);
  });
});

test('a Kantara receipt says so where nobody is told, and names nobody', () => {
  const [silent] = kantaraReceipts('p-1', said(grants('acme/surveys', -5)), processing);
  const purpose = silent?.services[0]?.purposes[0];
  expect(purpose?.thirdPartyDisclosure).toBe(false);
  expect(purpose).not.toHaveProperty('thirdPartyName');
  expect(holds('kantara-receipt.v1.json', silent)).toBe(true);
});
