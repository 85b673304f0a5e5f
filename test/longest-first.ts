import { existsSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const ROOT = new URL('..', import.meta.url);

/** What takes longest by itself: begun last, one of these would run alone at the end. */
const LONG = [
  'test/destinations/contract.test.ts',
  'test/flow/model.test.ts',
  'test/browser/pages.test.ts',
  'test/local/start.test.ts',
  'test/local/crash.test.ts',
  'test/browser/auditing.test.ts',
  'test/local/reported.test.ts',
  'test/browser/journey.test.ts',
  'test/local/ring-of-vendors.test.ts',
  'test/browser/component.test.ts',
  'test/local/demo.test.ts',
  'test/local/erasure.test.ts',
];

/** Vitest knows how long files take once it has run them; on a clean checkout it would go by their size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = LONG.filter((path) => !existsSync(new URL(path, ROOT)));
    if (gone.length > 0) throw new Error(`test/longest-first.ts names what is not there: ${gone.join(', ')}`);
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG.findIndex((path) => moduleId.endsWith(`/${path}`));
      return place < 0 ? LONG.length : place;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
