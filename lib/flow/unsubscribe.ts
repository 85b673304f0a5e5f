import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import type { ChangeBody } from '../domain/change.ts';
import { attemptOf } from '../domain/idempotency.ts';
import type { ControlKey } from '../domain/page-change.ts';
import { type Shown, shownIn } from '../domain/shown.ts';
import { toIso } from '../domain/time.ts';
import type { Choice } from '../domain/vocabulary.ts';
import { type Accepted, type AcceptPorts, accept } from './accept.ts';

/** What an unsubscribe link names: one person, one topic, one channel. */
export interface Unsubscribing extends Pick<Choice, 'topic' | 'channel'> {
  readonly subject: string;
  /** How it was said: by a mail program's button, by the page's own, or by whatever else posted to the link. */
  readonly method: 'one-click' | 'form' | 'link';
  /** The source it is said for; where that one may not say it, Heed's own voice does. */
  readonly source: string;
}

/** `recorded`: a version says so. `unchanged`: she had said it already. `refused`: the store could not take it just now. */
export type Unsubscribed = Accepted['kind'];

/**
 * Withdraws exactly what the link names. Mail programs repeat such a request, and whoever holds the message can make it:
 * where the person's own newest word is a withdrawal already, one more says nothing new and makes no version. Requests
 * that arrive together find the same version before them, and make one.
 */
export const unsubscribe =
  (ports: AcceptPorts) =>
  async ({ subject, topic, channel, method, source }: Unsubscribing): Promise<Unsubscribed> => {
    const { records, catalogue, clock } = ports;
    const newest = await orBroken(records.newest(subject));
    const known = newest instanceof BrokenVersionError ? undefined : newest?.version;
    const shown = known && shownIn(known.record, catalogue, clock.now());
    if (shown && isLeft(shown, { topic, channel })) return 'unchanged';
    const choices: ChangeBody['choices'] = [{ topic, channel, state: 'withdrawn' }];
    const evidence = { actor: { kind: 'subject' as const }, method, occurredAt: toIso(clock.now()) };
    const accepted = await accept(ports)({
      subject,
      body: { choices, evidence },
      caller: { sources: [source, 'heed'] },
      saidNow: true,
      outlasts: true,
      attempt: attemptOf('link', `${topic} ${channel} after ${known?.version ?? 0}`, { choices }),
    });
    return accepted.kind === 'recorded' && accepted.replayed ? 'unchanged' : accepted.kind;
  };

/** She has withdrawn it, and asked for nothing since that a confirmation would still turn into a grant. */
const isLeft = ({ answer, awaited }: Shown, list: ControlKey): boolean =>
  answer(list.topic, list.channel).because === 'person-withdrew' && awaited(list) === undefined;
