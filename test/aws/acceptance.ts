import { deepEqual, equal, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AcceptedAnswer, DeliveriesAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import type { Answer, Api } from './api.ts';
import type { Subscriber } from './subscriber.ts';
import { until } from './until.ts';
import type { Customer, Vendor } from './vendors.ts';

const NEWSLETTER = 'acme/newsletter';
const OFFERS = 'acme/offers';

export interface Scene {
  readonly api: Api;
  readonly vendors: readonly Vendor[];
  readonly subscriber: Subscriber;
  /** Runs reconcile. */
  readonly reconcile: () => Promise<unknown>;
  /** Asks for what a destination failed or held to be sent again. */
  readonly replay: (destination: string) => Promise<unknown>;
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

/** One customer's story, told through the deployed API. The steps build on each other. */
export const acceptance = ({ api, vendors, subscriber, reconcile, replay }: Scene): readonly Step[] => {
  const nonce = randomUUID();
  const customer: Customer = { subject: `customer-${nonce}`, email: `alice-${nonce}@example.com` };
  const path = `/v1/subjects/${customer.subject}`;
  const now = new Date().toISOString();
  const change = {
    choices: [choice(NEWSLETTER, 'email', 'granted'), choice(OFFERS, 'email', 'granted')],
    identifiers: { email: customer.email },
    evidence: evidence(now),
  };
  const key = { 'idempotency-key': nonce };

  const mail = (who: readonly Vendor[], topic: string, expected: boolean | undefined) =>
    who.every((vendor) => vendor.mails(customer, topic) === expected);
  const recorded = async () => RecordAnswer.parse((await api.get(path)).body);
  const settled = async (version: number): Promise<boolean> => {
    const { deliveries } = DeliveriesAnswer.parse((await api.get(`${path}/deliveries`)).body);
    return deliveries.every((one) => one.outcome === 'delivered' && one.version === version && !one.behind);
  };

  const heard = async (): Promise<readonly string[]> =>
    (await subscriber.events())
      .filter(({ subject }) => subject === customer.subject)
      .map(({ type, destination }) => (destination === undefined ? type : `${type} ${destination}`));

  return [
    {
      says: 'a change posted shows at every destination',
      show: async () => {
        const { version, outcomes } = accepted(await api.post(`${path}/changes`, change, key), 201);
        equal(version, 1);
        deepEqual([...new Set(outcomes.map(({ outcome }) => outcome))], ['applied']);
        await until('every destination mails the newsletter', () => mail(vendors, NEWSLETTER, true));
        await until('every delivery is settled', () => settled(1));
      },
    },
    {
      says: 'a subscriber on the bus hears of the change and of each delivery',
      show: async () => {
        const delivered = vendors.map(({ id }) => `preferences.delivered.v1 ${id}`);
        for (const expected of ['preferences.changed.v1', ...delivered]) {
          await until(`it hears ${expected}`, async () => (await heard()).includes(expected));
        }
      },
    },
    {
      says: 'the same request again gets the same answer and makes no version',
      show: async () => {
        const again = await api.post(`${path}/changes`, change, key);
        equal(accepted(again, 201).version, 1);
        equal(again.etag, '"1"');
        equal((await recorded()).version, 1);
      },
    },
    {
      says: 'another request under the same key is refused',
      show: async () => {
        const other = { ...change, choices: [choice(NEWSLETTER, 'email', 'withdrawn')] };
        equal((await api.post(`${path}/changes`, other, key)).status, 422);
        equal((await recorded()).version, 1);
      },
    },
    {
      says: 'a withdrawal that arrives late is recorded and overrides no newer grant',
      show: async () => {
        const late = {
          choices: [choice(NEWSLETTER, 'email', 'withdrawn')],
          evidence: evidence(new Date(Date.parse(now) - 3_600_000).toISOString()),
        };
        const { version, outcomes } = accepted(await api.post(`${path}/changes`, late), 201);
        equal(version, 2);
        deepEqual(
          outcomes.map(({ outcome }) => outcome),
          ['superseded'],
        );
        await until('every destination has version 2', () => settled(2));
        ok(mail(vendors, NEWSLETTER, true), 'the grant still stands everywhere');
      },
    },
    {
      says: 'stop-all reaches every destination at once but one that is down, and that one when it is back',
      show: async () => {
        const [down, up] = [
          vendors.filter(({ id }) => id === 'hubspot'),
          vendors.filter(({ id }) => id !== 'hubspot'),
        ];
        for (const { simulator } of down) simulator.fail({ status: 503 });
        const before = down.map(({ simulator }) => simulator.requests().total);
        const stop = { choices: [choice('*', '*', 'withdrawn')] };
        equal(accepted(await api.post(`${path}/changes`, stop), 201).version, 3);
        for (const topic of [NEWSLETTER, OFFERS]) {
          await until(`the others stop mailing ${topic}`, () => mail(up, topic, false));
        }
        await until('it was tried at least three times', () =>
          down.every(({ simulator }, i) => simulator.requests().total >= (before[i] ?? 0) + 3),
        );
        ok(mail(down, NEWSLETTER, true), 'the one that is down still mails');
        for (const { simulator } of down) simulator.heal();
        for (const topic of [NEWSLETTER, OFFERS]) {
          await until(`every destination stops mailing ${topic}`, () => mail(vendors, topic, false));
        }
      },
    },
    {
      says: 'every destination ends with the newest state, and Heed knows it',
      show: async () => {
        await until('every delivery is settled', () => settled(3));
        const { version, choices } = await recorded();
        equal(version, 3);
        ok(choices.every(({ state }) => state === 'withdrawn'));
        const decision = await api.get(
          `${path}/decision?topic=${encodeURIComponent(NEWSLETTER)}&channel=email`,
        );
        equal(z.looseObject({ permitted: z.boolean() }).parse(decision.body).permitted, false);
      },
    },
    {
      says: 'reconcile runs and finds everything in place, and nothing is left to send again',
      show: async () => {
        await reconcile();
        for (const { id } of vendors) deepEqual(await replay(id), { replayed: 0 });
        ok(await settled(3));
      },
    },
  ];
};
