import { describe, expect, test } from 'vitest';
import config from '../../heed.config.ts';
import type { VersionView } from '../../lib/flow/read-history.ts';
import { forHerself } from '../../lib/flow/read-page.ts';
import { centreOf } from '../../lib/page/centre.ts';
import { historyModel } from '../../lib/page/history.ts';
import { voiceOf } from '../../lib/page/say.ts';
import { statusWords } from '../../lib/page/status.ts';
import texts from '../../notices/texts.json' with { type: 'json' };

const telling = { centre: centreOf(config, texts), voice: voiceOf('en') };

const aView = (parts: Partial<VersionView> = {}): VersionView => ({
  version: 1,
  recordedAt: '2026-05-03T12:00:01.000Z',
  change: { choices: [], preferences: [], identifiers: [] },
  evidence: {
    ...{ source: 'preference-center', actor: { kind: 'subject' }, method: 'form' },
    occurredAt: '2026-05-03T12:00:00.000Z',
  },
  outcomes: [],
  changed: [],
  digest: '',
  previous: null,
  ...parts,
});

const outcome = (
  topic: string,
  channel: string,
  rest: Omit<VersionView['outcomes'][number], 'topic' | 'channel'>,
) => ({ topic, channel, ...rest });

const entryOf = (view: VersionView) => historyModel(telling, { versions: [view] }).entries[0];

describe('an entry of the history says', () => {
  test('what was said, and what became of it', () => {
    const outcomes = [
      outcome('acme/newsletter', 'email', { state: 'granted', outcome: 'applied' }),
      outcome('acme/*', '*', { state: 'withdrawn', outcome: 'applied' }),
      outcome('*', '*', { state: 'withdrawn', outcome: 'unchanged' }),
      outcome('orbit/events', 'email', { state: 'pending', outcome: 'applied' }),
      outcome('acme/offers', 'sms', { state: 'granted', outcome: 'refused', reason: 'x' }),
      outcome('acme/offers', 'sms', { state: 'withdrawn', outcome: 'superseded', reason: 'x' }),
      outcome('acme/gone', 'fax', { state: 'withdrawn', outcome: 'applied' }),
    ];
    expect(entryOf(aView({ outcomes }))?.lines).toEqual([
      'Newsletter by e-mail: switched on',
      'Everything from Acme: switched off',
      'Everything: switched off',
      'Orbit events by e-mail: asked for, waiting for your confirmation',
      'Offers by text message: switched on (not counted: it had been stopped)',
      'Offers by text message: switched off (something newer was known already)',
      'acme/gone by fax: switched off',
    ]);
  });

  test('that an address changed, and never to what', () => {
    const identifiers = [
      { kind: 'email', removed: false },
      { kind: 'salesforce', removed: true },
    ];
    const change = { choices: [], preferences: [{ key: 'interest.cycling', value: 'like' }], identifiers };
    expect(entryOf(aView({ change }))?.lines).toEqual([
      'Cycling: Yes, please',
      'E-mail: noted',
      'Number in another system (salesforce): removed',
    ]);
  });

  test.each([
    [{ source: 'preference-center', method: 'form' }, 'subject', 'You: Preference centre'],
    [{ source: 'preference-center', method: 'signal' }, 'subject', 'You: your browser’s opt-out signal'],
    [{ source: 'heed', method: 'one-click' }, 'subject', 'You: the unsubscribe link in a message'],
    [{ source: 'preference-center', method: 'double-opt-in' }, 'subject', 'You: confirmed from a message'],
    [{ source: 'hubspot', method: 'webhook' }, 'subject', 'You: HubSpot'],
    [{ source: 'call-centre', method: 'call' }, 'agent', 'A member of staff, on your word: Call centre'],
    [{ source: 'hubspot', method: 'webhook' }, 'system', 'A system, not you: HubSpot'],
    [{ source: 'heed', method: 'expiry' }, 'system', 'A system, not you: its time ran out'],
    [{ source: 'no-more', method: 'file' }, 'import', 'Taken over from earlier records: Heed'],
  ] as const)('who said it: %j as %s', (said, kind, from) => {
    const { occurredAt } = aView().evidence;
    expect(entryOf(aView({ evidence: { ...said, actor: { kind }, occurredAt } }))?.from).toBe(from);
  });

  test('what was shown, where Heed keeps it', () => {
    const { evidence } = aView();
    const shown = (version: string) =>
      entryOf(
        aView({
          evidence: { ...evidence, notice: { id: 'marketing', version, language: 'da', sha256: '' } },
        }),
      )?.notice;
    expect(shown('3')).toEqual({
      label: 'marketing, version 3 (Dansk)',
      href: '/notices/marketing/3/da',
    });
    expect(shown('99')).toBeUndefined();
  });
});

test('a person is not shown who of the staff spoke for her, nor from where', () => {
  const evidence = { ...aView().evidence, personal: { ip: '192.0.2.1' } };
  const agent = { kind: 'agent' as const, id: 'a-1' };
  expect(forHerself(aView({ evidence: { ...evidence, actor: agent } })).evidence).toEqual({
    ...aView().evidence,
    actor: { kind: 'agent' },
  });
  expect(forHerself(aView({ evidence })).evidence.personal).toEqual({ ip: '192.0.2.1' });
});

describe('what became of a page', () => {
  const email = [
    { kind: 'email', hash: 'h', sealed: 's', occurredAt: '2026-05-01T12:00:00.000Z', change: 'c' },
  ];
  const became = { choices: [], preferences: [], asked: [], left: false, identifiers: email };
  const granted = (topic: string, channel: string) => ({ topic, channel, state: 'granted' as const });

  test.each([
    [became, 'There was nothing to change.'],
    [{ ...became, choices: [granted('acme/newsletter', 'email')] }, 'Saved: Newsletter by e-mail is on.'],
    [
      { ...became, choices: config.channels.map((one) => granted('acme/data-sharing', one)) },
      'Saved: Sharing my data with partners is on.',
    ],
    [
      { ...became, choices: [granted('acme/newsletter', 'email'), granted('acme/offers', 'sms')] },
      'Saved: 2 choices.',
    ],
    [
      { ...became, choices: [{ topic: 'orbit/events', channel: 'email', state: 'pending' as const }] },
      'Orbit events by e-mail is not on yet: open the message we send you and confirm.',
    ],
    [
      {
        ...became,
        choices: [{ topic: 'orbit/events', channel: 'email', state: 'pending' as const }],
        identifiers: [],
      },
      'Not on yet: we have no e-mail address of yours to send the confirmation to.',
    ],
    [
      {
        ...became,
        choices: [
          granted('acme/newsletter', 'email'),
          { topic: 'orbit/events', channel: 'email', state: 'pending' as const },
        ],
      },
      'Saved: 2 choices. Orbit events by e-mail is not on yet: open the message we send you and confirm.',
    ],
    [
      { ...became, preferences: [{ key: 'interest.cycling', value: 'like' }] },
      'Saved: Cycling: Yes, please.',
    ],
    [
      { ...became, choices: [{ topic: 'acme/*', channel: '*', state: 'withdrawn' as const }] },
      'Saved: Everything from Acme is off.',
    ],
  ])('is told in words (%#)', (what, words) => expect(statusWords(telling, what)).toBe(words));
});
