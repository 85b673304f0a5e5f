import { expect, test } from 'vitest';
import { firstRun } from '../../local/first-run.ts';

const GIVEN_UP = 10;
const answer = async (name: string) => ({ statusCode: 200, body: name });

test('until the first run succeeds, callers wait or are told to come again, and runs that go by it are left out', async () => {
  const first = firstRun(GIVEN_UP);
  let fails = true;
  let later = 0;
  const run = first.of(async () => {
    if (fails) throw new Error('once');
  });
  const after = first.after(async () => later++);
  const call = first.answered(answer);
  await expect(run()).rejects.toThrow('once');
  await after();
  expect(later).toBe(0);
  expect(await call('early')).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
  fails = false;
  await run();
  fails = true;
  await expect(run()).rejects.toThrow('once');
  await after();
  expect(later).toBe(1);
  expect(await call('late')).toEqual({ statusCode: 200, body: 'late' });
});

test('who waited is answered as soon as the run is over', async () => {
  const first = firstRun();
  const waiting = first.answered(answer)('early');
  await first.of(async () => undefined)();
  expect(await waiting).toEqual({ statusCode: 200, body: 'early' });
});
