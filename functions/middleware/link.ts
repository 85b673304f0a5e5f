import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import type { Bearer, Tokens } from '../../lib/http/tokens.ts';
import type { AssetNames } from '../../lib/page/assets.ts';
import { type Centre, languagesOf } from '../../lib/page/centre.ts';
import { languageFor } from '../../lib/page/language.ts';
import { messagePage } from '../../lib/page/message-page.ts';
import { type Voice, voiceOf } from '../../lib/page/say.ts';
import type { Step } from './api.ts';
import { dressing, html } from './page.ts';

export interface LinkApp {
  readonly tokens: Tokens;
  readonly centre: Centre;
  readonly assets: AssetNames;
}

type Own = Exclude<Bearer['kind'], 'client'>;

/** The voice in which whoever asks is answered, before it is known who that is. */
export const voiceFor = (centre: Centre, { headers, queryStringParameters }: HttpEvent): Voice =>
  voiceOf(
    languageFor(languagesOf(centre), {
      asked: queryStringParameters?.['lang'],
      accepted: headers['accept-language'],
    }),
  );

/**
 * The token of the path, made for this purpose and no other. Whatever is wrong with it the answer is one and the same
 * page, except that one whose signature holds and whose time is over is said to be old: nobody learns who exists.
 */
export const linkFor = <K extends Own>(
  { tokens, centre, assets }: LinkApp,
  kind: K,
): Step<{ readonly link: Extract<Bearer, { readonly kind: K }> }> => ({
  before: async function readLink({ event }) {
    const verified = await tokens.verify(event.pathParameters?.['token'] ?? '');
    if (verified.kind === 'valid' && verified.bearer.kind === kind) {
      Object.assign(event, { link: verified.bearer });
      return undefined;
    }
    if (verified.kind === 'unavailable')
      return dressing(event, await failedPage({ centre, assets }, event, 503));
    const voice = voiceFor(centre, event);
    const expired = verified.kind === 'invalid' && verified.expired;
    return dressing(event, await deadLink({ voice, assets, expired, help: centre.settings.help }));
  },
});

interface Dead {
  readonly voice: Voice;
  readonly assets: AssetNames;
  readonly expired: boolean;
  readonly help?: string | undefined;
}

/** 410 for a link that has been good, 404 for all else. */
export async function deadLink({ voice, assets, expired, help }: Dead): Promise<HttpResponse> {
  const { say, messages } = voice;
  const { title, expired: old, invalid } = messages.deadLink;
  const text = [say(expired ? old : invalid)];
  return html(expired ? 410 : 404, await messagePage({ voice, assets, title: say(title), text, help }));
}

/** What is shown when something of ours failed. */
export async function failedPage(
  { centre, assets }: Pick<LinkApp, 'centre' | 'assets'>,
  event: HttpEvent,
  status = 500,
): Promise<HttpResponse> {
  const voice = voiceFor(centre, event);
  const { title, text } = voice.messages.failed;
  const said = { title: voice.say(title), text: [voice.say(text)], help: centre.settings.help };
  const body = await messagePage({ voice, assets, ...said });
  return html(status, body, { 'retry-after': '5' });
}
