import { randomUUID } from 'node:crypto';
import type { AuditGrants, AuditLog, Auditor } from '../../lib/audit-ports.ts';
import { toIso } from '../../lib/domain/time.ts';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import { problem } from '../../lib/http/problem.ts';
import type { Bearer, Tokens } from '../../lib/http/tokens.ts';
import type { Clock } from '../../lib/ports.ts';
import type { Step } from './api.ts';
import { bearerIn, type Demands, forbidden, lacking, wrongPurpose } from './authenticate.ts';

export interface AuditorApp {
  readonly tokens: Tokens;
  readonly grants: AuditGrants;
  readonly auditLog: Pick<AuditLog, 'write'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** What a handler tells of its answer, for the log of audits. */
export interface Looked {
  readonly rows: number;
  /** What was asked in the body, without any identifier. */
  readonly query?: Readonly<Record<string, string>>;
  /** Whom it was about, where the path does not say. */
  readonly subject?: string;
}

export interface Looking {
  readonly auditor: Auditor;
  /** To be called by the handler once it knows what it answers. */
  readonly looked: (what: Looked) => void;
}

/**
 * Lets in who may audit: by the scope `audit:read`, or by a grant that stands (for the subject of the path, where it is for
 * one alone). What was read is on record before it is answered: where it cannot be, nothing is answered.
 */
export const auditor = (app: AuditorApp, operation: string): Step<Looking> => ({
  before: async function letIn({ event }) {
    const bearer = await bearerIn(event, app.tokens);
    if ('statusCode' in bearer) return bearer;
    const admitted = await admit(app, bearer, event.pathParameters?.['subject']);
    if ('statusCode' in admitted) return admitted;
    watch(event, admitted);
    return undefined;
  },
  after: async function noteRead(request) {
    if (!request.response) return;
    request.response = await noted(app, operation, request.event, request.response);
  },
});

/**
 * For a route that systems and people use as well: lets in who meets the demands, and who may audit. What auditors read is
 * put on record, and what anybody else of the staff does.
 */
export const authenticateOrAudit = (
  app: AuditorApp,
  operation: string,
  demands: Demands,
): Step<{ readonly bearer: Bearer } & Partial<Looking>> => ({
  before: async function letIn({ event }) {
    const bearer = await bearerIn(event, app.tokens);
    if ('statusCode' in bearer) return bearer;
    Object.assign(event, { bearer });
    const refusal = forbidden(bearer, demands, event);
    const who = refusal ? await auditorFor(app, bearer, event) : staffIn(bearer);
    if (who) watch(event, who);
    return who ? undefined : refusal;
  },
  after: async function noteRead(request) {
    if (!request.response) return;
    request.response = await noted(app, operation, request.event, request.response);
  },
});

async function auditorFor(app: AuditorApp, bearer: Bearer, event: HttpEvent): Promise<Auditor | undefined> {
  if (bearer.kind !== 'client') return undefined;
  const admitted = await admit(app, bearer, event.pathParameters?.['subject']);
  return 'statusCode' in admitted ? undefined : admitted;
}

/** Puts on record what a bearer with `audit:read` reads by a route that systems use as well. To follow `authenticate`. */
export const notingAuditors = (
  app: Pick<AuditorApp, 'auditLog' | 'clock'>,
  operation: string,
): Step<Partial<Looking>> => noting(app, operation, isAuditor);

/** Puts on record whatever any client does by a route that is for staff alone. To follow `authenticate`. */
export const notingClients = (
  app: Pick<AuditorApp, 'auditLog' | 'clock'>,
  operation: string,
): Step<Partial<Looking>> => noting(app, operation, isClient);

const noting = (
  app: Pick<AuditorApp, 'auditLog' | 'clock'>,
  operation: string,
  concerns: (bearer: unknown) => bearer is Client,
): Step<Partial<Looking>> => ({
  before: function watchClient({ event }) {
    const bearer: unknown = 'bearer' in event ? event.bearer : undefined;
    if (concerns(bearer)) watch(event, whoIs(bearer));
  },
  after: async function noteRead(request) {
    if (!request.response) return;
    request.response = await noted(app, operation, request.event, request.response);
  },
});

type Client = Extract<Bearer, { kind: 'client' }>;

const isClient = (bearer: unknown): bearer is Client =>
  typeof bearer === 'object' && bearer !== null && 'kind' in bearer && bearer.kind === 'client';

const isAuditor = (bearer: unknown): bearer is Client =>
  isClient(bearer) && bearer.scopes.includes('audit:read');

/** Somebody of the staff is at it: an auditor, or whoever a token names beside its client. A system names none. */
const staffIn = (bearer: Bearer): Auditor | undefined =>
  bearer.kind === 'client' && (bearer.person !== undefined || isAuditor(bearer)) ? whoIs(bearer) : undefined;

const whoIs = ({ client, person }: Client): Auditor => ({ client, ...(person !== undefined && { person }) });

async function admit(
  { grants, clock }: AuditorApp,
  bearer: Bearer,
  subject: string | undefined,
): Promise<Auditor | HttpResponse> {
  if (bearer.kind !== 'client') return wrongPurpose(bearer.kind);
  const who = whoIs(bearer);
  if (bearer.scopes.includes('audit:read')) return who;
  const standing = await grants.standing(bearer.person ?? bearer.client, clock.now());
  const grant = standing.find((one) => one.subject === undefined || one.subject === subject);
  return grant ? { ...who, grant: grant.id } : lacking('audit:read');
}

interface Watched {
  readonly auditor: Auditor;
  readonly looks: Looked[];
}

const watched = new WeakMap<object, Watched>();

function watch(event: HttpEvent, who: Auditor): void {
  const looks: Looked[] = [];
  watched.set(event, { auditor: who, looks });
  const looked = (what: Looked): void => void looks.push(what);
  Object.assign(event, { auditor: who, looked });
}

const asked = ({ queryStringParameters = {} }: HttpEvent): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(queryStringParameters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

async function noted(
  { auditLog, clock }: Pick<AuditorApp, 'auditLog' | 'clock'>,
  operation: string,
  event: HttpEvent,
  response: HttpResponse,
): Promise<HttpResponse> {
  const seen = watched.get(event);
  if (!seen) return response;
  const { rows = 0, query, subject = event.pathParameters?.['subject'] } = seen.looks.at(-1) ?? {};
  const audit = {
    ...{ id: randomUUID(), at: toIso(clock.now()), who: seen.auditor, operation, rows },
    query: { ...asked(event), ...query },
    status: response.statusCode,
    ...(subject !== undefined && { subject }),
  };
  try {
    await auditLog.write(audit);
    return response;
  } catch {
    return problem('busy', { detail: 'What you read could not be put on record, so it is not shown.' });
  }
}
