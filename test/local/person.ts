import { type Answer, type Api, apiAt } from '../../local/demo/api.ts';
import { afterwards } from './cleanup.ts';

type State = 'granted' | 'withdrawn';

/** Speaks to an engine as the systems in front of it do. */
export interface Speaker {
  readonly api: Api;
  readonly token: string;
  /** Says something about the newsletter by e-mail unless told otherwise; the person's address is made from the subject. */
  readonly say: (subject: string, state: State, more?: Said) => Promise<Answer>;
  readonly read: (path: string) => Promise<unknown>;
}

export interface Said {
  readonly topic?: string;
  readonly identifiers?: Readonly<Record<string, string>>;
}

export const addressOf = (subject: string): string => `${subject}@example.com`;

const evidence = () => ({
  source: 'call-centre',
  actor: { kind: 'subject' },
  method: 'call',
  legalBasis: 'consent',
  occurredAt: new Date().toISOString(),
  notice: { id: 'marketing', version: '3', language: 'en' },
});

export async function speakTo(url: string): Promise<Speaker> {
  const api = apiAt(url);
  afterwards(api.close);
  const token = await api.token({ scope: 'preferences:write preferences:read audit:read' });
  return {
    api,
    token,
    say: (subject, state, { topic = 'acme/newsletter', identifiers } = {}) =>
      api.post(
        `/v1/subjects/${subject}/changes`,
        {
          choices: [{ topic, channel: 'email', state }],
          identifiers: { email: addressOf(subject), ...identifiers },
          evidence: evidence(),
        },
        { token },
      ),
    read: async (path) => (await api.get(path, token)).body,
  };
}
