import type { Answer } from './session.ts';

/** Who shows an answer. */
export interface Host {
  requestUpdate(): void;
}

/** What a view has asked of Heed, and how far that is. Of several questions only the newest one's answer counts. */
export class Asked<T> {
  /** The last answer; it stays while the next is waited for, and no longer: what could not be asked is not answered by it. */
  value: T | undefined;
  busy = false;
  trouble = '';
  readonly #host: Host;
  #asking: AbortController | undefined;
  #again: (() => Promise<void>) | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  ask(question: (signal: AbortSignal) => Promise<Answer<T>>): Promise<void> {
    this.#again = () => this.ask(question);
    return this.#put(question, undefined);
  }

  /**
   * Asks for something to be done: nobody is offered to do the same again without saying it again, and what could not be
   * done leaves what was known.
   */
  act(question: (signal: AbortSignal) => Promise<Answer<T>>): Promise<void> {
    this.#again = undefined;
    return this.#put(question, this.value);
  }

  async #put(question: (signal: AbortSignal) => Promise<Answer<T>>, otherwise: T | undefined): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.busy = true;
    this.#host.requestUpdate();
    const answer = await question(asking.signal);
    if (this.#asking !== asking) return;
    this.busy = false;
    this.trouble = answer.kind === 'trouble' ? answer.text : '';
    this.value = answer.kind === 'done' ? answer.body : otherwise;
    this.#host.requestUpdate();
  }

  /** Asks the same once more, where that may be offered. */
  get again(): (() => Promise<void>) | undefined {
    return this.#again;
  }

  /** As if nothing had been asked. */
  clear(): void {
    this.#asking?.abort();
    this.#asking = undefined;
    this.value = undefined;
    this.busy = false;
    this.trouble = '';
    this.#host.requestUpdate();
  }
}
