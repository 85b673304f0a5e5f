import { benchAccept } from './accept.ts';
import { benchAudit } from './audit.ts';
import { benchBrowser } from './browser.ts';
import { benchCheckpoint } from './checkpoint.ts';
import { benchDeliver } from './deliver.ts';
import { beEngine, benchEngine } from './engine.ts';
import { benchPack } from './pack.ts';
import { benchPast } from './past.ts';
import type { Report } from './report.ts';
import type { Pace } from './rounds.ts';
import { benchSearch } from './search.ts';
import { benchStart } from './start.ts';
import { benchStore } from './store.ts';
import { beStub } from './stub.ts';
import { benchTap } from './tap.ts';
import { benchTranslate } from './translate.ts';
import { benchVerify } from './verify.ts';

/** The program that measures, apart from `run.ts`: bundled, and run by plain Node as on Lambda. One part a process. */
const parts: Readonly<Record<string, (pace: Pace) => Promise<Report>>> = {
  accept: benchAccept,
  engine: benchEngine,
  deliver: benchDeliver,
  translate: benchTranslate,
  start: benchStart,
  store: benchStore,
  tap: benchTap,
  browser: benchBrowser,
  pack: benchPack,
  past: benchPast,
  search: benchSearch,
  checkpoint: benchCheckpoint,
  audit: benchAudit,
  verify: benchVerify,
};

const [, , name = '', argument = ''] = process.argv;
if (name === 'stub') await beStub();
else if (name === 'engine-process') await beEngine(argument);
else {
  const pace = argument === 'quick' ? { rounds: 3, window: 250 } : { rounds: 12, window: 500 };
  const result = await parts[name]?.(pace);
  process.send?.(result, undefined, undefined, () => process.exit());
}
