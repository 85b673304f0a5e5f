import type { HeedConfig } from '../../config.ts';
import { sha256 } from '../../domain/digest.ts';
import { textIn } from '../../domain/text.ts';
import type { Notice } from '../../domain/vocabulary.ts';
import type { Stored } from '../../ports.ts';
import { type ConsentEvent, consentEvents } from './consent-events.ts';
import { basisOf, STATUS } from './dpv.ts';

/** What of `heed.config.ts` consent records and receipts are made from. */
export interface Processing
  extends Pick<HeedConfig, 'purposes' | 'controllers' | 'topics' | 'brands' | 'catalogue'> {
  /** Where people reach Heed. */
  readonly publicUrl: string;
  /** There is a preference centre. */
  readonly hasPages: boolean;
}

/** What is declared for a topic; undefined where a consent record would lack what it must say. */
export function declaredFor(topic: string, { topics, purposes, controllers, brands }: Processing) {
  const known = topics[topic];
  const purpose = known && purposes[known.purpose];
  const controller = purpose && controllers?.[purpose.controller];
  if (!known || !purpose || !controller) return undefined;
  const brand = brands[topic.slice(0, topic.indexOf('/'))];
  return {
    purpose,
    controller,
    title: textIn(known.title, 'en'),
    service: textIn(brand?.title ?? topic, 'en'),
  };
}
type Declared = NonNullable<ReturnType<typeof declaredFor>>;

/** The person's texts as they were shown, by link where Heed keeps them. */
export const noticeField = (notice: Notice, { catalogue, publicUrl }: Processing) => {
  const name = `${notice.id}/${notice.version}/${notice.language}`;
  const kept = catalogue.notices[name] === notice.sha256;
  return { ...notice, ...(kept && { url: `${publicUrl}/notices/${name}` }) };
};

/** How she can withdraw, whoever asked her. */
export const withdrawalMethod = ({ hasPages, publicUrl }: Processing): string =>
  hasPages
    ? `The preference centre at ${publicUrl} (the link in each message), or the unsubscribe link of a message`
    : `The unsubscribe link of a message, answered at ${publicUrl}`;

/**
 * ISO/IEC TS 27560 consent records, one for each topic she was ever asked about with a notice. A topic that was only ever
 * withdrawn has none: nothing was consented to. Field names: the W3C's mapping of the standard (UNCONFIRMED against its text).
 */
export const consentRecords = (
  subject: string,
  versions: readonly Stored[],
  processing: Processing,
): readonly ConsentRecord[] =>
  Object.keys(processing.topics).flatMap((topic) => {
    const declared = declaredFor(topic, processing);
    const events = consentEvents(topic, versions, processing.catalogue);
    const shown = events
      .filter(asks)
      .flatMap(({ notice }) => (notice ? [notice] : []))
      .at(-1);
    if (!declared || !shown) return [];
    return [recordOf({ subject, topic, events, shown, declared, versions }, processing)];
  });

const ASKS: readonly string[] = [STATUS.given, STATUS.renewed, STATUS.requested];

const asks = ({ event_state }: ConsentEvent): boolean => ASKS.includes(event_state);

interface Recording {
  readonly subject: string;
  readonly topic: string;
  readonly events: readonly ConsentEvent[];
  readonly shown: Notice;
  readonly declared: Declared;
  readonly versions: readonly Stored[];
}

export type ConsentRecord = ReturnType<typeof recordOf>;

function recordOf(recording: Recording, processing: Processing) {
  const { subject, topic, events, shown, declared } = recording;
  const { purpose, controller } = declared;
  return {
    $schema: `${processing.catalogue.schemas}/consent-record.v1.json`,
    schema_version: 'ISO/IEC TS 27560:2023 heed-1',
    record_id: `urn:heed:consent-record:${subject}:${topic}`,
    pii_principal_id: subject,
    pii_processing: {
      privacy_notice: noticeField(shown, processing),
      language: shown.language,
      purpose: `${purpose.title}: ${declared.title}`,
      ...(purpose.type !== undefined && { purpose_type: purpose.type }),
      lawful_basis: basesIn(recording),
      pii_information: (purpose.personalData ?? []).map((pii_type) => ({ pii_type })),
      pii_controllers: [purpose.controller],
      collection_method: [...new Set(events.map(({ expression_method }) => expression_method))],
      storage_locations: purpose.storage ?? [],
      retention_period: purpose.retention,
      jurisdiction: purpose.jurisdiction,
      recipient_third_parties: purpose.recipients,
      withdrawal_method: withdrawalMethod(processing),
      service: declared.service,
    },
    parties: [
      {
        party_id: purpose.controller,
        party_name: controller.name,
        party_address: controller.address,
        party_contact: controller.contact,
        party_type: controller.type,
        party_role: 'https://w3id.org/dpv#DataController',
        party_email: controller.email,
        party_phone: controller.phone,
        ...(controller.url !== undefined && { party_url: controller.url }),
      },
    ],
    events,
  };
}

/** On what ground each event of the record stood. */
function basesIn({ events, versions }: Recording): readonly string[] {
  const about = new Set(events.map(({ version }) => version));
  const named = versions
    .filter(({ version }) => about.has(version.version))
    .flatMap(({ version }) => version.change.evidence.legalBasis ?? []);
  return [...new Set(named)].map(basisOf);
}

/** A receipt for each record: a copy of it that goes by an id of its own. */
export const consentReceipts = (records: readonly ConsentRecord[], processing: Processing) =>
  records.map((record) => ({
    ...record,
    $schema: `${processing.catalogue.schemas}/consent-receipt.v1.json`,
    receipt_id: `urn:uuid:${uuidOf(`${record.record_id} ${record.events.at(-1)?.version_digest}`)}`,
  }));

/** The same words have the same id (RFC 9562, version 8), so that a receipt made twice is one receipt. */
export function uuidOf(words: string): string {
  const hex = sha256(words);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}
