/** What the description of the API shows. A test holds each example to its schema. */

const ROW = {
  topic: 'acme/newsletter',
  channel: 'email',
  state: 'granted',
  occurredAt: '2026-05-01T10:00:00.000Z',
  source: 'preference-center',
  actor: 'subject',
  method: 'form',
  legalBasis: 'consent',
  notice: { id: 'marketing', version: '3', language: 'en' },
  because: 'granted',
} as const;

export const RECORD = {
  subject: 'p-1001',
  version: 12,
  recordedAt: '2026-05-01T10:00:00.125Z',
  choices: [ROW],
  stopped: [],
  preferences: [{ key: 'acme/newsletter.frequency', value: 'weekly' }],
  identifiers: { email: 'a…@example.com' },
};

/** The same as it is read, with where its answers come from. */
export const SOURCED = {
  ...RECORD,
  choices: [
    {
      ...ROW,
      change: { version: 12 },
      evidence: {
        source: 'preference-center',
        actor: { kind: 'subject' },
        method: 'form',
        occurredAt: '2026-05-01T10:00:00.000Z',
        legalBasis: 'consent',
        jurisdiction: 'DK',
        notice: {
          ...{ id: 'marketing', version: '3', language: 'en', sha256: '2c26b46b68ffc68ff99b453c1d304134' },
          text: '/notices/marketing/3/en',
        },
      },
    },
  ],
};

export const CHANGE = {
  choices: [{ topic: 'acme/newsletter', channel: 'email', state: 'granted' }],
  preferences: [{ key: 'acme/newsletter.frequency', value: 'weekly' }],
  identifiers: { email: 'alice@example.com' },
  evidence: {
    source: 'preference-center',
    actor: { kind: 'subject' },
    method: 'form',
    occurredAt: '2026-05-01T10:00:00Z',
    legalBasis: 'consent',
    jurisdiction: 'DK',
    notice: { id: 'marketing', version: '3', language: 'en' },
  },
};

export const ACCEPTED = {
  subject: 'p-1001',
  version: 12,
  recordedAt: RECORD.recordedAt,
  outcomes: [{ topic: 'acme/newsletter', channel: 'email', state: 'granted', outcome: 'applied' }],
  record: RECORD,
};

const LINK = 'https://preferences.acme.example/u/eyJ…';

export const MINT = {
  tokens: [{ subject: 'p-1001', purpose: 'unsubscribe', topic: 'acme/newsletter', channel: 'email' }],
};

export const MINTED = {
  tokens: [
    {
      subject: 'p-1001',
      purpose: 'unsubscribe',
      token: 'eyJ…',
      url: LINK,
      expiresAt: '2027-06-05T10:00:00.000Z',
      headers: {
        'List-Unsubscribe': `<${LINK}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    },
  ],
};
