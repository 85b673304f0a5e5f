import config from '../../heed.config.ts';
import type { ChangeBody } from '../../lib/domain/change.ts';
import { MINUTE, toIso } from '../../lib/domain/time.ts';
import { type Accepted, accept } from '../../lib/flow/accept.ts';
import { type AskPorts, askErasure, readErasure, setHold } from '../../lib/flow/ask-erasure.ts';
import { StillClock } from '../api/rig.ts';
import { memory } from '../memory.ts';
import { rightsInMemory } from '../memory-rights.ts';

export const ADA = 'p-ada';
export const EMAIL = 'ada@example.com';
export const BY = { client: 'desk', person: 'bob' };
export const NEWS = { topic: 'acme/newsletter', channel: 'email' };
export const ALL = { sources: ['*'] };

export const REST = MINUTE;

/** One person of a store in memory, told to one destination that answers when the test says so. */
export function somebody() {
  const store = memory();
  const clock = new StillClock();
  const rights = rightsInMemory(store);
  const { catalogue } = config;
  const interest = { topics: 'all', channels: 'all' } as const;
  const destinations = [{ id: 'crm', title: 'CRM', kind: 'state' as const, interest }];
  let ids = 0;
  const ports: AskPorts = {
    ...{
      ...store,
      ...rights,
      catalogue,
      clock,
      destinations,
      withinHours: 24,
      rest: REST,
    },
    newId: () => String(++ids),
  };
  const say = (body: ChangeBody, subject = ADA): Promise<Accepted> => {
    clock.advance(1);
    const evidence = {
      ...{ source: 'call-centre', actor: { kind: 'subject' as const }, method: 'call' },
      ...{ legalBasis: 'consent' as const, occurredAt: toIso(clock.now()) },
      notice: { id: 'marketing', version: '3', language: 'en' },
      ...body.evidence,
    };
    return accept(ports)({ subject, body: { ...body, evidence }, caller: ALL });
  };
  const newest = async () => (await store.records.newest(ADA))?.version;
  return {
    ...{ store, clock, rights, ports, say, newest },
    /** The same where the preference centre is trusted to say that somebody has confirmed. */
    trusting: (body: ChangeBody, subject = ADA): Promise<Accepted> => {
      const confirmed = { ...catalogue.sources['preference-center'], confirmed: true };
      const sources = { ...catalogue.sources, 'preference-center': confirmed };
      Object.assign(ports, { catalogue: { ...catalogue, sources } });
      return say(body, subject);
    },
    grant: (subject = ADA) => say({ choices: [{ ...NEWS, state: 'granted' }] }, subject),
    stop: () => say({ choices: [{ ...NEWS, state: 'withdrawn' }] }),
    arrive: () => say({ choices: [{ ...NEWS, state: 'granted' }], identifiers: { email: EMAIL } }),
    /** The destination answers the newest version, asked to stop or to erase her, and has nothing else under way. */
    answer: async (after = 2 * REST, erased = false) => {
      clock.advance(after);
      const version = (await newest())?.version ?? 0;
      const at = toIso(clock.now());
      const answered = { version, outcome: 'delivered' as const, at };
      const trail = [{ version, at, attempts: 1, outcome: 'delivered' as const }];
      store.deliveries.splice(0);
      const item = { subject: ADA, destination: 'crm', version, revision: 1, answered, trail };
      store.deliveries.push({ ...item, ...(erased && { erased: version }) });
    },
    ask: () => askErasure(ports)({ subject: ADA, by: BY, reason: 'asked-by-mail' }),
    view: () => readErasure(ports)(ADA),
    hold: (action: 'place' | 'release') =>
      setHold(ports)({ subject: ADA, by: BY, action, reason: 'litigation' }),
  };
}

export type Person = ReturnType<typeof somebody>;

export const typeOf = (accepted: Accepted): string =>
  accepted.kind === 'refused' ? accepted.refusal.type : accepted.kind;

/** Every ciphertext that was ever stored of her, opened: what could still be read. */
export async function readable({ store }: Person): Promise<readonly string[]> {
  const versions = await store.records.history(ADA, { limit: 1_000 });
  const sealed = versions.flatMap(({ version: { record, change } }) => [
    ...[...record.identifiers, ...change.identifiers].map((entry) => entry.sealed),
    ...[change.evidence, ...Object.values(record.evidence)].map(({ personal }) => personal),
  ]);
  const opened = await Promise.all(
    sealed.map((text) => (typeof text === 'string' ? store.seals.open(ADA, text) : undefined)),
  );
  return opened.filter((text) => text !== undefined);
}
