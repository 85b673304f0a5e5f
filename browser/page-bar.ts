import type { PageChange } from '../lib/page/model.ts';

export interface Saying {
  /** `asked`: she is asked something again. */
  readonly kind: 'saving' | 'saved' | 'asked' | 'trouble';
  readonly text: string;
  /** What takes it back. */
  readonly undo?: PageChange;
  /** It may work when it is tried again. */
  readonly retry?: boolean;
}

/** Says what became of the last tap, aloud too, and offers what can be done about it. */
export interface Bar {
  readonly undo: HTMLButtonElement;
  readonly retry: HTMLButtonElement;
  /** What the undo button takes back. */
  readonly change: PageChange | undefined;
  readonly say: (saying: Saying) => void;
}

/** Takes over the bar of the form: nothing is left to save with a button. */
export function barIn(form: HTMLFormElement): Bar {
  const bar = found(form, '[data-bar]', HTMLElement);
  const status = found(bar, '[data-status]', HTMLElement);
  const undo = found(bar, '[data-undo]', HTMLButtonElement);
  const retry = found(bar, '[data-retry]', HTMLButtonElement);
  let change: PageChange | undefined;
  found(bar, '[data-save]', HTMLButtonElement).hidden = true;
  status.tabIndex = -1;
  bar.dataset['live'] = '';
  return {
    ...{ undo, retry },
    get change() {
      return change;
    },
    say: (saying) => {
      change = saying.undo;
      bar.dataset['kind'] = saying.kind;
      status.textContent = saying.text;
      offer(undo, { shown: change !== undefined, instead: status });
      offer(retry, { shown: saying.retry === true, instead: status });
      inSight();
    },
  };
}

interface Offer {
  readonly shown: boolean;
  /** Has the focus instead of a button that goes. */
  readonly instead: HTMLElement;
}

function offer(button: HTMLButtonElement, { shown, instead }: Offer): void {
  if (!shown && button === document.activeElement) instead.focus({ preventScroll: true });
  button.hidden = !shown;
}

/** The bar has come up: what has the focus must not be under it. */
function inSight(): void {
  const { activeElement } = document;
  if (activeElement?.closest('[data-control], [data-preference], [data-stop]'))
    activeElement.scrollIntoView({ block: 'nearest' });
}

/** Throws where the page is not the one this script was made for. */
function found<T extends Element>(within: ParentNode, selector: string, kind: new () => T): T {
  const element = within.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`the page has no ${selector}`);
  return element;
}
