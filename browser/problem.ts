import type { Fault } from './answers.ts';
import { isObject } from './objects.ts';

/** What a problem document (RFC 9457) says for people: its detail or title, and faults by place. */
export function problemIn(body: unknown): { readonly detail: string; readonly errors: readonly Fault[] } {
  const document = isObject(body) ? body : {};
  const { detail, title, errors } = document;
  const said = typeof detail === 'string' ? detail : title;
  return {
    detail: typeof said === 'string' ? said : '',
    errors: Array.isArray(errors) ? errors.filter(isFault) : [],
  };
}

const isFault = (value: unknown): value is Fault =>
  isObject(value) && typeof value['path'] === 'string' && typeof value['message'] === 'string';
