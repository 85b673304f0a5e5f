import type { Wish } from './wishes.ts';

/** What is asked for by changing a field of the hosted page. */
export function wishOf(target: EventTarget | null): Wish | undefined {
  if (target instanceof HTMLSelectElement) return preferenceWish(target);
  if (!(target instanceof HTMLInputElement)) return undefined;
  if (target.name !== 'on') return preferenceWish(target);
  const [topic, channel] = target.value.split(' ');
  return topic && channel ? { kind: 'control', topic, channel, on: target.checked } : undefined;
}

const preferenceWish = (field: HTMLInputElement | HTMLSelectElement): Wish | undefined => {
  const key = field.closest<HTMLElement>('[data-preference]')?.dataset['preference'];
  return key === undefined ? undefined : { kind: 'preference', key, value: field.value };
};
