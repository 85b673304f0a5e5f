/**
 * One cold start in this fresh process, as Lambda's runtime makes it: loads a bundle, calls its handler once and prints
 * how long each took, in ms. Arguments: the bundle, the event as JSON.
 */
import { createRequire } from 'node:module';

const [, , bundle = '', json = '{}'] = process.argv;
const event = JSON.parse(json);
const context = { functionName: 'cold', awsRequestId: '', getRemainingTimeInMillis: () => 60_000 };
const used = process.cpuUsage();
const begun = performance.now();
const { handler } = bundle.endsWith('.mjs') ? await import(bundle) : createRequire(import.meta.url)(bundle);
const loaded = performance.now();
const answer = await handler(event, context);
const called = performance.now();
const { user, system } = process.cpuUsage(used);
process.stdout.write(
  `\n${JSON.stringify({ load: loaded - begun, call: called - loaded, cpu: (user + system) / 1e3, status: answer?.statusCode })}\n`,
);
process.exit(0);
