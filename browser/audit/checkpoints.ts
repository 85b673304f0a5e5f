import { html, type TemplateResult } from 'lit';
import { isObject } from '../objects.ts';
import { More } from './more.ts';
import { Pane, table } from './pane.ts';
import type { Is } from './session.ts';
import { texts } from './texts.ts';
import { timeOf } from './times.ts';

interface Checkpoint {
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly size: number;
  readonly root: string;
  readonly previous: string | null;
  readonly at: string;
}

interface Page {
  readonly checkpoints: readonly Checkpoint[];
  readonly next?: string;
}

const isPage: Is<Page> = (value): value is Page => isObject(value) && Array.isArray(value['checkpoints']);

/** The signed checkpoints, newest first. */
export class HeedCheckpoints extends Pane {
  readonly #checkpoints = new More<Checkpoint, Page>(this, {
    is: isPage,
    rows: ({ checkpoints }) => checkpoints,
  });

  protected override firstUpdated(): void {
    void this.#checkpoints.first(this.session, { path: '/v1/checkpoints', query: {} });
  }

  protected override render(): TemplateResult {
    const { checkpoints, titles } = texts;
    const { columns } = checkpoints;
    return html`<h1 tabindex="-1">${titles.checkpoints}</h1><p>${checkpoints.intro}</p>
      ${this.#checkpoints.view((rows) =>
        table({
          ...{ caption: titles.checkpoints, rows, empty: checkpoints.empty },
          columns: [
            { title: columns.number, names: true, cell: ({ number }) => number },
            { title: columns.from, cell: ({ from }) => timeOf(from) },
            { title: columns.to, cell: ({ to }) => timeOf(to) },
            { title: columns.size, cell: ({ size }) => size.toLocaleString('en') },
            { title: columns.root, cell: ({ root }) => html`<code>${root}</code>` },
            { title: columns.at, cell: ({ at }) => timeOf(at) },
          ],
        }),
      )}`;
  }
}
