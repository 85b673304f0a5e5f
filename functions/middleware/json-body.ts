import type * as z from 'zod';
import { MAX_BODY_BYTES } from '../../lib/domain/bounds.ts';
import type { ChangeBody } from '../../lib/domain/change.ts';
import { faultsOf } from '../../lib/http/faults.ts';
import { bytesOf, type HttpEvent, type HttpResponse, sizeOf } from '../../lib/http/message.ts';
import { type ProblemType, problem } from '../../lib/http/problem.ts';
import type { Step } from './api.ts';

export interface JsonBody<T> {
  readonly schema: z.ZodType<T>;
  /** The problem when the body does not fit the schema. */
  readonly misfit: ProblemType;
  /** Most bytes of a body; those of a change where it is left out. */
  readonly mostBytes?: number;
  /** Withdrawals to be read out of a body that does not fit. */
  readonly salvage?: (value: unknown) => ChangeBody | undefined;
}

const JSON_TYPE = /^application\/(json|[a-z0-9.-]+\+json)\s*(;.*)?$/i;

/** Reads the body: its type, its size before its content, then JSON, then the schema. */
export const jsonBody = <T>(wanted: JsonBody<T>): Step<{ readonly json: T }> => ({
  before: function parseBody({ event }) {
    const read = readJson(event, wanted.mostBytes);
    if ('statusCode' in read) return read;
    const parsed = wanted.schema.safeParse(read.value);
    if (!parsed.success) return misfit(wanted, read.value, parsed.error);
    if (read.odd) return problem(wanted.misfit, { detail: 'Nothing was stored: see errors.', errors: [ODD] });
    Object.assign(event, { json: parsed.data });
    return undefined;
  },
});

/** A name that parsers pass over in silence: what it was to say would be lost. */
const ODD = { path: '', message: 'no member may be called __proto__' };

interface ReadJson {
  readonly value: unknown;
  readonly odd: boolean;
}

function readJson(event: HttpEvent, most = MAX_BODY_BYTES): ReadJson | HttpResponse {
  if (!JSON_TYPE.test(event.headers['content-type'] ?? '')) return problem('unsupported-media-type');
  if (sizeOf(event) > most) return problem('too-large', { detail: `A body has at most ${most} bytes.` });
  return parseJson(bytesOf(event)) ?? problem('malformed-json');
}

function misfit<T>({ misfit, salvage }: JsonBody<T>, value: unknown, error: z.ZodError): HttpResponse {
  const withdrawals = salvage?.(value);
  return problem(error.issues.every(isTooLong) ? 'too-large' : misfit, {
    detail: 'Nothing was stored: see errors.',
    errors: faultsOf(error),
    ...(withdrawals && { withdrawals }),
  });
}

/** A list with too many entries is a matter of size; everything else is a matter of form. */
const isTooLong = (issue: z.core.$ZodIssue): boolean => issue.code === 'too_big' && issue.origin === 'array';

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(bytes: Buffer): ReadJson | undefined {
  try {
    const text = utf8.decode(bytes);
    return { value: JSON.parse(text), odd: text.includes('"__proto__"') };
  } catch {
    return undefined;
  }
}
