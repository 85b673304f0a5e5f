import type { AuditGrant, AuditGrants, Auditor } from '../../lib/audit-ports.ts';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import { OWN_ISSUER } from '../../lib/http/own-tokens.ts';
import { personName } from '../../lib/http/person.ts';
import type { Bearer, Tokens } from '../../lib/http/tokens.ts';
import type { Step } from './api.ts';
import { bearerIn, type Demands, forbidden, lacking, wrongPurpose } from './authenticate.ts';
import {
  type Looking,
  type Noting,
  note,
  noteBeginning,
  type Recording,
  UNSHOWN,
  watch,
} from './on-record.ts';

export interface AuditorApp extends Recording {
  readonly tokens: Tokens;
  readonly grants: AuditGrants;
}

/**
 * Whether the answer is about somebody, and how it is known about whom where the path does not say. What is about nobody is open to
 * whoever may audit anything, if only one subject.
 */
export type About = 'somebody' | 'nobody' | ((event: HttpEvent) => Promise<string | undefined>);

/**
 * Lets in who may audit: by the scope `audit:read`, or by a grant that stands (for the subject of the path, where it is for
 * one alone). What was read is on record before it is answered: where it cannot be, nothing is answered.
 */
export const auditor = (app: AuditorApp, operation: string, about: About = 'somebody'): Step<Looking> => ({
  before: async function letIn({ event }) {
    const bearer = await bearerIn(event, app.tokens);
    if ('statusCode' in bearer) return bearer;
    const admitted = await admit(app, bearer, await opens(event, about));
    if ('statusCode' in admitted) return admitted;
    watch(event, admitted);
    return undefined;
  },
  after: (answered) => note(app, { operation, otherwise: UNSHOWN }, answered),
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
  after: (answered) => note(app, { operation, otherwise: UNSHOWN }, answered),
});

async function auditorFor(app: AuditorApp, bearer: Bearer, event: HttpEvent): Promise<Auditor | undefined> {
  if (bearer.kind !== 'client') return undefined;
  const admitted = await admit(app, bearer, await opens(event, 'somebody'));
  return 'statusCode' in admitted ? undefined : admitted;
}

/** Puts on record what any client reads by a route that is for staff alone. To follow `authenticate`. */
export const notingClients = (app: Recording, { operation }: Pick<Noting, 'operation'>) =>
  noting(app, { operation, otherwise: UNSHOWN }, whoIs);

/** Puts on record what staff do by a route that is for systems and people. To follow `authenticate`. */
export const notingStaff = (app: Recording, noted: Noting) => noting(app, noted, staffIn);

const noting = (
  app: Recording,
  noted: Noting,
  concerned: (bearer: Client) => Auditor | undefined,
): Step<Partial<Looking>> => ({
  before: function watchClient({ event }) {
    const bearer = clientIn(event);
    const who = bearer && concerned(bearer);
    if (who) watch(event, who);
  },
  after: (answered) => note(app, noted, answered),
});

/**
 * Puts on record what somebody is about to do, before it is done, and what came of it. To stand last: what is refused before
 * for its token, its scope or its form did nothing.
 */
export const notingActs = (app: Recording, operation: string): Step<Partial<Looking>> => ({
  before: async function noteIntent({ event }) {
    const bearer = clientIn(event);
    if (!bearer) return;
    watch(event, whoIs(bearer));
    await noteBeginning(app, operation, event);
  },
  after: (answered) => note(app, { operation, otherwise: BEGUN_ALL_THE_SAME }, answered),
});

const BEGUN_ALL_THE_SAME =
  'It was begun, and that is on record. What came of it could not be, so it is not shown: look before you ask again.';

type Client = Extract<Bearer, { kind: 'client' }>;

const isClient = (bearer: unknown): bearer is Client =>
  typeof bearer === 'object' && bearer !== null && 'kind' in bearer && bearer.kind === 'client';

const clientIn = (event: HttpEvent): Client | undefined =>
  'bearer' in event && isClient(event.bearer) ? event.bearer : undefined;

/** Somebody of the staff is at it: an auditor, or whoever a token names beside its client. A system names none. */
const staffIn = (bearer: Bearer): Auditor | undefined =>
  bearer.kind === 'client' && (bearer.person !== undefined || bearer.scopes.includes('audit:read'))
    ? whoIs(bearer)
    : undefined;

const whoIs = ({ client, issuer, person }: Client): Auditor => ({
  client,
  ...(person !== undefined && issuer !== OWN_ISSUER && { issuer }),
  ...(person !== undefined && { person }),
});

type Opens = (grant: AuditGrant) => boolean;

async function opens(event: HttpEvent, about: About): Promise<Opens> {
  const whose = typeof about === 'string' ? event.pathParameters?.['subject'] : await about(event);
  return ({ subject }) => about === 'nobody' || subject === undefined || subject === whose;
}

async function admit(
  { grants, clock }: AuditorApp,
  bearer: Bearer,
  opens: Opens,
): Promise<Auditor | HttpResponse> {
  if (bearer.kind !== 'client') return wrongPurpose(bearer.kind);
  const who = whoIs(bearer);
  if (bearer.scopes.includes('audit:read')) return who;
  const { issuer, person } = bearer;
  if (person === undefined) return lacking('audit:read');
  const grant = (await grants.standing(personName(issuer, person), clock.now())).find(opens);
  return grant ? { ...who, grant: grant.id } : lacking('audit:read');
}
