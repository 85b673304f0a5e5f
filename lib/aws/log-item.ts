import type { LogEntry } from '../ports.ts';
import {
  type Image,
  type Item,
  number,
  numberIn,
  padded,
  subjectKey,
  subjectOf,
  text,
  textIn,
  textOf,
} from './item.ts';
import { LETTERS, LoggedOutcome, laneOf } from './outcome-letter.ts';

export const logKey = (destination: string, subject: string, version: number): Item => ({
  pk: text(subjectKey(subject)),
  sk: text(`L#${destination}#${padded(version)}`),
});

export const DELIVERED = LETTERS.delivered;

/** One version at one destination that is told every version. `expires`: ms. */
export function logItem(entry: LogEntry, expires: number | undefined): Item {
  const { subject, destination, version, at, attempts, outcome, reason, reference, sent, until } = entry;
  return {
    ...logKey(destination, subject, version),
    at: text(at),
    attempts: number(attempts),
    outcome: text(LETTERS[outcome]),
    ...(reason !== undefined && { reason: text(reason) }),
    ...(reference !== undefined && { reference: text(reference) }),
    ...(sent && { firstSent: text(sent.first), lastSent: text(sent.last) }),
    ...(until !== undefined && { until: text(until) }),
    ...laneOf(destination, outcome),
    ...(expires !== undefined && { ttl: number(Math.ceil(expires / 1_000)) }),
  };
}

/** Subject, destination and version that an item's keys name. The version is missing where the item is not of one. */
export function namedBy(image: Image) {
  const [, destination = '', version] = textOf(image, 'sk').split('#');
  const subject = subjectOf(textOf(image, 'pk'));
  return { subject, destination, ...(version !== undefined && { version: Number(version) }) };
}

export function logEntryOf(image: Image): LogEntry {
  const { subject, destination, version = 0 } = namedBy(image);
  const reason = textIn(image, 'reason');
  const reference = textIn(image, 'reference');
  const until = textIn(image, 'until');
  const [first, last] = [textIn(image, 'firstSent'), textIn(image, 'lastSent')];
  return {
    subject,
    destination,
    version,
    at: textOf(image, 'at'),
    attempts: numberIn(image, 'attempts') ?? 1,
    outcome: LoggedOutcome.parse(textOf(image, 'outcome')),
    ...(reason !== undefined && { reason }),
    ...(reference !== undefined && { reference }),
    ...(first !== undefined && last !== undefined && { sent: { first, last } }),
    ...(until !== undefined && { until }),
  };
}
