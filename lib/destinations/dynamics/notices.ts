import * as z from 'zod';
import type { Learned, Reply, ReportedChoice } from '../destination.ts';
import { CONSENTS, isOwn, ODATA, Row, SELECT, VALUES } from './consents.ts';
import { type Settings, TYPES } from './settings.ts';

/** What a webhook step posts, as far as it is believed: it is not signed, and names what changed. */
const Context = z.object({
  PrimaryEntityName: z.string(),
  PrimaryEntityId: z.guid(),
  MessageName: z.string(),
});

/** The row that a notice points to is asked for: it tells who it is about, and is the truth where two notices raced. */
export function learnFrom(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const context = Context.safeParse(body).data;
  if (!context) return { invalid: 'not the execution context of a Dataverse step' };
  const { PrimaryEntityName: table, PrimaryEntityId: id, MessageName: message } = context;
  if (table !== 'msdynmkt_contactpointconsent4' || !['Create', 'Update'].includes(message))
    return { choices: [] };
  const learn = (reply: Reply): Learned | undefined => {
    if (reply.status === 404) return { choices: [] };
    const row = Row.safeParse(reply.body).data;
    return row && { choices: choicesIn(row, settings) };
  };
  return {
    choices: [],
    asks: [{ method: 'GET', path: `${CONSENTS}(${id})?$select=${SELECT}`, headers: ODATA, learn }],
  };
}

/** What a row says of Heed's topics. An echo of Heed's own writing says nothing. */
function choicesIn(row: Row, settings: Settings): readonly ReportedChoice[] {
  const state = STATES[row.msdynmkt_value];
  if (!state || isOwn(row, state, settings)) return [];
  const channels = Object.entries(TYPES).filter(([, type]) => type === row.msdynmkt_contactpointtype);
  return channels.flatMap(([channel]) =>
    topicsOf(row, state, settings).map((topic) => ({
      identifier: { kind: channel === 'email' ? 'email' : 'phone', value: row.msdynmkt_contactpointvalue },
      ...{ topic, channel, state, method: 'dynamics-consent' },
      occurredAt: new Date(row.modifiedon).toISOString(),
    })),
  );
}

const STATES: Readonly<Record<number, ReportedChoice['state']>> = {
  [VALUES.granted]: 'granted',
  [VALUES.withdrawn]: 'withdrawn',
};

/** An opt-out of a purpose is one of all its topics; an opt-in to it is one to none of them. */
function topicsOf(row: Row, state: ReportedChoice['state'], { topics }: Settings): readonly string[] {
  const { _msdynmkt_topicid_value: topic, _msdynmkt_purposeid_value: purpose } = row;
  return Object.entries(topics)
    .filter(([, mapped]) =>
      topic
        ? mapped.topic === topic
        : mapped.purpose === purpose && (state === 'withdrawn' || mapped.topic === undefined),
    )
    .map(([name]) => name);
}
