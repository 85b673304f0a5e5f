import type { PageModel, SavedModel } from '../lib/page/model.ts';
import type { Queue } from './queue.ts';
import { controlPlace, placeOf, type Wish } from './wishes.ts';

interface Painting {
  readonly queue: Queue;
  readonly words: PageModel['words'];
}

/** What a place shows beside what was committed. */
interface Mark {
  readonly wish: Wish | undefined;
  readonly unsent: boolean;
}

/** Shows each field as it was committed, or as it was tapped while that is on its way, and says which it is. */
export function paint(form: HTMLFormElement, { queue, words }: Painting): void {
  const kept = new Set(queue.kept().map(placeOf));
  for (const box of form.querySelectorAll<HTMLElement>('[data-control], [data-preference], [data-stop]')) {
    const place = placeIn(box);
    const wish = queue.underWay(place);
    const mark: Mark = { wish, unsent: !wish && kept.has(place) };
    box.toggleAttribute('data-saving', wish !== undefined);
    box.toggleAttribute('data-unsent', mark.unsent);
    paintWords(box, wordsOf(mark, words));
    paintFields(box, wish);
  }
}

function placeIn({ dataset }: HTMLElement): string {
  const { control, preference, stop } = dataset;
  if (control !== undefined) return `control ${control}`;
  return preference === undefined ? `stop ${stop}` : `preference ${preference}`;
}

function wordsOf({ wish, unsent }: Mark, words: PageModel['words']): string {
  if (wish) return words.saving;
  return unsent ? words.unsent : '';
}

function paintWords(box: HTMLElement, text: string): void {
  const place = box.querySelector('[data-progress]');
  if (place) place.textContent = text;
}

function paintFields(box: HTMLElement, wish: Wish | undefined): void {
  const on = wish?.kind === 'control' ? wish.on : undefined;
  const value = wish?.kind === 'preference' ? wish.value : undefined;
  for (const field of box.querySelectorAll<HTMLInputElement>('[role=switch]'))
    field.checked = on ?? field.defaultChecked;
  for (const radio of box.querySelectorAll<HTMLInputElement>('[type=radio]'))
    radio.checked = value === undefined ? radio.defaultChecked : radio.value === value;
  for (const option of box.querySelectorAll('option'))
    option.selected = value === undefined ? option.defaultSelected : option.value === value;
}

/** Marks what she is asked again, until she has answered it. */
export function markAsked(
  form: HTMLFormElement,
  { asked, wish }: Pick<SavedModel, 'asked'> & { readonly wish: Wish },
): void {
  const places = new Set(asked.map(controlPlace));
  for (const box of form.querySelectorAll<HTMLElement>('[data-control]')) {
    const place = placeIn(box);
    if (places.has(place)) box.setAttribute('data-asked', '');
    else if (place === placeOf(wish) || wish.kind === 'stop') box.removeAttribute('data-asked');
  }
}
