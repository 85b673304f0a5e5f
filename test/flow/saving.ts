import config from '../../heed.config.ts';
import type { ChangeBody } from '../../lib/domain/change.ts';
import type { PageChange } from '../../lib/domain/page-change.ts';
import { shownIn } from '../../lib/domain/shown.ts';
import { toIso } from '../../lib/domain/time.ts';
import type { HeedRecord } from '../../lib/domain/vocabulary.ts';
import { type AcceptPorts, accept } from '../../lib/flow/accept.ts';
import { type Saved, save } from '../../lib/flow/save.ts';
import type { Records } from '../../lib/ports.ts';
import { StillClock } from '../api/rig.ts';
import { memory } from '../memory.ts';

export const SUBJECT = 'p-1';
export const NOTICE = { id: 'marketing', version: '4', language: 'en' };

type Control = PageChange['controls'][number];

/** A page as she has it open. */
export interface Tab {
  readonly version: number;
  readonly record: HeedRecord;
}

/** One person's preferences, with the pages she has open and those who write beside her. */
export function person(lie: (records: Records) => Records = (records) => records) {
  const store = memory();
  const clock = new StillClock();
  const { catalogue } = config;
  const settings = { notice: { id: 'marketing' }, legalBasis: 'consent' as const, jurisdiction: 'DK' };
  const honest: AcceptPorts = { ...store, catalogue, clock };
  const ports: AcceptPorts = { ...honest, records: lie(store.records) };
  const sent = async (change: PageChange, touched: boolean): Promise<Saved> => {
    const saved = await save(ports)({ subject: SUBJECT, change, settings, touched });
    if (saved.kind !== 'saved') throw new Error(saved.refusal.detail);
    return saved;
  };
  const pageOf = ({ version }: Pick<Tab, 'version'>, controls: readonly Control[]): PageChange => ({
    ...{ version, controls: [...controls], preferences: [], notice: NOTICE },
  });
  const newest = async () => (await store.records.newest(SUBJECT))?.version;
  const empty: HeedRecord = { choices: [], preferences: [], identifiers: [], evidence: {} };
  const shown = async () => shownIn((await newest())?.record ?? empty, catalogue, clock.now());
  return {
    store,
    clock,
    catalogue,
    settings,
    honest,
    ports,
    newest,
    shown,
    isOn: async (topic: string, channel: string) => (await shown()).isOn({ topic, channel }),
    permits: async (topic: string, channel: string) =>
      (await shown()).answer(topic, channel).state === 'granted',
    open: async (): Promise<Tab> => {
      const version = await newest();
      return { version: version?.version ?? 0, record: version?.record ?? empty };
    },
    /** Sends a page that showed these controls, as a form does. */
    send: (tab: Pick<Tab, 'version'>, controls: readonly Control[], rest: Partial<PageChange> = {}) =>
      sent({ ...pageOf(tab, controls), ...rest }, false),
    /** Sends what she touched, as a script does. */
    tap: (tab: Pick<Tab, 'version'>, controls: readonly Control[], rest: Partial<PageChange> = {}) =>
      sent({ ...pageOf(tab, controls), ...rest }, true),
    /** Somebody says what she goes by. */
    known: async (identifiers: NonNullable<ChangeBody['identifiers']>) => {
      const body = { identifiers, evidence: { source: 'call-centre' } };
      const accepted = await accept(honest)({ subject: SUBJECT, body, caller: { sources: ['*'] } });
      if (accepted.kind === 'refused') throw new Error(accepted.refusal.detail);
    },
    /** Somebody else says something. */
    said: async (
      source: string,
      choices: ChangeBody['choices'],
      more: Partial<ChangeBody['evidence']> = {},
    ) => {
      const evidence = {
        ...{ source, actor: { kind: 'system' as const }, method: 'api', legalBasis: 'consent' as const },
        ...{ occurredAt: toIso(clock.now()), notice: NOTICE, ...more },
      };
      const body = { choices, evidence };
      const accepted = await accept(honest)({ subject: SUBJECT, body, caller: { sources: ['*'] } });
      if (accepted.kind === 'refused') throw new Error(accepted.refusal.detail);
    },
  };
}

export type Person = ReturnType<typeof person>;

export const on = (topic: string, channel: string): Control => ({ topic, channel, on: true });
export const off = (topic: string, channel: string): Control => ({ topic, channel, on: false });
