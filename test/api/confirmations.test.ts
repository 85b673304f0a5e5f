import { describe, expect, it, test } from 'vitest';
import config from '../../heed.config.ts';
import { confirmationMail } from '../../lib/page/confirmation-mail.ts';
import { aWish, type ConfirmRig, confirmRig, say, TOPIC, tokenIn } from './confirm-rig.ts';
import { aStop, PUBLIC_URL } from './rig.ts';

const wished = async (more: object = {}): Promise<ConfirmRig> => {
  const one = confirmRig();
  await say(one, aWish(more));
  return one;
};

describe('a request to confirm', () => {
  it('is mailed to her own address, with a link and what happens if she does nothing', async () => {
    const one = await wished();
    await say(one, { ...aWish(), identifiers: { email: 'bob@example.com' } }, 'bob');
    await one.mail('alice');
    expect(one.mails).toHaveLength(1);
    const [mail] = one.mails;
    expect(mail?.to).toBe('alice@example.com');
    expect(mail?.subject).toBe('Please confirm: Orbit events');
    for (const body of [mail?.text, mail?.html]) {
      expect(body).toMatch(/Orbit to send “Orbit events”/);
      expect(body).toContain(`${PUBLIC_URL}/c/`);
      expect(body).toContain('8 May 2026');
      expect(body).toContain('If you do nothing, nothing changes');
    }
  });

  it('is a document that loads nothing, follows nobody and can be read without it', async () => {
    const one = await wished();
    await one.mail();
    const html = one.mails[0]?.html ?? '';
    expect(html).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">/);
    expect(html).not.toMatch(/<(img|script|style|link|iframe|form)\b|\bsrc=|style=/);
    expect(html.match(/href="[^"]*"/g)).toEqual([`href="${PUBLIC_URL}/c/${one.token()}"`]);
    expect(html.match(/<h1>/g)).toHaveLength(1);
  });

  it('is mailed once, however often its event comes', async () => {
    const one = await wished();
    await one.mail();
    await one.mail();
    await one.mail();
    expect(one.mails).toHaveLength(1);
    expect(one.logged.filter(({ message }) => message === 'confirmations').map(({ sent }) => sent)).toEqual([
      1, 0, 0,
    ]);
  });

  it('that could not be sent is sent when its event comes again, and no error says to whom', async () => {
    const one = await wished();
    one.failing = { times: 2, name: 'MessageRejected' };
    for (let i = 0; i < 2; i++) {
      const error: unknown = await one.mail().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'WorkerFailed', message: 'confirmations failed: MessageRejected' });
      expect(error instanceof Error ? `${error.message} ${error.stack}` : '').not.toContain('alice@');
    }
    await one.mail();
    expect(one.mails).toHaveLength(1);
    expect(JSON.stringify(one.logged)).not.toContain('alice@');
    expect(JSON.stringify(one.logged)).not.toContain(one.token());
  });

  it.each<readonly [string, object]>([
    ['no e-mail address is known', { identifiers: { phone: '+4532123456' } }],
    [
      'what she asked for needs no confirmation',
      { choices: [{ topic: TOPIC, channel: 'sms', state: 'granted' }] },
    ],
    [
      'a source asks for it on another channel',
      { choices: [{ topic: TOPIC, channel: 'sms', state: 'pending' }] },
    ],
  ])('is not mailed where %s', async (_, more) => {
    const one = await wished(more);
    await one.mail();
    expect(one.mails).toEqual([]);
  });

  it.each<readonly [string, (one: ConfirmRig) => Promise<unknown> | unknown]>([
    ['she has stopped meanwhile', (one) => say(one, aStop(TOPIC))],
    ['its time is up', ({ clock }) => clock.advance(7 * 86_400_000)],
    ['her key was destroyed', ({ store }) => store.seals.destroyKey('alice')],
    [
      'her address was taken away',
      (one) => {
        one.clock.advance(1000);
        const evidence = { source: 'preference-center', occurredAt: '2026-05-01T12:00:01Z' };
        return say(one, {
          identifiers: { email: null },
          evidence: { ...evidence, actor: { kind: 'subject' } },
        });
      },
    ],
  ])('is not mailed any more where %s', async (_, happens) => {
    const one = await wished();
    await happens(one);
    await one.mail('alice', 1);
    expect(one.mails).toEqual([]);
  });

  it('made anew is mailed anew, and only the newer link confirms', async () => {
    const one = await wished();
    await one.mail();
    one.clock.advance(60_000);
    await say(one, aWish({ evidence: { ...aWish().evidence, occurredAt: '2026-05-01T12:01:00Z' } }));
    await one.mail('alice', 1);
    await one.mail();
    expect(one.mails).toHaveLength(2);
    const [first, second] = one.mails.map(tokenIn);
    expect((await one.get(first ?? '')).statusCode).toBe(410);
    expect((await one.post(second ?? '')).statusCode).toBe(200);
  });

  it('of an agent on her word goes to her, too', async () => {
    const agent = { source: 'call-centre', actor: { kind: 'agent' }, method: 'call' };
    const one = await wished({ evidence: { ...aWish().evidence, ...agent } });
    await one.mail();
    expect(one.mails.map(({ to }) => to)).toEqual(['alice@example.com']);
  });

  it('holds the subject and the request in its link, and nothing of the address', async () => {
    const one = await wished();
    await one.mail();
    const [, claims = ''] = one.token().split('.');
    const read = Buffer.from(claims, 'base64url').toString();
    expect(JSON.parse(read)).toMatchObject({
      purpose: 'confirm',
      sub: 'alice',
      topic: TOPIC,
      channel: 'email',
    });
    expect(read).not.toContain('@');
  });
});

