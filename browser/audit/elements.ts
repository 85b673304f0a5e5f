import { HeedCheckpoints } from './checkpoints.ts';
import { HeedFind } from './find.ts';
import { HeedGrants } from './grants.ts';
import { HeedAudits, HeedRecipients } from './lists.ts';
import { HeedPacks } from './packs.ts';
import { HeedPerson } from './person.ts';
import { HeedPersonActs } from './person-acts.ts';
import { HeedProofs } from './proof-view.ts';
import { HeedRights } from './rights.ts';
import { HeedSearch } from './search.ts';
import { HeedTimeline } from './timeline.ts';
import { HeedVersionList } from './version-list.ts';
import { HeedVersion } from './version-view.ts';

/** Every element the console is made of, by its name: a bundle keeps only what is named. */
const ELEMENTS = {
  'heed-audits': HeedAudits,
  'heed-checkpoints': HeedCheckpoints,
  'heed-find': HeedFind,
  'heed-grants': HeedGrants,
  'heed-packs': HeedPacks,
  'heed-person': HeedPerson,
  'heed-person-acts': HeedPersonActs,
  'heed-proofs': HeedProofs,
  'heed-recipients': HeedRecipients,
  'heed-rights': HeedRights,
  'heed-search': HeedSearch,
  'heed-timeline': HeedTimeline,
  'heed-version': HeedVersion,
  'heed-version-list': HeedVersionList,
} as const;

/** Tells the browser of them. */
export function defineElements(): void {
  for (const [name, element] of Object.entries(ELEMENTS))
    if (!customElements.get(name)) customElements.define(name, element);
}
