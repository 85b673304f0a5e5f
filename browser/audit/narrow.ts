import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

/** A phone, as the stylesheet has it too. */
const NARROW = '(max-width: 47.99rem)';

/** Whether the window is a phone's; whoever shows something is drawn anew when that changes. */
export class Narrow implements ReactiveController {
  readonly #query = matchMedia(NARROW);
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get is(): boolean {
    return this.#query.matches;
  }

  hostConnected(): void {
    this.#query.addEventListener('change', this.#turned);
  }

  hostDisconnected(): void {
    this.#query.removeEventListener('change', this.#turned);
  }

  readonly #turned = (): void => this.#host.requestUpdate();
}

export interface Part {
  /** The id of its heading. */
  readonly name: string;
  readonly title: string;
  readonly body: TemplateResult;
  readonly busy?: boolean;
}

/** The parts of a view. On a phone they fold, and only those that are named are open at first. */
export class Parts {
  readonly narrow: Narrow;
  readonly #host: ReactiveControllerHost;
  readonly #open: Set<string>;

  constructor(host: ReactiveControllerHost, ...open: readonly string[]) {
    this.narrow = new Narrow(host);
    this.#host = host;
    this.#open = new Set(open);
  }

  view({ name, title, body, busy = false }: Part): TemplateResult {
    const folds = this.narrow.is;
    const open = !folds || this.#open.has(name);
    return html`<section aria-labelledby=${name} aria-busy=${busy}>
      <h2 id=${name}>${folds ? this.#fold(name, title) : title}</h2>
      <div id=${`${name}-part`} ?hidden=${!open}>${body}</div></section>`;
  }

  #fold(name: string, title: string): TemplateResult {
    const open = this.#open.has(name);
    const turn = (): void => {
      if (!this.#open.delete(name)) this.#open.add(name);
      this.#host.requestUpdate();
    };
    return html`<button class="fold" type="button" aria-expanded=${open ? 'true' : 'false'} aria-controls=${`${name}-part`} @click=${turn}>${title}</button>`;
  }
}
