import type { Destination, ReportedChoice } from '../destinations/destination.ts';
import type { ChangeBody } from '../domain/change.ts';
import type { CheckedChange } from '../domain/check.ts';
import type { AnswerState, Evidence } from '../domain/vocabulary.ts';
import type { Ledger } from '../ports.ts';
import { type AcceptPorts, recordChange } from './accept.ts';
import { forEachOf, knownBy } from './known-by.ts';
import { evidenceOf } from './reported-evidence.ts';
import { type Asked, answerNow, hasSaid, lastSent } from './said.ts';

export interface TakePorts extends AcceptPorts {
  readonly ledger: Pick<Ledger, 'ofSubject' | 'items'>;
  /** What stands behind grants that this destination reports; without it a reported grant is not taken. */
  readonly grantEvidence: (destination: string) => Pick<Evidence, 'legalBasis' | 'notice'> | undefined;
  /** Sends a destination the newest record once more. */
  readonly tellAgain: (destination: string, subject: string) => Promise<void>;
  /** Takes a log line for each stop that could not be taken as it came. Never holds contact data. */
  readonly line?: ((line: Readonly<Record<string, unknown>>) => void) | undefined;
}

/** People of one notice who are taken at once: a vendor may report hundreds, and waits for the answer. */
const PEOPLE_AT_ONCE = 5;

/** What became of one reported choice for one subject. */
export type Taken = 'changes' | 'unchanged' | 'ignored' | 'busy';

/** Choices that came in together. */
export interface Heard {
  readonly choices: readonly ReportedChoice[];
  /** SHA-256 (hex) of what they came in: the evidence of each. */
  readonly digest: string;
}

/** One reported choice, and what it came in. */
interface Word extends ReportedChoice {
  readonly digest: string;
}

/** Takes what a vendor says, each choice stored on its own, so that no stop hangs on its neighbours. */
export async function takeAll(
  ports: TakePorts,
  destination: Destination,
  { choices, digest }: Heard,
): Promise<readonly Taken[]> {
  const people = new Map<string, Word[]>();
  for (const choice of choices) {
    const { kind, value } = choice.identifier;
    const words = people.get(`${kind} ${value}`) ?? [];
    people.set(`${kind} ${value}`, [...words, { ...choice, digest }]);
  }
  const taken: Taken[] = [];
  const waiting = [...people.values()];
  while (waiting.length > 0) {
    const some = waiting.splice(0, PEOPLE_AT_ONCE);
    taken.push(...(await Promise.all(some.map((words) => takeInOrder(ports, destination, words)))).flat());
  }
  return taken;
}

async function takeInOrder(
  ports: TakePorts,
  destination: Destination,
  words: readonly Word[],
): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  for (const word of words) taken.push(...(await takeWord(ports, destination, word)));
  return taken;
}

/** Takes one thing a vendor says, for everybody who goes by the identifier it names. */
async function takeWord(
  ports: TakePorts,
  destination: Destination,
  reported: Word,
): Promise<readonly Taken[]> {
  const known = await knownBy(ports, reported.identifier);
  if (!known) return [ignored(ports, destination, reported, 'identifier-unusable')];
  const { subjects, stranger, identifier } = known;
  if (subjects.length > 0)
    return forEachOf(subjects, (subject) => takeFor(ports, destination, subject, reported, []));
  if (reported.state === 'granted' || reported.implied) return ['ignored'];
  /** Nobody known goes by this. The stop is kept under the identifier alone: whoever takes it up later shares it. */
  return [await takeFor(ports, destination, stranger, reported, [identifier])];
}

/** A stop that is not taken is worth a line: somebody goes on being contacted elsewhere. */
function ignored(
  { line }: TakePorts,
  { id }: Destination,
  { state, topic, channel }: Word,
  reason: string,
): Taken {
  if (state === 'withdrawn')
    line?.({ level: 'warn', message: 'ignored', destination: id, topic, channel, reason });
  return 'ignored';
}

async function takeFor(
  ports: TakePorts,
  destination: Destination,
  subject: string,
  reported: Word,
  identifiers: CheckedChange['identifiers'],
): Promise<Taken> {
  const evidence = evidenceOf(ports, destination.id, reported);
  const sent = await lastSent(ports, destination.id, subject, reported);
  if (reported.state === 'granted') await contradict(ports, destination, subject, reported);
  if (!evidence) return ignored(ports, destination, reported, 'no-right');
  if (await isNoNews(ports, subject, reported, sent)) return 'ignored';
  const { topic, channel, state } = reported;
  const body: ChangeBody = { choices: [{ topic, channel, state }] };
  const onlyIfAnswersMove =
    state === 'granted' || sent === 'withdrawn' || (await hasSaid(ports, subject, reported, evidence));
  const change = {
    choices: [{ topic, channel, state }],
    preferences: [],
    identifiers,
    evidence,
    personal: {},
  };
  const accepted = await recordChange(ports)({ subject, body, onlyIfAnswersMove }, change);
  if (accepted.kind === 'recorded') return 'changes';
  if (accepted.kind === 'unchanged') return 'unchanged';
  const { type } = accepted.refusal;
  /** What a record cannot hold it cannot hold next time: told to come again, it would keep all behind it waiting. */
  return type === 'busy' ? 'busy' : ignored(ports, destination, reported, type);
}

/** The echo of a grant, and what somebody left out where nothing was granted. */
async function isNoNews(
  ports: TakePorts,
  subject: string,
  reported: Word,
  sent: AnswerState,
): Promise<boolean> {
  if (reported.state === 'granted') return sent === 'granted';
  return (
    reported.implied === true && ((await answerNow(ports, subject, reported)) ?? 'granted') !== 'granted'
  );
}

/** A vendor that grants what is withdrawn would send after a stop: it is told the record once more. */
async function contradict(
  ports: TakePorts,
  { id, kind }: Destination,
  subject: string,
  asked: Asked,
): Promise<void> {
  if (kind !== 'log' && (await answerNow(ports, subject, asked)) === 'withdrawn')
    await ports.tellAgain(id, subject);
}
