import { expect, test } from 'vitest';
import * as z from 'zod';
import whole from '../../heed.config.ts';
import { type HeedConfig, only } from '../../lib/config.ts';
import { confirmationOf } from '../../lib/domain/confirmation-event.ts';
import { CurrentAnswer } from '../../lib/http/delivery-schemas.ts';
import { HistoryAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { startEngine } from '../../local/engine.ts';
import { greeting } from '../../local/greeting.ts';
import { simulators } from '../simulators/index.ts';
import { afterwards } from './cleanup.ts';
import { addressOf, type Speaker, speakTo } from './person.ts';
import { until } from './until.ts';

const config = only(whole, ['webhook', 'salesforce']);
const EVENTS = { topic: 'orbit/events', channel: 'email' };

const Facts = z.array(z.looseObject({ topic: z.string(), permitted: z.boolean() }));

async function running(of: HeedConfig = config) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const engine = await startEngine({
    ...{ config: of, port: 0, vendors: simulators, warn: () => undefined },
    line: (line) => void lines.push(line),
  });
  afterwards(async () => void (await engine.stop()));
  const speaker = await speakTo(engine.url);
  const { app } = engine;
  return {
    ...{ engine, app, lines, speaker, outbox: app.outbox },
    record: async (subject: string) => RecordAnswer.parse(await speaker.read(`/v1/subjects/${subject}`)),
    history: async (subject: string) =>
      HistoryAnswer.parse(await speaker.read(`/v1/subjects/${subject}/history`)).versions,
    sent: () => lines.filter(({ message }) => message === 'confirmations').map((line) => line['sent']),
    isTold: async (destination: string) => {
      const facts = Facts.parse(await (await fetch(`${engine.endpoints[destination]}/facts`)).json());
      const topics: readonly string[] = [EVENTS.topic, 'Orbit events'];
      return facts.some((fact) => topics.includes(fact.topic) && fact.permitted);
    },
  };
}

/** She asks with her own link, as from the page; her address came before, from staff. */
async function asks({ speaker }: Awaited<ReturnType<typeof running>>, subject: string) {
  expect((await speaker.say(subject, 'granted')).status).toBe(201);
  const token = await speaker.api.token({ subject });
  const body = {
    choices: [{ ...EVENTS, state: 'granted' }],
    evidence: { legalBasis: 'consent', notice: { id: 'marketing', version: '3', language: 'da' } },
  };
  const answer = await speaker.api.post(`/v1/subjects/${subject}/changes`, body, { token });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
}

/** An agent asks for her: only her phone number is known. */
async function asksWithoutAddress({ api, token }: Speaker, subject: string) {
  const evidence = {
    ...{ source: 'call-centre', actor: { kind: 'agent' }, method: 'call', legalBasis: 'consent' },
    ...{ occurredAt: new Date().toISOString(), notice: { id: 'marketing', version: '3', language: 'en' } },
  };
  const choices = [{ ...EVENTS, state: 'granted' }];
  const body = { choices, identifiers: { phone: '+4532123456' }, evidence };
  expect((await api.post(`/v1/subjects/${subject}/changes`, body, { token })).status).toBe(201);
}

const linkIn = (text: string): string => /https?:\/\/\S+\/c\/\S+/.exec(text)?.[0] ?? '';

