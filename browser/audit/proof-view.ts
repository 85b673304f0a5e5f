import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { isObject } from '../objects.ts';
import { fieldIn } from './find.ts';
import { Parts } from './narrow.ts';
import { troubled } from './pane.ts';
import { type Keys, keysIn, keysOf } from './public-keys.ts';
import type { Answer, Session } from './session.ts';
import { texts } from './texts.ts';
import { timeOf } from './times.ts';
import { type Evidence, type Finding, verify } from './verify.ts';

interface Page extends Pick<Evidence, 'versions' | 'checkpoints' | 'counts'> {
  readonly keys: readonly unknown[];
  readonly next?: string;
}

interface Found extends Finding {
  readonly key: 'ownKey' | 'yourKey' | 'otherKey';
}

/** Checks a person's versions in this browser, with a key that the auditor brought or with the server's own. */
export class HeedProofs extends LitElement {
  static override properties = {
    session: { attribute: false },
    subject: { attribute: false },
    count: { attribute: false },
    found: { state: true },
    trouble: { state: true },
    done: { state: true },
    fetched: { state: true },
  };

  declare session: Session;
  declare subject: string;
  /** How many versions there are said to be. */
  declare count: number;
  declare found: Found | undefined;
  declare trouble: string;
  /** How many were looked at; undefined: none are being looked at. */
  declare done: number | undefined;
  /** How many have come, of those that are going to be looked at. */
  declare fetched: number;
  readonly #parts = new Parts(this);

  constructor() {
    super();
    this.trouble = '';
    this.fetched = 0;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  readonly #check = async (event: SubmitEvent): Promise<void> => {
    const pasted = fieldIn(event, 'key');
    this.found = undefined;
    this.trouble = '';
    this.done = 0;
    this.fetched = 0;
    const said = await this.#judge(pasted);
    this.done = undefined;
    if (typeof said === 'string') this.trouble = said;
    else this.found = said;
    if (typeof said !== 'string')
      this.dispatchEvent(new CustomEvent('heed-said', { detail: verdictOf(said), bubbles: true }));
  };

  async #judge(pasted: string): Promise<Found | string> {
    const own = pasted === '' ? undefined : await keysIn(pasted);
    if (own?.size === 0) return texts.proofs.noKey;
    const askedAt = new Date().toISOString();
    const pages = await this.#pages();
    if (pages.kind === 'trouble') return pages.text;
    const evidence = evidenceIn(pages.body);
    const named = await keysOf(evidence.keys);
    const judged = { ...evidence, askedAt, subject: this.subject, newest: this.count, keys: own ?? named };
    const finding = await verify(judged, (done) => {
      this.done = done;
    });
    return { ...finding, key: own ? comparedWith(named, own) : 'ownKey' };
  }

  async #pages(): Promise<Answer<readonly Page[]>> {
    const pages: Page[] = [];
    let cursor = '';
    do {
      const path = `/v1/subjects/${encodeURIComponent(this.subject)}/proofs?limit=200${cursor}`;
      const answer = await this.session.ask({ path }, isPage);
      if (answer.kind === 'trouble') return answer;
      pages.push(answer.body);
      this.fetched += answer.body.versions.length;
      cursor = answer.body.next === undefined ? '' : `&cursor=${encodeURIComponent(answer.body.next)}`;
    } while (cursor !== '');
    return { kind: 'done', body: pages };
  }

  /** First all of them come, then they are looked at: half of the way each. */
  #progress(done: number): TemplateResult {
    const { proofs } = texts;
    const { count, fetched } = this;
    const said = done === 0 ? proofs.fetching(fetched, count) : proofs.checking(done, count);
    return html`<p><progress aria-label=${proofs.title} max=${2 * count} value=${fetched + done}></progress> ${said}</p>`;
  }

  protected override render(): TemplateResult {
    const { proofs } = texts;
    const { done, found } = this;
    const body = html`<p>${proofs.intro}</p>
      <form @submit=${this.#check}>
        <label class="field"><span>${proofs.key}</span><textarea name="key" rows="3" spellcheck="false" autocomplete="off" aria-describedby="key-hint"></textarea></label>
        <p class="hint" id="key-hint">${proofs.keyHint}</p>
        <button class="primary" type="submit" ?disabled=${done !== undefined}>${proofs.check}</button>
      </form>
      ${done === undefined ? nothing : this.#progress(done)}
      ${this.trouble === '' ? nothing : troubled(this.trouble)}
      ${found ? verdict(found) : nothing}`;
    return this.#parts.view({ name: 'proofs', title: proofs.title, body });
  }
}

function verdict(found: Found): TemplateResult {
  const { proofs } = texts;
  return html`<div class="said" data-valid=${found.fault === undefined}><p>${verdictOf(found)}</p>
    ${found.versions === 0 ? nothing : html`<p>${proofs.covered(found.covered, found.versions)}</p>`}
    ${endOf(found)}
    ${found.provenUpTo === undefined ? nothing : html`<p>${proofs.upTo} ${timeOf(found.provenUpTo)}.</p>`}
    <p>${proofs[found.key]}</p></div>`;
}

function endOf({ fault, countedUpTo }: Finding): TemplateResult | typeof nothing {
  if (fault) return nothing;
  const { counted, uncounted } = texts.proofs;
  return countedUpTo === undefined
    ? html`<p>${uncounted}</p>`
    : html`<p>${counted} ${timeOf(countedUpTo)}.</p>`;
}

function verdictOf({ fault, versions }: Finding): string {
  const { proofs } = texts;
  if (!fault) return versions === 0 ? proofs.nothing : proofs.valid(versions);
  const what =
    fault.version === undefined ? proofs.checkpoint(fault.checkpoint ?? 0) : proofs.version(fault.version);
  return proofs.invalid(what, fault.why);
}

function evidenceIn(
  pages: readonly Page[],
): Pick<Page, 'versions' | 'checkpoints' | 'counts' | 'keys'> & Pick<Evidence, 'newestCheckpoint'> {
  const checkpoints = new Map(pages.flatMap((page) => page.checkpoints).map((one) => [one.number, one]));
  return {
    versions: pages.flatMap((page) => page.versions),
    checkpoints: [...checkpoints.values()],
    counts: pages[0]?.counts,
    keys: pages[0]?.keys ?? [],
    newestCheckpoint: Math.max(0, ...(pages[0]?.checkpoints ?? []).map(({ number }) => number)),
  };
}

/** Whether the server names a key that the auditor brought. */
const comparedWith = (named: Keys, own: Keys): Found['key'] =>
  [...own.keys()].some((kid) => named.has(kid)) ? 'yourKey' : 'otherKey';

const isPage = (value: unknown): value is Page =>
  isObject(value) && ['versions', 'checkpoints', 'keys'].every((name) => Array.isArray(value[name]));
