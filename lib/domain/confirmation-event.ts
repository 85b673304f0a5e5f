import type { Catalogue } from './catalogue.ts';
import { changeId } from './digest.ts';
import { awaitedIn } from './double-opt-in.ts';
import { envelopeOf } from './event.ts';
import type { ConfirmationRequested } from './event-schema.ts';
import { toMs } from './time.ts';
import type { Version } from './vocabulary.ts';

/** The event of a version that asks for a confirmation; undefined where it asks for none that counted when it was recorded. */
export function confirmationOf(version: Version, catalogue: Catalogue): ConfirmationRequested | undefined {
  const { subject, change, record, recordedAt } = version;
  if (!change.choices.some(({ state }) => state === 'pending')) return undefined;
  const request = changeId(change);
  const awaited = awaitedIn(record, catalogue, toMs(recordedAt)).filter((one) => one.change === request);
  if (awaited.length === 0) return undefined;
  const { occurredAt, notice } = change.evidence;
  return {
    ...envelopeOf(catalogue, 'preferences.confirmation-requested.v1', subject, version.version),
    type: 'preferences.confirmation-requested.v1',
    id: `${subject}:${version.version}:confirmation`,
    time: recordedAt,
    data: {
      version: version.version,
      request,
      occurredAt,
      ...(notice && { language: notice.language }),
      confirmations: awaited.map(({ topic, channel, expiresAt }) => ({
        ...{ topic, channel },
        ...(expiresAt && { expiresAt }),
      })),
    },
  };
}
