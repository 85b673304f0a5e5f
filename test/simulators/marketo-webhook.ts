export interface MarketoNotice {
  readonly url: string;
  readonly email: string;
  readonly field: string;
  /** What it is changed to. */
  readonly value: boolean;
  /** ms */
  readonly changedAt: number;
  readonly spoilt?: 'signature' | 'body' | 'age' | undefined;
}

/** The webhook of a smart campaign: a template that somebody wrote, with a header they chose. Nothing is signed. */
export async function callWebhook(
  id: number,
  { url, field, spoilt }: MarketoNotice,
  key: string,
): Promise<number> {
  const headers = { 'x-heed-key': spoilt === 'signature' ? 'guessed-by-somebody' : key };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ id, field }) })).status;
}
