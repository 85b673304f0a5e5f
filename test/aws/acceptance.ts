import { deepEqual, equal, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { CurrentAnswer } from '../../lib/http/delivery-schemas.ts';
import { AcceptedAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import type { Answer, Api } from './api.ts';
import { auditing } from './audit.ts';
import { linkFor, switchOn, unsubscribe } from './customer.ts';
import type { Subscriber } from './subscriber.ts';
import { until } from './until.ts';
import type { Customer, Vendor } from './vendors.ts';

const NEWSLETTER = 'acme/newsletter';
const OFFERS = 'acme/offers';
/** The destination that is out of order for a while. */
const DOWN = 'hubspot';

export interface Scene {
  readonly api: Api;
  readonly vendors: readonly Vendor[];
  readonly subscriber: Subscriber;
  /** Runs reconcile. */
  readonly reconcile: () => Promise<unknown>;
  /** Asks for what a destination failed or held to be sent again. */
  readonly replay: (destination: string) => Promise<unknown>;
  /** Makes what was recorded searchable; proves it; takes erasures further. */
  readonly index: () => Promise<unknown>;
  readonly checkpoint: () => Promise<unknown>;
  readonly erasures: () => Promise<unknown>;
}

/** One thing that must hold, in words, and how it is shown. */
export interface Step {
  readonly says: string;
  readonly show: () => Promise<void>;
}

const evidence = (occurredAt: string) => ({
  source: 'preference-center',
  actor: { kind: 'subject' },
  method: 'form',
  occurredAt,
  legalBasis: 'consent',
  jurisdiction: 'DK',
  notice: { id: 'marketing', version: '3', language: 'en' },
});

const choice = (topic: string, channel: string, state: 'granted' | 'withdrawn') => ({
  topic,
  channel,
  state,
});

const accepted = (answer: Answer, status: number) => {
  equal(answer.status, status, JSON.stringify(answer.body));
  return AcceptedAnswer.parse(answer.body);
};

/** One customer, what she posts first, and what can be asked about her. */
const storyOf = ({ api, vendors, subscriber }: Scene) => {
  const nonce = randomUUID();
  const customer: Customer = { subject: `customer-${nonce}`, email: `alice-${nonce}@example.com` };
  const path = `/v1/subjects/${customer.subject}`;
  const occurredAt = new Date().toISOString();
  return {
    customer,
    occurredAt,
    change: {
      choices: [choice(NEWSLETTER, 'email', 'granted'), choice(OFFERS, 'email', 'granted')],
      identifiers: { email: customer.email },
      evidence: evidence(occurredAt),
    },
    key: { 'idempotency-key': nonce },
    post: (body: object, headers?: Readonly<Record<string, string>>) =>
      api.post(`${path}/changes`, body, headers),
    record: async () => RecordAnswer.parse((await api.get(path)).body),
    decision: (topic: string) => api.get(`${path}/decision?topic=${encodeURIComponent(topic)}&channel=email`),
    /** Do all of these vendors mail her on this topic, or not? */
    mailed: (expected: boolean, topic: string, by = vendors) =>
      by.every((vendor) => vendor.mails(customer, topic) === expected),
    /** Has Heed heard from every destination that it has this version? */
    settled: async (version: number): Promise<boolean> => {
      const { deliveries } = CurrentAnswer.parse((await api.get(`${path}/deliveries`)).body);
      return deliveries.every((one) => one.outcome === 'delivered' && one.version === version && !one.behind);
    },
    heard: async (): Promise<readonly string[]> =>
      (await subscriber.events())
        .filter(({ subject }) => subject === customer.subject)
        .map(({ type, destination }) => (destination === undefined ? type : `${type} ${destination}`)),
  };
};

type Story = ReturnType<typeof storyOf>;
type Telling = (scene: Scene, story: Story) => Step;

const post: Telling = (_scene, { change, key, mailed, post, settled }) => ({
  says: 'a change posted shows at every destination',
  show: async () => {
    const { version, outcomes } = accepted(await post(change, key), 201);
    equal(version, 1);
    deepEqual([...new Set(outcomes.map(({ outcome }) => outcome))], ['applied']);
    await until('every destination mails the newsletter', () => mailed(true, NEWSLETTER));
    await until('every delivery is settled', () => settled(1));
  },
});

const announce: Telling = ({ vendors }, { heard }) => ({
  says: 'a subscriber on the bus hears of the change and of each delivery',
  show: async () => {
    const delivered = vendors.map(({ id }) => `preferences.delivered.v1 ${id}`);
    for (const expected of ['preferences.changed.v1', ...delivered]) {
      await until(`it hears ${expected}`, async () => (await heard()).includes(expected));
    }
  },
});

const repeat: Telling = (_scene, { change, key, post, record }) => ({
  says: 'the same request again gets the same answer and makes no version; another under its key is refused',
  show: async () => {
    const again = await post(change, key);
    equal(accepted(again, 201).version, 1);
    equal(again.etag, '"1"');
    const other = { ...change, choices: [choice(NEWSLETTER, 'email', 'withdrawn')] };
    equal((await post(other, key)).status, 422);
    equal((await record()).version, 1);
  },
});

const arriveLate: Telling = (_scene, { mailed, occurredAt, post, settled }) => ({
  says: 'a withdrawal that arrives late is recorded and overrides no newer grant',
  show: async () => {
    const hourBefore = new Date(Date.parse(occurredAt) - 3_600_000).toISOString();
    const late = { choices: [choice(NEWSLETTER, 'email', 'withdrawn')], evidence: evidence(hourBefore) };
    const { version, outcomes } = accepted(await post(late), 201);
    equal(version, 2);
    deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['superseded'],
    );
    await until('every destination has version 2', () => settled(2));
    ok(mailed(true, NEWSLETTER), 'the grant still stands everywhere');
  },
});

const stopAll: Telling = ({ vendors }, { mailed, post }) => ({
  says: 'stop-all reaches every destination but one that is down, and that one when it is back',
  show: async () => {
    const [down, up] = [vendors.filter(({ id }) => id === DOWN), vendors.filter(({ id }) => id !== DOWN)];
    const asked = () => down.reduce((sum, { simulator }) => sum + simulator.requests().total, 0);
    for (const { simulator } of down) simulator.fail({ status: 503 });
    const before = asked();
    equal(accepted(await post({ choices: [choice('*', '*', 'withdrawn')] }), 201).version, 3);
    await until('the others stop', () => mailed(false, NEWSLETTER, up) && mailed(false, OFFERS, up));
    await until('it was tried three times', () => asked() >= before + 3);
    ok(mailed(true, NEWSLETTER, down), 'the one that is down still mails');
    for (const { simulator } of down) simulator.heal();
    await until('every destination stops', () => mailed(false, NEWSLETTER) && mailed(false, OFFERS));
  },
});

const agree: Telling = (_scene, { decision, record, settled }) => ({
  says: 'every destination ends with the newest state, and Heed knows it',
  show: async () => {
    await until('every delivery is settled', () => settled(3));
    const { version, choices } = await record();
    equal(version, 3);
    ok(choices.every(({ state }) => state === 'withdrawn'));
    const { permitted } = z.looseObject({ permitted: z.boolean() }).parse((await decision(NEWSLETTER)).body);
    equal(permitted, false);
  },
});

const reconcile: Telling = ({ reconcile, replay, vendors }, { settled }) => ({
  says: 'reconcile finds everything in place, and nothing is left to send again',
  show: async () => {
    await reconcile();
    for (const { id } of vendors) deepEqual(await replay(id), { replayed: 0 });
    ok(await settled(3));
  },
});

const visit: Telling = ({ api }, { customer, mailed, settled }) => ({
  says: 'what she switches on on her own page is recorded and reaches every destination',
  show: async () => {
    const path = await linkFor(api, { subject: customer.subject, purpose: 'preferences' });
    await switchOn(api, path, `${NEWSLETTER} email`);
    await until('every destination mails the newsletter again', () => mailed(true, NEWSLETTER));
    ok(mailed(false, OFFERS), 'and nothing else');
    await until('every delivery is settled', () => settled(4));
  },
});

const oneClick: Telling = ({ api }, { customer, mailed, record }) => ({
  says: 'one click in a mail program stops the newsletter, and looking at the link does not',
  show: async () => {
    const list = { topic: NEWSLETTER, channel: 'email' };
    const path = await linkFor(api, { subject: customer.subject, purpose: 'unsubscribe', ...list });
    await unsubscribe(api, path);
    equal((await record()).version, 5);
    await until('every destination stops', () => mailed(false, NEWSLETTER));
  },
});

/** One customer's story, told through the deployed API. The steps build on each other. */
export const acceptance = (scene: Scene): readonly Step[] => {
  const story = storyOf(scene);
  const told = [post, announce, repeat, arriveLate, stopAll, agree, reconcile, visit, oneClick];
  return [
    ...told.map((tell) => tell(scene, story)),
    ...auditing(scene, { ...story, topics: [NEWSLETTER, OFFERS] }),
  ];
};
