import type { DeliveryItem, TrailEntry } from '../ports.ts';
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
import { Answer, LETTERS, laneOf } from './outcome-letter.ts';
import { retryingOf, retryingText, trailOf, trailText } from './trail-text.ts';

export const deliveryKey = (subject: string, destination: string): Item => ({
  pk: text(subjectKey(subject)),
  sk: text(`D#${destination}`),
});

/** What one destination has of one subject, as an item of less than a kilobyte. */
export function deliveryItem(delivery: DeliveryItem): Item {
  const { subject, destination, version, revision, answered, trail, retrying, open, erased, shared } =
    delivery;
  return {
    ...deliveryKey(subject, destination),
    version: number(version),
    revision: number(revision),
    ...(answered && {
      answered: number(answered.version),
      outcome: text(LETTERS[answered.outcome]),
      at: text(answered.at),
      ...(answered.reason !== undefined && { reason: text(answered.reason) }),
      ...laneOf(destination, answered.outcome),
    }),
    ...(trail.length > 0 && { trail: text(trailText(trail)) }),
    ...(retrying && { retrying: text(retryingText(retrying)), busy: text(retrying.until) }),
    ...(open && { open: number(1) }),
    ...(erased !== undefined && { erased: number(erased) }),
    ...(shared && { sharing: number(1) }),
  };
}

export const noDelivery = (subject: string, destination: string): DeliveryItem => ({
  subject,
  destination,
  version: 0,
  revision: 0,
  trail: [],
});

/** Reads a delivery item; one that only notes a retry or a touch has version 0 and no answer. */
export function deliveryOf(image: Image): DeliveryItem {
  const reason = textIn(image, 'reason');
  const answered = numberIn(image, 'answered');
  const trail = textIn(image, 'trail');
  const erased = numberIn(image, 'erased');
  const retrying = textIn(image, 'retrying');
  return {
    subject: subjectOf(textOf(image, 'pk')),
    destination: textOf(image, 'sk').slice(2),
    version: numberIn(image, 'version') ?? 0,
    revision: numberIn(image, 'revision') ?? 0,
    ...(answered !== undefined && {
      answered: {
        version: answered,
        outcome: Answer.parse(textOf(image, 'outcome')),
        ...(reason !== undefined && { reason }),
        at: textOf(image, 'at'),
      },
    }),
    trail: trail === undefined ? [] : trailOf(trail),
    ...(retrying !== undefined && { retrying: retryingOf(retrying) }),
    ...(numberIn(image, 'open') === 1 && { open: true }),
    ...(erased !== undefined && { erased }),
    ...(numberIn(image, 'sharing') === 1 && { shared: true }),
  };
}

/** The older trail that a settle moves away; named by the settle, so that no two share a name. */
export const archivedItem = (delivery: DeliveryItem, trail: readonly TrailEntry[]): Item => ({
  pk: text(subjectKey(delivery.subject)),
  sk: text(`R#${delivery.destination}#${padded(trail.at(-1)?.version ?? 0)}#${padded(delivery.revision)}`),
  trail: text(trailText(trail)),
});

export const archivedOf = (image: Image) => ({
  destination: textOf(image, 'sk').split('#')[1] ?? '',
  trail: trailOf(textOf(image, 'trail')),
});
