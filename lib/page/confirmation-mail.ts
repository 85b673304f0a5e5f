import { html } from 'hono/html';
import { directionOf, LANGUAGES } from '../domain/language.ts';
import type { Mail } from '../flow/mail.ts';
import type { ToConfirm } from '../flow/send-confirmations.ts';
import type { Centre } from './centre.ts';
import { languageFor } from './language.ts';
import { wordsFor } from './named.ts';
import { type Voice, voiceOf } from './say.ts';

/** What of the configuration a message is written from. Without pages of its own it speaks every language there is. */
export type MailCentre = Pick<Centre, 'catalogue' | 'brands' | 'topics'> & {
  readonly settings?: Pick<Centre['settings'], 'languages' | 'languageKey'> | undefined;
};

/** The message that asks for a confirmation, in her language: as text, and as a document without style, image or tracking. */
export const confirmationMail =
  (centre: MailCentre) =>
  async ({ topic, channel, link, expiresAt, shownIn, preferences }: ToConfirm): Promise<Omit<Mail, 'to'>> => {
    const { languages, languageKey = '' } = centre.settings ?? { languages: [...LANGUAGES] };
    const offered = LANGUAGES.filter((language) => languages.includes(language));
    const preferred = preferences.get(languageKey);
    const voice = voiceOf(languageFor(offered, { preferred, accepted: shownIn }));
    const { say, messages, moment } = voice;
    const words = wordsFor({ centre, voice, topic, channel });
    const mail = messages.mail;
    const subject = oneLine(say(mail.subject, words));
    const intro = say(mail.intro, words);
    const until = expiresAt ? [say(mail.until, { date: moment(expiresAt) })] : [];
    const after = [...until, say(mail.ignore)];
    const text = [intro, `${say(mail.open)}\n${link}`, ...after].join('\n\n');
    const button = say(mail.button, words);
    return {
      subject,
      text: `${text}\n`,
      html: await documentOf({ voice, subject, intro, link, button, after }),
    };
  };

/** A subject is one line of a header. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

interface Written {
  readonly voice: Voice;
  readonly subject: string;
  readonly intro: string;
  readonly link: string;
  readonly button: string;
  readonly after: readonly string[];
}

const documentOf = async ({ voice, subject, intro, link, button, after }: Written): Promise<string> =>
  String(
    await html`<!doctype html>
<html lang="${voice.language}" dir="${directionOf(voice.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${subject}</title>
</head>
<body>
<h1>${subject}</h1>
<p>${intro}</p>
<p><a href="${link}"><strong>${button}</strong></a></p>
${after.map((one) => html`<p>${one}</p>\n`)}</body>
</html>
`,
  );
