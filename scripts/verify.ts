import { spawnSync } from 'node:child_process';

/** Everything that must hold before a change is pushed, cheapest first. Stops at the first that does not. */
const STEPS: readonly (readonly [what: string, command: string])[] = [
  ['format and lint', 'npx biome check .'],
  ['types of Heed, its tests and benchmarks', 'npx tsc -p .'],
  ['types of the stack', 'npx tsc -p cdk'],
  ['types of what browsers run', 'npx tsc -p browser'],
  ['notices are what was shown', 'npx tsx scripts/notices.ts --check'],
  ['event schemas are those in schemas/', 'npx tsx scripts/schemas.ts --check'],
  ['docs/destinations.md is what the cards say', 'npx tsx scripts/cards.ts --check'],
  ['docs/recipients.md is what the configuration says', 'npx tsx scripts/recipients.ts --check'],
  ['licences and pins of the packages', 'npx tsx scripts/packages.ts'],
  ['the stack synthesizes, and cdk-nag finds nothing', 'npm run synth'],
  ['all tests', 'npm test'],
];

const started = performance.now();
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

for (const [i, [what, command]] of STEPS.entries()) {
  const from = performance.now();
  console.log(`\n[${i + 1}/${STEPS.length}] ${what}: ${command}`);
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`\n${what}: failed after ${seconds(from)}.`);
    process.exit(1);
  }
  console.log(`${what}: ${seconds(from)}`);
}
console.log(`\nAll ${STEPS.length} steps hold (${seconds(started)}).`);
