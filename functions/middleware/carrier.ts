import middy from '@middy/core';
import { normaliseIdentifier } from '../../lib/domain/identifier.ts';
import { type Keyword, keywordReader } from '../../lib/domain/keyword.ts';
import { hearSns, type SnsPorts } from '../../lib/flow/hear-sns.ts';
import { hearTwilio, type TwilioPorts } from '../../lib/flow/hear-twilio.ts';
import { type Heeded, heedKeyword, type KeywordPorts, type KeywordSettings } from '../../lib/flow/keyword.ts';
import type { Inbound, TextMessage } from '../../lib/flow/text-message.ts';
import { inboundNotice } from '../../lib/http/inbound-notice.ts';
import { type HttpEvent, type HttpResponse, json } from '../../lib/http/message.ts';
import { problem } from '../../lib/http/problem.ts';
import { KeywordBody } from '../../lib/http/requests.ts';
import type { Tokens } from '../../lib/http/tokens.ts';
import { twiml } from '../../lib/http/twiml.ts';
import { type KeywordConfig, keywordReplies } from '../../lib/page/keyword-replies.ts';
import type { ApiHandler } from './api.ts';
import { notingStaff } from './auditor.ts';
import { authenticate } from './authenticate.ts';
import { jsonBody } from './json-body.ts';
import { type Recording, TAKEN_ALL_THE_SAME } from './on-record.ts';

/** Who passes on a text message. Each proves itself in its own way. */
export type Carrier = 'twilio' | 'sns' | 'client';

export interface CarrierApp extends KeywordPorts, TwilioPorts, SnsPorts, Pick<Recording, 'auditLog'> {
  readonly config: KeywordConfig;
  readonly tokens: Tokens;
  /** The API's address as Twilio calls it: its signature covers it. */
  readonly publicUrl: string;
}

/** By what only that service sends. */
export function carrierOf({ headers }: HttpEvent): Carrier {
  if (headers['x-amz-sns-message-type'] !== undefined) return 'sns';
  const form = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  return form || headers['x-twilio-signature'] !== undefined ? 'twilio' : 'client';
}

/** How a message is taken from each of them, and how they are answered. */
export function carriers(
  app: CarrierApp,
  settings: KeywordSettings,
): Readonly<Record<Carrier, (...args: Parameters<ApiHandler>) => Promise<HttpResponse>>> {
  const answer = answering(app, settings);
  const [twilio, sns] = [hearTwilio(app), hearSns(app, settings.snsTopics)];
  const heard = async (inbound: Inbound, respond: Respond): Promise<HttpResponse> => {
    if (inbound.kind === 'refused') return problem(REFUSED[inbound.status]);
    const answered = inbound.kind === 'message' ? await answer(inbound.message) : NOTHING;
    return answered.became === 'busy' ? problem('busy') : respond(answered);
  };
  const client = fromClient(app, settings, async (message) => asJson(await answer(message)));
  return {
    twilio: async (event) => heard(await twilio(inboundNotice(event, app.publicUrl)), asTwiml),
    sns: async (event) => heard(await sns(inboundNotice(event, app.publicUrl)), asJson),
    client: async (event, context) => client(event, context),
  };
}

const REFUSED = { 401: 'invalid-signature', 422: 'invalid-request', 503: 'busy' } as const;

/** What became of a message, and what whoever wrote it may be told. */
interface Answered {
  readonly became: Heeded;
  readonly keyword?: Keyword;
  readonly reply?: string;
  /** The service has told them something already. */
  readonly answered: boolean;
}

const NOTHING: Answered = { became: 'taken', answered: true };

type Respond = (answered: Answered) => HttpResponse;

function answering(app: CarrierApp, settings: KeywordSettings) {
  const [read, heed] = [keywordReader(settings.languages), heedKeyword(app, settings)];
  const replyTo = keywordReplies(app.config);
  return async (message: TextMessage): Promise<Answered> => {
    const keyword = read(message.text);
    if (!keyword) return NOTHING;
    const became = keyword.kind === 'help' ? 'taken' : await heed(keyword.kind, message);
    const word = message.text.trim().toUpperCase();
    const answered = message.answered === true || settings.answeredByTwilio.includes(word);
    return { became, keyword, reply: replyTo(keyword), answered };
  };
}

const asTwiml: Respond = ({ reply, answered }) => twiml(answered ? undefined : reply);

const asJson: Respond = ({ became, keyword, reply }) => {
  if (became === 'busy') return problem('busy');
  if (became === 'unusable') return problem('invalid-request', { errors: [NO_NUMBER] });
  return json(200, { keyword: keyword?.kind ?? 'none', ...(reply !== undefined && { reply }) });
};

const NO_NUMBER = {
  path: 'from',
  message: 'not a phone number; write it with + and the code of its country',
};

/** A client of our own, whose token speaks for the source that keywords speak for. Where staff pass one on, that is noted. */
const fromClient = (
  app: CarrierApp,
  { source }: KeywordSettings,
  take: (message: TextMessage) => Promise<HttpResponse>,
): ApiHandler =>
  middy<HttpEvent, HttpResponse>()
    .use(authenticate(app.tokens, { scope: 'preferences:write' }))
    .use(notingStaff(app, { operation: 'keywords', otherwise: TAKEN_ALL_THE_SAME }))
    .use(jsonBody({ schema: KeywordBody, misfit: 'invalid-request' }))
    .handler<HttpEvent, HttpResponse>(async ({ bearer, looked, json: { from, text, id } }) => {
      if (bearer.kind !== 'client' || ![source, '*'].some((one) => bearer.sources.includes(one)))
        return problem('forbidden-source', { detail: `The token does not speak for ${source}.` });
      if (looked) looked({ rows: 0, query: await hashesOf(app, from) });
      return take({ from, text, ...(id !== undefined && { id: `client ${id}` }) });
    });

/** A number as the log of audits may name it: each kind of identifier that it can be, by its keyed hash. */
async function hashesOf({ catalogue, seals }: CarrierApp, from: string): Promise<Record<string, string>> {
  const kinds = Object.keys(catalogue.identifiers).filter(
    (kind) => catalogue.identifiers[kind]?.type === 'phone',
  );
  const hashes = kinds.map(async (kind) => {
    const normalised = normaliseIdentifier(catalogue, kind, from);
    return 'invalid' in normalised ? [] : [[kind, await seals.hash(kind, normalised.value)] as const];
  });
  return Object.fromEntries((await Promise.all(hashes)).flat());
}
