import { expect, test } from 'vitest';
import { faultOf } from '../../local/fault.ts';
import { inTime, openedThings } from '../../local/opened.ts';
import { startSchedule } from '../../local/schedule.ts';
import { until } from './until.ts';

test('what was opened is closed in the opposite order, each whatever became of the others', async () => {
  const closed: string[] = [];
  const warnings: string[] = [];
  const opened = openedThings((line) => void warnings.push(line));
  opened.add('the first', () => closed.push('first'));
  opened.add('the second', async () => {
    throw new Error('ada@example.com');
  });
  opened.add('the third', async () => closed.push('third'));
  await opened.close();
  expect(closed).toEqual(['third', 'first']);
  expect(warnings).toEqual([
    expect.stringMatching(/^the second did not close: Error at test\/local\/opened\.test\.ts:\d+$/),
  ]);
  await opened.close();
  expect(closed).toHaveLength(2);
});

test('something that does not end is waited for only so long', async () => {
  expect(await inTime(new Promise(() => undefined), 20)).toBe(false);
  expect(await inTime(Promise.resolve(), 20_000)).toBe(true);
  await expect(inTime(Promise.reject(new TypeError('no')), 20_000)).rejects.toThrow(TypeError);
});

test('a line about an error tells its kind and place, and never its message', () => {
  const refused = Object.assign(new TypeError('+4512345678 is no address'), { code: 'ERR_INVALID' });
  expect(faultOf(refused)).toMatch(/^TypeError ERR_INVALID at test\/local\/opened\.test\.ts:\d+$/);
  expect(faultOf('ada@example.com')).toBe('unknown error');
});

test('a schedule runs on time, one run at a time, and tells of a run that fails', async () => {
  let running = 0;
  let most = 0;
  const errors: unknown[] = [];
  let release = (): void => undefined;
  const schedule = startSchedule({
    every: 5,
    run: async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      running -= 1;
      throw new Error('once');
    },
    onError: (error) => errors.push(error),
  });
  for (let runs = 1; runs <= 3; runs++) {
    await until('it runs', () => running === 1);
    release();
    await until('the run is over', () => errors.length === runs);
  }
  await until('it runs once more', () => running === 1);
  const stopped = schedule.stop();
  expect(errors).toHaveLength(3);
  release();
  await stopped;
  expect({ most, running, errors: errors.length }).toEqual({ most: 1, running: 0, errors: 4 });
});
