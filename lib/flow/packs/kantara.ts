import { toMs } from '../../domain/time.ts';
import { covers, coversChannel } from '../../domain/topic.ts';
import type { Notice } from '../../domain/vocabulary.ts';
import type { Stored } from '../../ports.ts';
import { isByPerson } from './consent-events.ts';
import { declaredFor, noticeField, type Processing, uuidOf } from './consent-records.ts';

/**
 * Kantara Consent Receipts 1.1.0, one for each version in which a person consented to something and it stood. They say that she did
 * so explicitly: of another ground, an import or a system there is none. UNCONFIRMED of the
 * specification's text: `onBehalf`, `piiControllerUrl`, `sensitive`, `spiCat`, and that e-mail and phone must be there.
 */
export const kantaraReceipts = (
  subject: string,
  versions: readonly Stored[],
  processing: Processing,
): readonly KantaraReceipt[] =>
  versions.flatMap((stored) => {
    const { evidence } = stored.version.change;
    const { notice } = evidence;
    if (evidence.legalBasis !== 'consent' || !isByPerson(evidence)) return [];
    const topics = grantedIn(stored, processing).flatMap((topic) => {
      const declared = declaredFor(topic, processing);
      return declared ? [declared] : [];
    });
    return notice && topics.length > 0 ? [receiptOf({ subject, stored, notice, topics }, processing)] : [];
  });

const grantedIn = ({ version }: Stored, { topics, catalogue }: Processing): readonly string[] =>
  Object.keys(topics).filter((topic) =>
    version.outcomes.some(
      (one) =>
        one.state === 'granted' &&
        (one.outcome === 'applied' || one.outcome === 'unchanged') &&
        covers(one.topic, topic) &&
        catalogue.channels.some((channel) => coversChannel(one.channel, channel)),
    ),
  );

type Declared = NonNullable<ReturnType<typeof declaredFor>>;

interface Receiving {
  readonly subject: string;
  readonly stored: Stored;
  readonly notice: Notice;
  readonly topics: readonly Declared[];
}

export type KantaraReceipt = ReturnType<typeof receiptOf>;

function receiptOf({ subject, stored, notice, topics }: Receiving, processing: Processing) {
  const { evidence } = stored.version.change;
  const jurisdictions = topics.flatMap(({ purpose }) => purpose.jurisdiction);
  const controllers = new Map(topics.map((one) => [one.purpose.controller, one.controller]));
  const services = [...new Set(topics.map(({ service }) => service))];
  const { url } = noticeField(notice, processing);
  return {
    version: 'KI-CR-v1.1.0',
    jurisdiction: evidence.jurisdiction ?? [...new Set(jurisdictions)].join(', '),
    consentTimestamp: Math.floor(toMs(evidence.occurredAt) / 1000),
    collectionMethod: evidence.method,
    consentReceiptID: uuidOf(`kantara ${subject} ${stored.digest}`),
    language: notice.language,
    piiPrincipalId: subject,
    piiControllers: [...controllers.values()].map((one) => ({
      piiController: one.name,
      onBehalf: false,
      contact: one.contact,
      address: { streetAddress: one.address },
      email: one.email,
      phone: one.phone,
      ...(one.url !== undefined && { piiControllerUrl: one.url }),
    })),
    policyUrl: url ?? processing.publicUrl,
    services: services.map((service) => ({
      service,
      purposes: topics.filter((one) => one.service === service).map(purposeOf),
    })),
    sensitive: false,
    spiCat: [],
  };
}

const purposeOf = ({ purpose, title }: Declared) => ({
  purpose: `${purpose.title}: ${title}`,
  purposeCategory: [purpose.type ?? purpose.title],
  consentType: 'EXPLICIT',
  piiCategory: purpose.personalData ?? [],
  primaryPurpose: true,
  termination: purpose.retention,
  thirdPartyDisclosure: purpose.recipients.length > 0,
  ...(purpose.recipients.length > 0 && { thirdPartyName: purpose.recipients.join(', ') }),
});
