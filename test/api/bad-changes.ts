import { MAX_BODY_BYTES } from '../../lib/domain/bounds.ts';
import { aGrant, aStop, type Request } from './rig.ts';

/** One thing that is wrong, and how it is answered. */
export interface Row {
  readonly what: string;
  readonly status: number;
  readonly type: string;
  /** A path among the problem's errors. */
  readonly path?: string;
  readonly request: Request;
  readonly sources?: readonly string[];
}

const grant = aGrant();
const choice = grant.choices[0];
const withChoice = (change: object) => ({ body: { ...grant, choices: [{ ...choice, ...change }] } });
const withEvidence = (change: object) => ({ body: { ...grant, evidence: { ...grant.evidence, ...change } } });
const without = (field: string) => ({
  body: {
    ...grant,
    evidence: Object.fromEntries(Object.entries(grant.evidence).filter(([name]) => name !== field)),
  },
});
const named = (subject: string): Request => ({ subject, body: grant });
const invalid = { status: 422, type: 'invalid-change' };

/** Changes that must be refused. */
export const badChanges: readonly Row[] = [
  { what: 'no body', status: 400, type: 'malformed-json', request: { raw: '' } },
  { what: 'half a body', status: 400, type: 'malformed-json', request: { raw: '{"choices":[' } },
  {
    what: 'bytes that are no UTF-8',
    status: 400,
    type: 'malformed-json',
    request: { raw: '{"\xff"}', base64: 'latin1' },
  },
  { what: 'a list', ...invalid, path: '', request: { body: [grant] } },
  { what: 'null', ...invalid, path: '', request: { raw: 'null' } },
  { what: 'a change of nothing', ...invalid, path: '', request: { body: {} } },
  { what: 'choices that are no list', ...invalid, path: 'choices', request: { body: { choices: 'all' } } },
  { what: 'a number for a topic', ...invalid, path: 'choices.0.topic', request: withChoice({ topic: 7 }) },
  {
    what: 'a state nobody knows',
    ...invalid,
    path: 'choices.0.state',
    request: withChoice({ state: 'maybe' }),
  },
  { what: 'a member nobody knows', ...invalid, path: 'extra', request: { body: { ...grant, extra: 1 } } },
  {
    what: 'a member inside nobody knows',
    ...invalid,
    path: 'choices.0.why',
    request: withChoice({ why: 1 }),
  },
  {
    what: 'a prototype',
    ...invalid,
    path: '__proto__',
    request: { raw: `{"__proto__":{"choices":[]},${JSON.stringify(grant).slice(1)}` },
  },
  {
    what: 'a prototype among the identifiers',
    ...invalid,
    path: '',
    request: { raw: `{"identifiers":{"__proto__":"x"},${JSON.stringify(grant).slice(1)}` },
  },
  {
    what: 'a topic nobody declared',
    ...invalid,
    path: 'choices.0.topic',
    request: withChoice({ topic: 'acme/x' }),
  },
  {
    what: 'a brand nobody declared',
    ...invalid,
    path: 'choices.0.topic',
    request: withChoice({ topic: 'nobody/*' }),
  },
  {
    what: 'a channel nobody declared',
    ...invalid,
    path: 'choices.0.channel',
    request: withChoice({ channel: 'fax' }),
  },
  {
    what: 'a preference nobody declared',
    ...invalid,
    path: 'preferences.0.key',
    request: { body: { ...grant, preferences: [{ key: 'shoe.size', value: '44' }] } },
  },
  {
    what: 'a preference named like a part of the language',
    ...invalid,
    path: 'preferences.0.key',
    request: { body: { ...grant, preferences: [{ key: 'constructor', value: 'x' }] } },
  },
  {
    what: 'a value that is not declared',
    ...invalid,
    path: 'preferences.0.value',
    request: { body: { ...grant, preferences: [{ key: 'interest.cycling', value: 'adore' }] } },
  },
  {
    what: 'the same choice twice',
    ...invalid,
    path: 'choices.1',
    request: { body: { ...grant, choices: [choice, choice] } },
  },
  {
    what: 'an identifier of an unknown kind',
    ...invalid,
    path: 'identifiers.passport',
    request: {
      body: {
        identifiers: { passport: '123' },
        evidence: { source: 'call-centre', actor: { kind: 'agent' } },
      },
    },
  },
  {
    what: 'no address',
    ...invalid,
    path: 'identifiers.email',
    request: { body: { ...grant, identifiers: { email: 'alice at example' } } },
  },
  {
    what: 'no phone number',
    ...invalid,
    path: 'identifiers.phone',
    request: { body: { ...grant, identifiers: { phone: '12' } } },
  },
  { what: 'a grant without a source', ...invalid, path: 'evidence.source', request: without('source') },
  { what: 'a grant without an actor', ...invalid, path: 'evidence.actor', request: without('actor') },
  { what: 'a grant without a method', ...invalid, path: 'evidence.method', request: without('method') },
  { what: 'a grant without a time', ...invalid, path: 'evidence.occurredAt', request: without('occurredAt') },
  {
    what: 'a grant without a legal basis',
    ...invalid,
    path: 'evidence.legalBasis',
    request: without('legalBasis'),
  },
  { what: 'a grant without a notice', ...invalid, path: 'evidence.notice', request: without('notice') },
  {
    what: 'a time that is none',
    ...invalid,
    path: 'evidence.occurredAt',
    request: withEvidence({ occurredAt: 'yesterday' }),
  },
  {
    what: 'a future time',
    ...invalid,
    path: 'evidence.occurredAt',
    request: withEvidence({ occurredAt: '2026-05-01T12:06:00Z' }),
  },
  {
    what: 'a notice with another digest than its own',
    ...invalid,
    path: 'evidence.notice.sha256',
    request: withEvidence({ notice: { ...grant.evidence.notice, sha256: 'a'.repeat(64) } }),
  },
  {
    what: 'an unknown notice without a digest',
    ...invalid,
    path: 'evidence.notice.sha256',
    request: withEvidence({ notice: { id: 'flyer', version: '1', language: 'en' } }),
  },
  {
    what: 'too many choices',
    status: 413,
    type: 'too-large',
    path: 'choices',
    request: {
      body: { choices: Array.from({ length: 201 }, (_, i) => ({ ...choice, topic: `acme/t${i}` })) },
    },
  },
  {
    what: 'a body over 32 KB',
    status: 413,
    type: 'too-large',
    request: { raw: JSON.stringify(grant).padEnd(MAX_BODY_BYTES + 1) },
  },
  {
    what: 'a base64 body over 32 KB',
    status: 413,
    type: 'too-large',
    request: { raw: '{'.repeat(MAX_BODY_BYTES + 1), base64: 'utf8' },
  },
  {
    what: 'another content type',
    status: 415,
    type: 'unsupported-media-type',
    request: { body: grant, headers: { 'content-type': 'text/plain' } },
  },
  {
    what: 'an unknown source',
    status: 403,
    type: 'forbidden-source',
    path: 'evidence.source',
    request: withEvidence({ source: 'somebody' }),
  },
  {
    what: 'a source named like a part of the language',
    status: 403,
    type: 'forbidden-source',
    path: 'evidence.source',
    request: withEvidence({ source: 'constructor' }),
  },
  {
    what: 'a source the token does not speak for',
    status: 403,
    type: 'forbidden-source',
    path: 'evidence.source',
    request: { body: grant },
    sources: ['call-centre'],
  },
  {
    what: 'an actor the source may not be',
    status: 403,
    type: 'forbidden-source',
    path: 'evidence.actor.kind',
    request: withEvidence({ actor: { kind: 'system' } }),
  },
  {
    what: 'a topic the source has no right to',
    status: 403,
    type: 'forbidden-source',
    path: 'choices.0.topic',
    request: {
      body: {
        choices: [{ ...choice, topic: 'orbit/events' }],
        evidence: { ...grant.evidence, source: 'hubspot' },
      },
    },
  },
  {
    what: 'a stop by a source without the right',
    status: 403,
    type: 'forbidden-source',
    path: 'choices.0.channel',
    request: { body: { ...aStop('acme/offers', 'sms'), evidence: { source: 'hubspot' } } },
  },
  {
    what: 'a subject that is an address',
    status: 422,
    type: 'invalid-subject',
    path: 'subject',
    request: named('a@b.example'),
  },
  {
    what: 'a subject that is a phone number',
    status: 422,
    type: 'invalid-subject',
    path: 'subject',
    request: named('4532123456'),
  },
  {
    what: 'a subject that is too long',
    status: 422,
    type: 'invalid-subject',
    path: 'subject',
    request: named('s'.repeat(129)),
  },
  {
    what: 'an Idempotency-Key that is too long',
    status: 400,
    type: 'invalid-header',
    path: 'Idempotency-Key',
    request: { body: grant, headers: { 'idempotency-key': 'k'.repeat(256) } },
  },
  {
    what: 'an Idempotency-Key that cannot be printed',
    status: 400,
    type: 'invalid-header',
    path: 'Idempotency-Key',
    request: { body: grant, headers: { 'idempotency-key': 'é' } },
  },
  {
    what: 'an If-Match that is no entity tag',
    status: 400,
    type: 'invalid-header',
    path: 'If-Match',
    request: { body: grant, headers: { 'if-match': '12' } },
  },
  {
    what: 'an If-Match of another version',
    status: 412,
    type: 'version-conflict',
    request: { body: grant, headers: { 'if-match': '"3"' } },
  },
];
