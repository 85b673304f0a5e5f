/**
 * Deploys the stack to the emulator that `AWS_ENDPOINT_URL` names and plays the acceptance scenario through its API.
 * The vendors are simulated on this machine, where an emulator's functions can reach them and an account's cannot.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptance, type Step } from './acceptance.ts';
import { apiOf } from './api.ts';
import { deploy } from './deploy.ts';
import { invokeOn } from './invoke.ts';
import { subscribe } from './subscriber.ts';
import { KNOWN, startVendors } from './vendors.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

const endpointOf = (url: string | undefined): string => {
  if (url !== undefined && LOOPBACK.has(new URL(url).hostname)) return url.replace(/\/$/, '');
  console.error('AWS_ENDPOINT_URL must name an emulator on this machine; npm run test:ministack brings one.');
  return process.exit(1);
};

const play = async ({ says, show }: Step): Promise<boolean> => {
  const started = performance.now();
  const took = () => `${Math.round(performance.now() - started)} ms`;
  try {
    await show();
    console.log(`  ✓ ${says} (${took()})`);
    return true;
  } catch (error) {
    console.error(`  ✗ ${says} (${took()})`, error);
    return false;
  }
};

const scenario = async (endpoint: string, assembly: string): Promise<number> => {
  const deployed = await deploy(endpoint, assembly);
  const vendors = await startVendors(deployed.secretPrefix);
  try {
    const subscriber = await subscribe(deployed.busName, `${deployed.busName}-acceptance`);
    const invoke = invokeOn(endpoint);
    const steps = acceptance({
      api: await apiOf(deployed, endpoint),
      vendors,
      subscriber,
      reconcile: () => invoke(deployed.reconcile, {}),
      replay: (destination) => invoke(deployed.replay, { destination }),
      index: () => invoke(deployed.index, {}),
      checkpoint: () => invoke(deployed.checkpoint, {}),
      erasures: () => invoke(deployed.erasures, { rest: 0 }),
    });
    let passed = 0;
    for (const step of steps) {
      if (!(await play(step))) break;
      passed += 1;
    }
    console.log(`${passed} passed, ${steps.length - passed} failed`);
    return passed === steps.length ? 0 : 1;
  } finally {
    await Promise.all(vendors.map(({ simulator }) => simulator.stop()));
  }
};

const endpoint = endpointOf(process.env['AWS_ENDPOINT_URL']);
process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
process.env['AWS_REGION'] ??= 'eu-west-1';

/** Runs with an empty folder for an assembly. */
const withAssembly = async <T>(run: (assembly: string) => Promise<T>): Promise<T> => {
  const assembly = await mkdtemp(join(tmpdir(), 'heed-'));
  try {
    return await run(assembly);
  } finally {
    await rm(assembly, { recursive: true, force: true });
  }
};

/** First all that ships, to see that it deploys; an emulator runs each function as a process, so nothing is asked of it. */
delete process.env['HEED_DESTINATIONS'];
const begun = performance.now();
await withAssembly((assembly) => deploy(endpoint, assembly));
console.log(`  ✓ all destinations deploy (${Math.round(performance.now() - begun)} ms)`);

process.env['HEED_DESTINATIONS'] = KNOWN.join(',');
console.log(`Deployed again for the scenario: ${KNOWN.join(', ')}, and no other (HEED_DESTINATIONS).`);
process.exitCode = await withAssembly((assembly) => scenario(endpoint, assembly));
