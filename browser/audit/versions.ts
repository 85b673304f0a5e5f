import { type History, isHistory, isWhole, type Version } from './answers.ts';
import type { Host } from './asked.ts';
import type { Mark } from './scale.ts';
import type { Session } from './session.ts';

const PAGE = 200;

/** The versions of one subject, newest first, as far as they were loaded: a page at a time, as they are wanted. */
export class Versions {
  loaded: readonly Version[] = [];
  marks: readonly Mark[] = [];
  trouble = '';
  busy = false;
  /** Nothing older is left. */
  whole = false;
  #next: string | undefined;
  #loading: Promise<boolean> | undefined;
  readonly #host: Host;
  readonly #session: Session;
  readonly #path: string;

  constructor(host: Host, { session, subject }: { readonly session: Session; readonly subject: string }) {
    this.#host = host;
    this.#session = session;
    this.#path = `/v1/subjects/${encodeURIComponent(subject)}/history?limit=${PAGE}`;
  }

  /** How many there are: the newest one's number. */
  get count(): number {
    return this.loaded[0]?.version ?? 0;
  }

  find(version: number): Version | undefined {
    return this.loaded.find((one) => one.version === version);
  }

  /** Loads older ones until it is so, or none are left. */
  async until(enough: () => boolean): Promise<void> {
    while (!enough() && !this.whole) if (!(await this.older())) return;
  }

  /** Loads one page more; false where that failed. */
  older(): Promise<boolean> {
    this.#loading ??= this.#page().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #page(): Promise<boolean> {
    this.busy = true;
    this.#host.requestUpdate();
    const cursor = this.#next === undefined ? '' : `&cursor=${encodeURIComponent(this.#next)}`;
    const answer = await this.#session.ask({ path: `${this.#path}${cursor}` }, isHistory);
    this.busy = false;
    this.trouble = answer.kind === 'trouble' ? answer.text : '';
    if (answer.kind === 'done') this.#take(answer.body);
    this.#host.requestUpdate();
    return answer.kind === 'done';
  }

  #take({ versions, next }: History): void {
    this.loaded = [...this.loaded, ...versions];
    this.marks = [...this.marks, ...versions.flatMap(markOf)];
    this.#next = next;
    this.whole = next === undefined;
  }
}

const markOf = (version: Version): readonly Mark[] =>
  isWhole(version)
    ? [
        {
          version: version.version,
          occurredAt: Date.parse(version.evidence.occurredAt),
          recordedAt: Date.parse(version.recordedAt),
        },
      ]
    : [];
