import { html, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { CatalogueView } from '../../lib/page/catalogue-view.ts';
import type { Place } from './route.ts';
import type { Session } from './session.ts';
import type { View } from './view-names.ts';

export interface Viewed {
  readonly session: Session;
  readonly place: Place;
  readonly catalogue: CatalogueView | undefined;
  /** Who is at the console, as they stand on record. */
  readonly me: string;
}

type Draw = (viewed: Viewed) => TemplateResult;

/** Only this file knows which element shows which view. */
const VIEWS: Readonly<Record<View, Draw>> = {
  find: ({ session, place, catalogue }) =>
    html`<heed-find .session=${session} .place=${place} .catalogue=${catalogue}></heed-find>`,
  /** Another person is another element: nothing of one is left beside the next. */
  person: ({ session, place, catalogue }) =>
    html`${keyed(
      place.subject,
      html`<heed-person .session=${session} .place=${place} .catalogue=${catalogue}></heed-person>`,
    )}`,
  search: ({ session, place, catalogue }) =>
    html`<heed-search .session=${session} .place=${place} .catalogue=${catalogue}></heed-search>`,
  packs: ({ session, place, catalogue }) =>
    html`<heed-packs .session=${session} .place=${place} .catalogue=${catalogue}></heed-packs>`,
  audits: ({ session, place }) => html`<heed-audits .session=${session} .place=${place}></heed-audits>`,
  grants: ({ session, place, me }) =>
    html`<heed-grants .session=${session} .place=${place} .me=${me}></heed-grants>`,
  recipients: ({ session, place }) =>
    html`<heed-recipients .session=${session} .place=${place}></heed-recipients>`,
  checkpoints: ({ session, place }) =>
    html`<heed-checkpoints .session=${session} .place=${place}></heed-checkpoints>`,
};

export const viewOf = (viewed: Viewed): TemplateResult => VIEWS[viewed.place.view](viewed);
