/**
 * The hosted page's own script. The page works without it; with it each tap is saved at once, and what is shown is what was
 * committed. It finds its way by these, which style sheets and tests may use too:
 *
 *   form[data-centre]        the form; `data-words`: the words a script needs, as JSON
 *   [data-control]           one switch (`acme/newsletter email`), in it `input[name=on]`, `[data-note]`, `[data-progress]`;
 *                            `data-state`: the answer; `data-saving`: on its way; `data-unsent`: could not be sent;
 *                            `data-asked`: stopped elsewhere since, and off until it is tapped again
 *   [data-preference]        one preference by its key: radios or a select, with the same marks
 *   [data-stop]              a stop button's place (`*`, `acme/*`), in it `button[name=stop]`, `[data-progress]`, `[data-stopped]`
 *   [data-notice]            the notice, with data-id, data-version, data-language, data-sha256
 *   [data-restriction] [data-signal] [data-last]  lines that come and go
 *   [data-said]              what became of a form that was posted
 *   [data-bar]               `[data-status]` (role=status), `[data-undo]`, `[data-retry]`, `[data-save]`;
 *                            `data-live`: a script is at work; `data-kind`: saving, saved, asked, trouble; missing: nothing to say
 */
import type { PageModel } from '../lib/page/model.ts';
import type { Saved } from './answers.ts';
import { type Address, load, save } from './api.ts';
import { type Bar, barIn } from './page-bar.ts';
import { draw, drawnOn } from './page-fields.ts';
import { markAsked, paint } from './page-paint.ts';
import { type Queue, queueOf } from './queue.ts';
import { wordsFor } from './session.ts';
import { wishOf } from './taps.ts';
import type { Wish } from './wishes.ts';

interface Page {
  readonly form: HTMLFormElement;
  readonly bar: Bar;
  readonly queue: Queue;
  readonly address: Address;
  words: PageModel['words'];
}

const form = document.querySelector<HTMLFormElement>('form[data-centre]');
const [, base, token] = /^(.*)\/p\/([^/]+)$/.exec(location.pathname) ?? [];
if (form && base !== undefined && token)
  start(form, { base, token, language: document.documentElement.lang });

function start(centre: HTMLFormElement, address: Address): void {
  const page: Page = {
    ...{ form: centre, address, words: JSON.parse(centre.dataset['words'] ?? '{}') },
    bar: barIn(centre),
    queue: queueOf({
      send: (change) => save({ ...address, change }),
      shown: () => drawnOn(centre),
      answered: (answer, wish) => answered(page, { answer, wish }),
    }),
  };
  centre.addEventListener('change', ({ target }) => ask(page, wishOf(target)));
  centre.addEventListener('submit', (event) => submit(page, event));
  page.bar.undo.addEventListener('click', () => {
    const { change } = page.bar;
    if (change) ask(page, { kind: 'undo', change });
  });
  page.bar.retry.addEventListener('click', () => tryAgain(page));
  addEventListener('pageshow', ({ persisted }) => persisted && refresh(page));
  document.addEventListener('visibilitychange', () => document.hidden && page.queue.hurry());
  /** What she asked for and could not be sent would be lost with the page: she is asked first. */
  addEventListener('beforeunload', (event) => page.queue.kept().length > 0 && event.preventDefault());
}

function ask(page: Page, wish: Wish | undefined): void {
  if (!wish) return;
  page.queue.add(wish);
  waiting(page);
}

function tryAgain(page: Page): void {
  page.queue.retry();
  waiting(page);
}

/** A stop button, or the button that saves what a script could not. */
function submit(page: Page, event: SubmitEvent): void {
  event.preventDefault();
  const { submitter } = event;
  if (submitter instanceof HTMLButtonElement && submitter.name === 'stop')
    ask(page, { kind: 'stop', pattern: submitter.value });
}

function waiting(page: Page): void {
  paint(page.form, page);
  page.bar.say({ kind: 'saving', text: page.words.saving });
}

function answered(page: Page, { answer, wish }: { readonly answer: Saved; readonly wish: Wish }): void {
  const { bar, form: centre, words } = page;
  centre.querySelector('[data-said]')?.remove();
  if (answer.kind === 'done') {
    const { saved } = answer;
    show(page, saved.page);
    markAsked(centre, { asked: saved.asked, wish });
    const kind = saved.outcome === 'asked' ? 'asked' : 'saved';
    bar.say({ kind, text: saved.status, ...(saved.undo && { undo: saved.undo }) });
  } else {
    const retry = answer.kind === 'offline' || answer.kind === 'failed';
    bar.say({ kind: 'trouble', text: wordsFor(answer, words), retry });
  }
  paint(centre, page);
}

function show(page: Page, model: PageModel): void {
  page.words = model.words;
  draw(page.form, model);
}

/** A page that comes out of the browser's memory may show what is no longer so. */
async function refresh(page: Page): Promise<void> {
  const loaded = await load(page.address);
  if (loaded.kind === 'invalid') page.bar.say({ kind: 'trouble', text: page.words.invalid });
  if (loaded.kind !== 'done' || loaded.model.version < drawnOn(page.form).version) return;
  show(page, loaded.model);
  paint(page.form, page);
}
