import type { ReportedChoice } from '../destinations/destination.ts';
import { type Catalogue, declared, type SourceRights } from '../domain/catalogue.ts';
import { clamped } from '../domain/evidence.ts';
import { toMs } from '../domain/time.ts';
import { covers, coversChannel } from '../domain/topic.ts';
import type { ActorKind, Evidence } from '../domain/vocabulary.ts';
import type { Clock } from '../ports.ts';

export interface EvidencePorts {
  readonly catalogue: Catalogue;
  readonly clock: Pick<Clock, 'now'>;
  /** What stands behind grants that this destination reports; without it a reported grant is not taken. */
  readonly grantEvidence: (destination: string) => Pick<Evidence, 'legalBasis' | 'notice'> | undefined;
}

/**
 * The evidence of what a destination reports: a withdrawal is the person's own act, a grant only a system's word.
 * Undefined where the source has no right to say it, or nobody vouches for its grants.
 */
export function evidenceOf(
  ports: EvidencePorts,
  source: string,
  reported: ReportedChoice & { readonly digest: string },
): Omit<Evidence, 'personal'> | undefined {
  const own = reported.state === 'granted' ? ports.grantEvidence(source) : {};
  const rights = declared(ports.catalogue.sources, source);
  const kind = reported.state === 'withdrawn' ? 'subject' : 'system';
  if (!own || !rights || !mayReport(rights, { ...reported, kind })) return undefined;
  return {
    source,
    actor: { kind },
    method: reported.method,
    ...clamped(toMs(reported.occurredAt), ports.clock.now()),
    receivedDigest: reported.digest,
    ...own,
  };
}

/** A destination speaks as the source of its name, within that source's rights. */
const mayReport = (
  rights: SourceRights,
  { topic, channel, state, kind }: ReportedChoice & { readonly kind: ActorKind },
): boolean =>
  rights.topics.some((pattern) => covers(pattern, topic)) &&
  rights.channels.some((pattern) => coversChannel(pattern, channel)) &&
  rights.actors.includes(kind) &&
  rights.states.includes(state);
