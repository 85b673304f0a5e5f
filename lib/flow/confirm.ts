import { chosenIn } from '../domain/answer.ts';
import { reliable } from '../domain/broken-version.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import type { CheckedChange } from '../domain/check.ts';
import { type Awaited, awaitedIn, DOUBLE_OPT_IN } from '../domain/double-opt-in.ts';
import { toIso, toMs } from '../domain/time.ts';
import type { Choice, HeedRecord } from '../domain/vocabulary.ts';
import type { Clock, Records, Stored } from '../ports.ts';
import { type Accepted, type AcceptPorts, recordChange } from './accept.ts';

/** What a link of a confirmation names: one request for one topic and channel. */
export interface Confirming extends Pick<Choice, 'topic' | 'channel'> {
  readonly subject: string;
  /** Id of the change that asked. */
  readonly request: string;
  /** Start of the keyed hash of the address it was sent to, which must still be hers; missing where that is not known. */
  readonly to?: string | undefined;
}

/**
 * `awaited`: a confirmation would grant. `confirmed`: one has, and it stands. `gone`: lapsed, stopped, asked anew, of an
 * address that is no longer hers, or never asked.
 */
export type Standing = 'awaited' | 'confirmed' | 'gone';

export interface StandingPorts {
  readonly catalogue: Catalogue;
  readonly records: Pick<Records, 'newest'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** How a request stands now. Reads, and writes nothing. */
export const standingOf =
  (ports: StandingPorts) =>
  async (confirming: Confirming): Promise<Standing> => {
    /** One that cannot be relied on may hold a stop: then nothing waits for her any more. */
    const stored = await reliable(ports.records.newest(confirming.subject));
    return findIn(stored, confirming, ports).standing;
  };

/** How many stops may come in between before she is asked to try again. */
const ATTEMPTS = 5;

/** What became of pressing the button. `busy`: nothing yet, and trying again may help. */
export type Confirmed = Exclude<Standing, 'awaited'> | 'busy';

/** Grants what is still awaited, once. What was stopped since the page was shown stays stopped. */
export const confirm =
  (ports: AcceptPorts) =>
  async (confirming: Confirming, source: string): Promise<Confirmed> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const became = await tryOnce(ports, { ...confirming, source });
      if (became) return became;
    }
    return 'busy';
  };

/** Undefined: another version came in between, and may have stopped it. */
async function tryOnce(ports: AcceptPorts, granting: Granting): Promise<Confirmed | undefined> {
  const found = findIn(await reliable(ports.records.newest(granting.subject)), granting, ports);
  if (found.standing !== 'awaited') return found.standing;
  const accepted = await grant(ports, found, granting);
  if (accepted.kind !== 'refused') return 'confirmed';
  const { type } = accepted.refusal;
  if (type === 'version-conflict') return undefined;
  return type === 'erasing' || type === 'suppressed' ? 'gone' : 'busy';
}

type Found =
  | { readonly standing: 'awaited'; readonly stored: Stored; readonly awaited: Awaited }
  | { readonly standing: Exclude<Standing, 'awaited'> };

function findIn(
  stored: Stored | undefined,
  confirming: Confirming,
  { catalogue, clock }: Pick<StandingPorts, 'catalogue' | 'clock'>,
): Found {
  if (!stored) return { standing: 'gone' };
  const { record } = stored.version;
  const { topic, channel, request } = confirming;
  const awaited = awaitedIn(record, catalogue, clock.now()).find(
    (one) => one.topic === topic && one.channel === channel && one.change === request,
  );
  if (awaited && isStillHers(record, confirming)) return { standing: 'awaited', stored, awaited };
  const { entry, state } = chosenIn(record, catalogue, clock.now())(topic, channel);
  const confirms = entry && record.evidence[entry.change]?.confirms;
  return { standing: state === 'granted' && confirms === request ? 'confirmed' : 'gone' };
}

/** Whoever reads an address that she has given up must not grant for the one that she has now. */
const isStillHers = ({ identifiers }: HeedRecord, { to }: Confirming): boolean =>
  to === undefined || identifiers.some(({ hash }) => hash?.startsWith(to));

type Granting = Confirming & { readonly source: string };

/** A version of its own, on top of exactly the one in which the request was found. */
function grant(
  ports: AcceptPorts,
  { stored, awaited }: Extract<Found, { standing: 'awaited' }>,
  { subject, topic, channel, request, source }: Granting,
): Promise<Accepted> {
  const choices: CheckedChange['choices'] = [{ topic, channel, state: 'granted' }];
  const { legalBasis, jurisdiction, notice } = stored.version.record.evidence[request] ?? {};
  const at = Math.max(ports.clock.now(), toMs(awaited.occurredAt));
  return recordChange(ports)(
    { subject, body: { choices: [...choices] }, ifMatch: stored.version.version, saidNow: true },
    {
      ...{ choices, preferences: [], identifiers: [], personal: {} },
      evidence: {
        ...{ source, actor: { kind: 'subject' }, method: DOUBLE_OPT_IN, occurredAt: toIso(at) },
        ...(legalBasis && { legalBasis }),
        ...(jurisdiction && { jurisdiction }),
        ...(notice && { notice }),
        confirms: request,
      },
    },
  );
}
