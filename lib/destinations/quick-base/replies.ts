import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';
import { isJson, type Json } from '../json.ts';

const DELIVERED: Outcome = { kind: 'delivered' };
/** Its words may quote what was sent; they are Quick Base's to show. */
const REFUSED: Outcome = { kind: 'failed', reason: 'line-error' };
const NONE: Json = { totalNumberOfRecordsProcessed: 0 };
const UNREADABLE: Outcome = { kind: 'retry', reason: 'unreadable-reply' };

/**
 * One outcome per record. Good ones are kept whatever becomes of the others, under 200 as well as under 207. Quick Base
 * counts all that it looked at, refused ones too.
 */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  if (status >= 300) return undefined;
  const said = isJson(body) ? body['metadata'] : undefined;
  const { totalNumberOfRecordsProcessed: total = items.length, lineErrors } = isJson(said) ? said : NONE;
  const errors = lineErrors ?? {};
  if (total !== items.length || !isJson(errors)) return items.map(() => UNREADABLE);
  /** By their place in the request, counted from 1. */
  return items.map((_, n) => (errors[n + 1] === undefined ? DELIVERED : REFUSED));
}
