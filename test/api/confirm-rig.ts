import { confirm } from '../../functions/confirm.ts';
import { confirmations } from '../../functions/confirmations.ts';
import config from '../../heed.config.ts';
import { confirmationOf } from '../../lib/domain/confirmation-event.ts';
import type { Mail } from '../../lib/flow/mail.ts';
import type { HttpResponse } from '../../lib/http/message.ts';
import { centreOf } from '../../lib/page/centre.ts';
import type { Log, LogEntry, Records, Stored } from '../../lib/ports.ts';
import texts from '../../notices/texts.json' with { type: 'json' };
import { access, context, PUBLIC_URL, type Rig, type RigOptions, rig, SECRET } from './rig.ts';

export const TOPIC = 'orbit/events';

export interface Pressed {
  readonly query?: Readonly<Record<string, string>>;
  readonly language?: string;
}

/** The API, the page behind confirmation links, and the function that mails them to nobody. */
export interface ConfirmRig extends Rig {
  /** What was mailed, in order. */
  readonly mails: Mail[];
  /** What both functions logged. */
  readonly logged: Readonly<Record<string, unknown>>[];
  /** How often sending fails from now on, and with what. */
  failing: { times: number; readonly name: string };
  /** Called before a version is stored, with the one that is about to be. */
  before: ((stored: Stored) => Promise<void>) | undefined;
  /** Gives the function the event of a subject's newest version, as the bus does; false where that makes none. */
  readonly mail: (subject?: string, version?: number) => Promise<boolean>;
  /** Gives the function an event as it is. */
  readonly deliver: (event: { readonly detail: unknown }) => Promise<void>;
  /** Token of the newest mail's link. */
  readonly token: () => string;
  readonly get: (token: string, pressed?: Pressed) => Promise<HttpResponse>;
  readonly post: (token: string, pressed?: Pressed) => Promise<HttpResponse>;
}

export function confirmRig(options: RigOptions = {}): ConfirmRig {
  const base = rig(options);
  const { store, catalogue, clock, tokens } = base;
  const [mails, logged]: [Mail[], Readonly<Record<string, unknown>>[]] = [[], []];
  const line = (one: Readonly<Record<string, unknown>>): void => void logged.push(one);
  const centre = { ...centreOf(config, texts), catalogue };
  const send = confirmations({
    ...{ catalogue, clock, records: store.records, seals: store.seals, log: aLog(), line },
    ...{ secret: async () => SECRET, publicUrl: PUBLIC_URL, centre },
    mailer: { send: (mail) => taken(one, mail) },
  });
  const records: Records = {
    ...store.records,
    append: async (stored, ...rest) => {
      const { before } = one;
      one.before = undefined;
      await before?.(stored);
      return store.records.append(stored, ...rest);
    },
  };
  const assets = { script: '/assets/page.js', style: '/assets/page.css' };
  const pages = confirm({ ...store, records, catalogue, clock, tokens, centre, assets, line });
  const press =
    (method: string) =>
    (token: string, { query, language }: Pressed = {}) => {
      const headers = language === undefined ? {} : { 'accept-language': language };
      const path = { routeKey: `${method} /c/{token}`, rawPath: `/c/${token}`, rawQueryString: '' };
      const asked = query ? { queryStringParameters: query } : {};
      return pages(
        { ...path, ...asked, headers, pathParameters: { token }, isBase64Encoded: false },
        context,
      );
    };
  const one: ConfirmRig = {
    ...base,
    ...{ mails, logged, failing: { times: 0, name: 'MessageRejected' }, before: undefined },
    mail: async (subject = 'alice', version) => {
      const stored = version
        ? await store.records.version(subject, version)
        : await store.records.newest(subject);
      const detail = stored && confirmationOf(stored.version, catalogue);
      if (detail) await send({ detail: JSON.parse(JSON.stringify(detail)) }, context);
      return detail !== undefined;
    },
    deliver: (event) => send(event, context),
    token: () => tokenIn(mails.at(-1)),
    get: press('GET'),
    post: press('POST'),
  };
  return one;
}

async function taken(one: ConfirmRig, mail: Mail): Promise<void> {
  if (one.failing.times > 0) {
    one.failing.times -= 1;
    throw Object.assign(new Error(`${mail.to} was not taken`), { name: one.failing.name });
  }
  one.mails.push(mail);
}

/** Token of a mail's link: the link stands in the text and in the document alike. */
export function tokenIn(mail: Mail | undefined): string {
  const link = new RegExp(`${PUBLIC_URL}/c/([\\w.-]+)`).exec(mail?.text ?? '');
  if (!link?.[1] || !mail?.html.includes(`href="${link[0]}"`))
    throw new Error('there is no link in the mail');
  return link[1];
}

/** The ledger of what was told, kept in a list. */
function aLog(): Pick<Log, 'read' | 'write'> {
  const kept = new Map<string, LogEntry>();
  return {
    read: async (destination, versions) =>
      new Map(
        versions.flatMap(({ subject, version }) => {
          const entry = kept.get(`${destination} ${subject}:${version}`);
          return entry ? [[`${subject}:${version}`, entry] as const] : [];
        }),
      ),
    write: async (entries) => {
      for (const entry of entries) kept.set(`${entry.destination} ${entry.subject}:${entry.version}`, entry);
    },
  };
}

const NOTICE = { id: 'marketing', version: '3', language: 'en' };

/** A person's own wish for what has to be confirmed, and her address. */
export const aWish = (more: object = {}) => ({
  choices: [{ topic: TOPIC, channel: 'email', state: 'granted' }],
  identifiers: { email: 'alice@example.com' },
  evidence: {
    ...{ source: 'preference-center', actor: { kind: 'subject' }, method: 'form', legalBasis: 'consent' },
    ...{ occurredAt: '2026-05-01T12:00:00Z', jurisdiction: 'DK', notice: NOTICE },
  },
  ...more,
});

/** Posts a change that must be recorded. */
export async function say({ call, mint }: Rig, body: object, subject = 'alice'): Promise<HttpResponse> {
  const response = await call('changes', { subject, token: await mint(access()), body });
  if (response.statusCode !== 201) throw new Error(response.body);
  return response;
}
