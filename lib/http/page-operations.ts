import * as z from 'zod';
import { PageChangeBody } from '../domain/page-change.ts';
import type { Operation } from './operations.ts';
import { PageAnswer, SavedAnswer, SignalAnswer } from './page-schemas.ts';
import { SignalBody } from './requests.ts';

const LanguageQuery = z.object({
  lang: z
    .string()
    .optional()
    .describe(
      'A language of the pages. Left out: what the record says she prefers, else what the browser does.',
    ),
});

/** What a person's own pages and components call. */
export const pageOperations: Readonly<Record<'preferences' | 'save-preferences' | 'signals', Operation>> = {
  preferences: {
    title: 'Read one’s own preferences',
    text:
      'What a preference centre shows the person whose token it is, in words. A request that carries `Sec-GPC: 1` ' +
      'withdraws what the configuration names for that signal, once.',
    ownToken: true,
    query: LanguageQuery,
    answers: [{ status: 200, title: 'The page', schema: PageAnswer }],
    problems: [],
  },
  'save-preferences': {
    title: 'Save one’s own preferences',
    text:
      'Name what she touched: what holds already is not recorded again, unless it is a withdrawal. Withdrawals are stored first, whatever is wrong ' +
      'with the rest. A grant that meets a withdrawal later than the version that was shown is not recorded but given ' +
      'back in `asked`. With a `stop`, nothing of the page but its withdrawals is recorded. Safe to repeat.',
    ownToken: true,
    query: LanguageQuery,
    body: {
      schema: PageChangeBody,
      example: {
        version: 12,
        controls: [{ topic: 'acme/newsletter', channel: 'email', on: true }],
        preferences: [{ key: 'acme/newsletter.frequency', value: 'weekly' }],
        notice: { id: 'marketing', version: '4', language: 'en' },
      },
    },
    answers: [{ status: 200, title: 'What became of it, and the page as it is now', schema: SavedAnswer }],
    problems: ['malformed-json', 'too-large', 'unsupported-media-type', 'invalid-request'],
  },
  signals: {
    title: 'Pass on an opt-out signal',
    text:
      'For sites that read `Sec-GPC: 1` in the browser of a person they know. Withdraws, on every channel, the topics ' +
      'that the configuration names for it and nothing else: once, until the person decides otherwise.',
    scope: 'preferences:write',
    ownToken: true,
    body: { schema: SignalBody, example: { signal: 'gpc' } },
    answers: [
      {
        status: 201,
        title: 'Withdrawn',
        schema: SignalAnswer,
        example: { subject: 'p-1001', version: 13, withdrawn: ['acme/data-sharing'] },
        headers: { ETag: 'The version, as in "12".' },
      },
      {
        status: 200,
        title: 'There was nothing to do',
        schema: SignalAnswer,
        headers: { ETag: 'The version, as in "12".' },
      },
    ],
    problems: [
      'malformed-json',
      'forbidden-source',
      'too-large',
      'unsupported-media-type',
      'invalid-request',
    ],
  },
};