describe('the language of a mail', () => {
  const subjectOf = async (shown: string, language?: string) => {
    const notice = { id: 'marketing', version: '3', language: 'en' };
    const one = await wished({
      evidence: { ...aWish().evidence, notice: { ...notice, language: shown, sha256: 'a'.repeat(64) } },
      ...(language && { preferences: [{ key: 'language', value: language }] }),
    });
    await one.mail();
    return one.mails[0]?.subject;
  };

  test.each([
    ['the notice’s, which she has read', 'fr', undefined, 'À confirmer : Événements d’Orbit'],
    ['the one she prefers, before that', 'fr', 'da', 'Bekræft venligst: Orbits arrangementer'],
    [
      'the first of the pages’, where it is spoken of neither',
      'pl',
      undefined,
      'Please confirm: Orbit events',
    ],
  ])('is %s', async (_, shown, preferred, subject) => {
    expect((await subjectOf(shown, preferred))?.replaceAll('\u00a0', ' ')).toBe(subject);
  });

  test('is Arabic from right to left', async () => {
    const one = await wished({ preferences: [{ key: 'language', value: 'ar' }] });
    await one.mail();
    expect(one.mails[0]?.html).toContain('<html lang="ar" dir="rtl">');
  });
});

test('what the configuration calls a topic is text in a mail, and never markup or another header', async () => {
  const title = 'Sales <b onclick="x">&\r\nBcc: eve@example.com';
  const topics = {
    ...config.topics,
    'orbit/events': { ...config.topics['orbit/events'], title, purpose: 'x' },
  };
  const write = confirmationMail({ catalogue: config.catalogue, brands: config.brands, topics });
  const mail = await write({
    ...{ topic: TOPIC, channel: 'email', change: 'x', occurredAt: '2026-05-01T12:00:00.000Z' },
    ...{ link: `${PUBLIC_URL}/c/t`, preferences: new Map() },
  });
  expect(mail.subject).not.toMatch(/[\r\n]/);
  expect(mail.html).toContain('Sales &lt;b onclick=&quot;x&quot;&gt;&amp;');
  expect(mail.html).not.toContain('<b ');
});

test('an event of an unknown shape is refused without quoting it', async () => {
  const one = await wished();
  await one.mail();
  const error: unknown = await one
    .deliver({ detail: { secret: 'alice@example.com' } })
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ name: 'WorkerFailed' });
  expect(JSON.stringify(one.logged)).not.toContain('alice@');
});
