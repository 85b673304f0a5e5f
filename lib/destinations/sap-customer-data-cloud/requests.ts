import type { SingleCall } from '../destination.ts';
import type { Settings } from './settings.ts';

/** One method of the API: a form, with the site's key; the credentials are added where it is sent. */
export const request = (
  method: string,
  { apiKey }: Pick<Settings, 'apiKey'>,
  parameters: Readonly<Record<string, string>>,
): Pick<SingleCall, 'path' | 'headers'> & { readonly method: 'POST'; readonly body: string } => ({
  method: 'POST',
  path: `/${method}`,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: Object.entries(parameters).reduce(
    (form, [name, value]) => `${form}&${name}=${encodeURIComponent(value)}`,
    `format=json&httpStatusCodes=true&apiKey=${encodeURIComponent(apiKey)}`,
  ),
});

/** Asks for one account: who has it, and what they chose. */
export const askAccount = (uid: string, settings: Pick<Settings, 'apiKey'>) =>
  request('accounts.getAccountInfo', settings, { UID: uid, include: 'profile,preferences,subscriptions' });
