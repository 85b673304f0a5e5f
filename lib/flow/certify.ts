import type { Archive, Signer } from '../audit-ports.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { canonical } from '../domain/digest.ts';
import { envelopeOf } from '../domain/event.ts';
import type { Bus } from '../ports.ts';
import { unreadableFrom } from './erase.ts';
import { isAnswered } from './erasure-told.ts';
import type { Erasure } from './rights-case.ts';

export interface CertifyPorts {
  readonly catalogue: Catalogue;
  readonly signer: Pick<Signer, 'sign'>;
  readonly archive: Archive;
  readonly bus: Bus;
}

/** What an erasure leaves, and why it may. */
export const REMAINS = [
  {
    what: 'Choices, preferences and their evidence (source, method, times, notice, legal basis, ids of staff and of import files, consent strings), in the chain of versions, under an opaque id.',
    ground:
      'GDPR 17(3)(b) and (e) with 7(1): it must stay provable what was permitted, and that it was withdrawn.',
  },
  {
    what: 'Digests of requests that carried an Idempotency-Key, and of what vendors and carriers sent. From a digest nothing can be read; whoever guesses the whole of what it was taken of can compare (of requests that brought an identifier only with the service key).',
    ground: 'GDPR 17(3)(b) and (e) with 7(1): where a choice came from must stay provable.',
  },
  {
    what: 'For each identifier a keyed hash, by which it is recognised and refused. Whoever holds both the service key and the address can compare them; from the hash alone no address can be read.',
    ground: 'GDPR 21(3) and 17(3)(b): an objection has to be remembered to be respected.',
  },
  {
    what: 'Which destinations were told which version, when, and what they answered; who of the staff read or asked what (a lookup by its keyed hash).',
    ground: 'GDPR 5(2) and 19: accountability.',
  },
] as const;

export const certificateFile = (erasure: string): string => `certificates/${erasure}.jws`;

/** Signs what was done, archives it and tells the bus. Repeated, it gives the certificate that is there. */
export async function certify(ports: CertifyPorts, subject: string, erasure: Erasure): Promise<string> {
  const { erased } = erasure;
  if (!erased) throw new TypeError('nothing was erased yet');
  const name = certificateFile(erasure.id);
  const signed = await ports.signer.sign(canonical(payloadOf(subject, erasure)), 'heed-certificate');
  const kept = (await ports.archive.put(name, Buffer.from(signed)))
    ? undefined
    : await ports.archive.get(name);
  const certificate = kept ? Buffer.from(kept).toString() : signed;
  const type = 'subject.erased.v1';
  const detail = {
    ...envelopeOf(ports.catalogue, type, subject, erased.version),
    ...{ type, id: `${subject}:${erased.version}:erased`, time: erased.at },
    data: { version: erased.version, certificate },
  };
  const [taken] = await ports.bus.put([{ type, time: erased.at, detail }]);
  if (!taken) throw new Error('the bus did not take that a subject was erased');
  return certificate;
}

/** What the certificate says. It names no address, and nobody who asked. */
export function payloadOf(subject: string, { id, requestedAt, version, told, erased }: Erasure) {
  if (!erased) throw new TypeError('nothing was erased yet');
  return {
    ...{ type: 'heed-erasure', subject, case: id, requestedAt },
    erasedAt: erased.at,
    unreadableFrom: unreadableFrom(erased.at),
    versions: { withdrawn: version ?? 0, erased: erased.version },
    digest: erased.digest,
    suppressed: erased.suppressed,
    destinations: told.map(({ destination, outcome, how, at }) => ({
      destination,
      outcome,
      how,
      ...(at && { at }),
    })),
    exceptions: told
      .filter((one) => !isAnswered(one))
      .map(({ destination, outcome, reason = 'no-answer' }) => ({ destination, outcome, reason })),
    remains: REMAINS,
  };
}