test('what she asks for comes as a mail, and counts everywhere once she presses the button in it', async () => {
  const one = await running();
  await asks(one, 'ada');
  await until('a mail was sent', () => one.outbox.list().length === 1);
  const [mail] = one.outbox.list();
  expect(mail?.to).toBe(addressOf('ada'));
  expect(mail?.subject).toBe('Bekræft venligst: Orbits arrangementer');
  const link = linkIn(mail?.text ?? '');
  expect(link.startsWith(`${one.engine.url}/c/`)).toBe(true);

  expect((await (await fetch(link)).text()).includes('<form method="post">')).toBe(true);
  expect((await one.record('ada')).version).toBe(2);
  expect(await one.isTold('salesforce')).toBe(false);

  expect((await fetch(link, { method: 'POST', redirect: 'error' })).status).toBe(200);
  await until(
    'both destinations were told',
    async () => (await Promise.all(['salesforce', 'webhook'].map(one.isTold))).every(Boolean),
    20_000,
  );
  const [grant, request] = await one.history('ada');
  expect(grant).toMatchObject({ version: 3, changed: [{ ...EVENTS, from: 'pending', to: 'granted' }] });
  expect(grant?.evidence).toMatchObject({ method: 'double-opt-in', notice: request?.evidence.notice });
  expect(grant?.evidence.confirms).toBeDefined();
  expect((await fetch(link, { method: 'POST' })).status).toBe(200);
  expect((await one.record('ada')).version).toBe(3);

  const text = JSON.stringify(one.lines);
  expect(text).not.toContain(link.slice(-40));
  expect(text).not.toContain(addressOf('ada'));
});

test('an event that comes twice sends one mail, and one after a stop sends none', async () => {
  const one = await running();
  await asks(one, 'ada');
  await until('a mail was sent', () => one.outbox.list().length === 1);
  const stored = await one.app.records.version('ada', 2);
  const detail = stored && confirmationOf(stored.version, config.catalogue);
  if (!detail) throw new Error('the version asks for nothing');
  const again = { type: detail.type, time: detail.time, detail };
  await one.app.bus.put([again, again]);
  await until('they were seen', () => one.sent().length === 3);
  expect(one.sent()).toEqual([1, 0, 0]);
  expect(one.outbox.list()).toHaveLength(1);

  const link = linkIn(one.outbox.list()[0]?.text ?? '');
  await one.speaker.say('ada', 'withdrawn', { topic: EVENTS.topic });
  expect((await fetch(link, { method: 'POST' })).status).toBe(410);
  expect((await one.record('ada')).choices.find(({ topic }) => topic === EVENTS.topic)?.state).toBe(
    'withdrawn',
  );
});

test('nobody is mailed who has no address; what was mailed is shown in the outbox, which lets nothing run', async () => {
  const one = await running();
  const list = `${one.engine.url}/local/outbox`;
  expect(greeting(one.engine)).toContain(list);
  await asksWithoutAddress(one.speaker, 'bo');
  await until('the event was seen', () => one.sent().length === 1);
  expect(await (await fetch(list)).text()).toContain('There is none yet.');
  await asks(one, 'ada');
  await until('a mail was sent', () => one.outbox.list().length === 1);
  const shown = await (await fetch(list)).text();
  expect(shown).toContain('<a href="/local/outbox/1">Bekræft venligst: Orbits arrangementer</a>');
  expect(shown).toContain('a restart empties it');
  const mail = await fetch(`${list}/1`);
  expect(mail.headers.get('content-security-policy')).toMatch(/^default-src 'none'; (?!.*unsafe)/);
  const link = linkIn(one.outbox.list()[0]?.text ?? '');
  expect(await mail.text()).toContain(`<a href="${link}">${link}</a>`);
  expect((await fetch(`${list}/2`)).status).toBe(404);
});

test('without confirmations in the configuration nothing is mailed, and the request stands all the same', async () => {
  const { confirmations: _, ...without } = config;
  const one = await running(without);
  await asks(one, 'ada');
  await until('everybody was told of the request', async () => {
    const { deliveries } = CurrentAnswer.parse(await one.speaker.read('/v1/subjects/ada/deliveries'));
    return deliveries.every(({ outcome, version }) => outcome === 'delivered' && version === 2);
  });
  expect(one.outbox.list()).toEqual([]);
  expect(one.sent()).toEqual([]);
  expect((await one.record('ada')).choices.find(({ topic }) => topic === EVENTS.topic)?.state).toBe(
    'pending',
  );
});
